package ai.doubleword.batch;

import ai.doubleword.platform.Database;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.jboss.logging.Logger;

/// How single lines stand that have not ended, for the many that ask again and again: one statement answers all who
/// asked since the one before. Who asks alone is answered at once; however many ask, PostgreSQL is asked at most every
/// [#APART]. What is answered was so after it was asked for, on any node. Thread-safe; nothing blocks.
final class LineGlances {
    private static final Logger LOG = Logger.getLogger(LineGlances.class);
    private static final Duration APART = Duration.ofMillis(20);
    private static final int AT_ONCE = 2_000;

    private final Database database;
    private final ConcurrentLinkedQueue<Asked> queue = new ConcurrentLinkedQueue<>();
    private final AtomicBoolean running = new AtomicBoolean();
    private volatile long last = System.nanoTime() - APART.toNanos();

    private record Asked(long account, long id, CompletableFuture<Optional<SingleState>> answer) {}

    LineGlances(Database database) {
        this.database = database;
    }

    /// @return queued or in progress; nothing for a line that has ended, or that the account does not have.
    ///     Exceptionally if PostgreSQL does not say
    CompletableFuture<Optional<SingleState>> at(long account, long id) {
        Asked asked = new Asked(account, id, new CompletableFuture<>());
        queue.add(asked);
        if (running.compareAndSet(false, true)) {
            Thread.ofVirtual().name("line-glances").start(this::run);
        }
        return asked.answer();
    }

    private void run() {
        do {
            LockSupport.parkNanos(last + APART.toNanos() - System.nanoTime());
            last = System.nanoTime();
            answer(drain());
            running.set(false);
            // Whoever asked before that started nobody.
        } while (!queue.isEmpty() && running.compareAndSet(false, true));
    }

    private List<Asked> drain() {
        List<Asked> group = new ArrayList<>();
        for (Asked next = queue.poll(); next != null; next = group.size() < AT_ONCE ? queue.poll() : null) {
            group.add(next);
        }
        return group;
    }

    private void answer(List<Asked> group) {
        try {
            Map<Long, SingleLineStore.Open> open = database.engine()
                    .withHandle(handle -> SingleLineStore.open(
                            handle, group.stream().map(Asked::id).distinct().toList()));
            group.forEach(asked -> asked.answer()
                    .complete(Optional.ofNullable(open.get(asked.id()))
                            .filter(line -> line.account() == asked.account())
                            .flatMap(line -> state(line.status(), line.chunk()))));
        } catch (RuntimeException | Error e) {
            LOG.debug("Nobody knows how lines stand", e);
            group.forEach(asked -> asked.answer().completeExceptionally(e));
        }
    }

    /// The state of a line that has no result and was not withdrawn; nothing if it will not have one any more.
    static Optional<SingleState> state(BatchStatus pack, ChunkState chunk) {
        return switch (pack) {
            case VALIDATING, IN_PROGRESS ->
                Optional.of(chunk == ChunkState.LEASED ? new SingleState.InProgress() : new SingleState.Queued());
            // Its key was ended with all of its work; what is under way may still have a result.
            case CANCELLING -> Optional.of(new SingleState.InProgress());
            case CANCELLED, FINALIZING, COMPLETED, FAILED, EXPIRED -> Optional.empty();
        };
    }
}
