package ai.doubleword.batch;

import ai.doubleword.keys.KeyVerifier;
import ai.doubleword.platform.Database;
import ai.doubleword.platform.ErrorCode;
import ai.doubleword.platform.Problem;
import ai.doubleword.platform.ProblemException;
import ai.doubleword.platform.ServerStopping;
import io.quarkus.scheduler.Scheduled;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/// Who waits on this node for what happens to batches. Once a second, while somebody does, it reads the marks of all
/// watched batches together, whichever node works on them: one statement a second, however many are watched, and none
/// while nobody watches. Thread-safe.
@Singleton
final class BatchWatch {
    private static final Logger LOG = Logger.getLogger(BatchWatch.class);

    /// How many of a key may wait at once.
    static final int MOST = 100;

    private final Database database;
    private final List<Watcher> watchers = new CopyOnWriteArrayList<>();
    private final Runnable deaf;
    private volatile boolean stopping;

    BatchWatch(Database database, KeyVerifier keys) {
        this.database = database;
        this.deaf = keys.onCut(key ->
                watchers.stream().filter(watcher -> watcher.key.equals(key)).forEach(Watcher::end));
    }

    /// What a watcher hears.
    sealed interface News {
        /// The batch has changed.
        record Changed(BatchStore.Mark mark) implements News {}

        /// Nothing has, so long.
        record None() implements News {}

        /// Nothing will be heard any more: the batch, its reader, the key or the server is gone.
        record Over() implements News {}
    }

    /// One who waits; [#close] when done.
    final class Watcher implements AutoCloseable {
        private final long batch;
        private final String key;
        private final LinkedBlockingQueue<News> news = new LinkedBlockingQueue<>();
        private BatchStore.@Nullable Mark last;

        private Watcher(long batch, String key) {
            this.batch = batch;
            this.key = key;
        }

        /// What comes next, within some time; how the batch stands comes at once.
        News next(Duration patience) throws InterruptedException {
            News next = news.poll(Math.max(0, patience.toNanos()), TimeUnit.NANOSECONDS);
            return next == null ? new News.None() : next;
        }

        /// No more will come.
        void end() {
            news.add(new News.Over());
        }

        private void see(BatchStore.@Nullable Mark now) {
            if (now == null) {
                end();
            } else if (!now.equals(last)) {
                last = now;
                news.add(new News.Changed(now));
            }
        }

        @Override
        public void close() {
            watchers.remove(this);
        }
    }

    /// Watches a batch from now on.
    ///
    /// @param key public id of who asks: its watchers end when its streams are cut
    /// @throws ProblemException `rate_limit_concurrency` if the key has [#MOST] already
    Watcher watch(long batch, String key) {
        if (waiting(key) >= MOST) {
            throw new ProblemException(Problem.retry(
                    ErrorCode.RATE_LIMIT_CONCURRENCY,
                    "This key waits for " + MOST + " batches already. One key may watch so many at once.",
                    Duration.ofSeconds(5)));
        }
        Watcher watcher = new Watcher(batch, key);
        watchers.add(watcher);
        if (stopping) {
            watcher.end();
        } else {
            database.engine()
                    .useHandle(handle ->
                            watcher.see(BatchStore.marks(handle, List.of(batch)).get(batch)));
        }
        return watcher;
    }

    /// Waits until a batch has ended, or so long.
    ///
    /// @return false if it could not wait, because others of the key wait already
    boolean untilEnded(long batch, String key, Duration wait) throws InterruptedException {
        if (waiting(key) >= MOST) {
            return false;
        }
        long end = System.nanoTime() + wait.toNanos();
        try (Watcher watcher = watch(batch, key)) {
            while (true) {
                News news = watcher.next(Duration.ofNanos(end - System.nanoTime()));
                if (!(news instanceof News.Changed(BatchStore.Mark mark))
                        || mark.status().ended()) {
                    return true;
                }
            }
        }
    }

    /// How many wait.
    int watching() {
        return watchers.size();
    }

    private long waiting(String key) {
        return watchers.stream().filter(watcher -> watcher.key.equals(key)).count();
    }

    @Scheduled(every = "1s", concurrentExecution = Scheduled.ConcurrentExecution.SKIP)
    @RunOnVirtualThread
    void lookAgain() {
        if (!watchers.isEmpty()) {
            try {
                look();
            } catch (RuntimeException e) {
                LOG.debugf("Watched batches wait for the database: %s", e.getMessage());
            }
        }
    }

    private void look() {
        List<Watcher> present = List.copyOf(watchers);
        Map<Long, BatchStore.Mark> marks = database.engine()
                .withHandle(handle -> BatchStore.marks(
                        handle, present.stream().map(watcher -> watcher.batch).collect(Collectors.toSet())));
        for (Watcher watcher : present) {
            watcher.see(marks.get(watcher.batch));
        }
    }

    void serverStops(@Observes ServerStopping event) {
        stopping = true;
        watchers.forEach(Watcher::end);
    }

    @PreDestroy
    void hearNoMore() {
        deaf.run();
    }
}
