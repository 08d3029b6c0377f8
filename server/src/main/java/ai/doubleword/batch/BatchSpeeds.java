package ai.doubleword.batch;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;

/// How fast batches are that somebody looks at: from how far they were at each look of the last half minute, else from
/// their beginning on. Thread-safe.
@Singleton
final class BatchSpeeds {
    private static final Duration RANGE = Duration.ofSeconds(30);
    private static final Duration GRAIN = Duration.ofMillis(900);
    private static final double MILLIS = 1_000;

    private final Clock clock;
    private final Cache<Long, Deque<Look>> looks = Caffeine.newBuilder()
            .maximumSize(10_000)
            .expireAfterAccess(Duration.ofMinutes(2))
            .build();

    private record Look(Instant at, int done) {}

    BatchSpeeds(Clock clock) {
        this.clock = clock;
    }

    /// Lines a second; 0 where nothing runs or is known.
    double of(Batch batch) {
        if (!batch.status().runs() || batch.paused()) {
            looks.invalidate(batch.id());
            return 0;
        }
        Look now = new Look(clock.instant(), batch.done());
        Deque<Look> known = looks.get(batch.id(), absent -> new ArrayDeque<>());
        synchronized (known) {
            Look last = known.peekLast();
            if (last == null || last.at().plus(GRAIN).isBefore(now.at())) {
                known.add(now);
            }
            while (known.peekFirst() != null
                    && known.getFirst().at().plus(RANGE).isBefore(now.at())) {
                known.removeFirst();
            }
            Look oldest = known.peekFirst();
            if (oldest != null && !oldest.at().plus(GRAIN).isAfter(now.at()) && oldest.done() < now.done()) {
                return rate(oldest, now);
            }
        }
        Instant begun = batch.times().inProgress();
        // A retry begins with what is done already.
        return begun != null && begun.isBefore(batch.times().created().plusSeconds(1))
                ? rate(new Look(begun, 0), now)
                : 0;
    }

    /// When a batch will be done at a speed; nothing if it does not move.
    Optional<Instant> finish(Batch batch, double speed) {
        return speed <= 0
                ? Optional.empty()
                : Optional.of(clock.instant().plusMillis((long) ((batch.total() - batch.done()) / speed * MILLIS)));
    }

    private static double rate(Look from, Look to) {
        double seconds = Duration.between(from.at(), to.at()).toMillis() / MILLIS;
        return seconds <= 0 ? 0 : (to.done() - from.done()) / seconds;
    }
}
