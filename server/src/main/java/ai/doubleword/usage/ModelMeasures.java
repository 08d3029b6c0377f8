package ai.doubleword.usage;

import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/// How fast and how reliable models were lately, from our own record of every request. Reads the rollups only.
/// Blocking, thread-safe.
@Singleton
public final class ModelMeasures {
    /// How far back it looks.
    public static final Duration RANGE = Duration.ofDays(7);

    /// Adding up a week of histograms takes a second where there are many models; nobody sees a minute's difference.
    private static final Duration FRESH = Duration.ofMinutes(1);
    /// What takes no longer is read each time.
    private static final Duration QUICK = Duration.ofMillis(50);

    private final ModelMeasureStore store;
    private final Clock clock;
    private final AtomicBoolean reading = new AtomicBoolean();
    private volatile @Nullable Reading last;

    ModelMeasures(ModelMeasureStore store, Clock clock) {
        this.store = store;
        this.clock = clock;
    }

    private record Reading(Instant at, Duration took, Map<Long, Measured> models) {}

    /// What was measured of one model.
    ///
    /// @param requests how many calls it is drawn from
    /// @param available share of them that the model answered, of 1
    /// @param firstTokenMillis the median until the first token; empty if nothing streamed
    /// @param firstTokenMillis95 95 of 100 were faster
    /// @param tokensPerSecond output tokens for each second between first token and end; empty if nothing streamed
    public record Measured(
            long requests,
            double available,
            Optional<Double> firstTokenMillis,
            Optional<Double> firstTokenMillis95,
            Optional<Double> tokensPerSecond) {}

    /// The models that were called in the last seven days, by internal id. Where reading them takes a while, only
    /// the first to ask waits: what is older than a minute is read anew in the background.
    public Map<Long, Measured> lately() {
        Reading known = last;
        if (known == null || known.took().compareTo(QUICK) <= 0) {
            return read().models();
        }
        if (known.at().plus(FRESH).isBefore(clock.instant()) && reading.compareAndSet(false, true)) {
            Thread.startVirtualThread(() -> {
                try {
                    read();
                } finally {
                    reading.set(false);
                }
            });
        }
        return known.models();
    }

    private Reading read() {
        Instant now = clock.instant();
        long begun = System.nanoTime();
        Map<Long, Measured> models = store.measured(now.minus(RANGE));
        Reading fresh = new Reading(now, Duration.ofNanos(System.nanoTime() - begun), models);
        last = fresh;
        return fresh;
    }
}
