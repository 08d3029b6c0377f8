package ai.doubleword.responses;

import jakarta.annotation.PostConstruct;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Singleton;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.locks.LockSupport;
import org.jboss.logging.Logger;

/// Stores responses in groups, so that a transaction serves one response on a quiet server and hundreds on a busy one:
/// what comes while one group is written is the next, and where more than one came, the next begins [#APART] later at
/// the earliest. A transaction costs as much as dozens of responses in it. Who hands one over waits for it with its
/// answer, which bounds the queue. One thread of its own; [#add] may be called by any, and never blocks.
@Singleton
final class ResponseWriter {
    private static final Logger LOG = Logger.getLogger(ResponseWriter.class);
    private static final int GROUP = 500;
    private static final Duration APART = Duration.ofMillis(2);
    private static final Duration LAST_GROUP = Duration.ofSeconds(5);

    private final Store store;
    private final LinkedBlockingQueue<Entry> queue = new LinkedBlockingQueue<>();
    private final Thread thread =
            Thread.ofPlatform().daemon().name("response-writer").unstarted(this::run);
    private volatile boolean stopping;

    /// Where they are stored, all or none.
    @FunctionalInterface
    interface Store {
        void keep(List<StoredResponses.Kept> group) throws SQLException;
    }

    /// @param then runs, on the writer's thread, when it is stored, or cannot be
    private record Entry(StoredResponses.Kept kept, Runnable then) {}

    ResponseWriter(Store store) {
        this.store = store;
    }

    @PostConstruct
    void start() {
        thread.start();
    }

    @PreDestroy
    void stop() throws InterruptedException {
        stopping = true;
        thread.interrupt();
        thread.join(LAST_GROUP);
    }

    /// @param then runs, on the writer's thread, when it is stored, or cannot be: its client gets its answer all the
    ///     same, but cannot ask for it again
    void add(StoredResponses.Kept kept, Runnable then) {
        queue.add(new Entry(kept, then));
    }

    private void run() {
        List<Entry> group = new ArrayList<>();
        long next = System.nanoTime();
        while (!stopping || !queue.isEmpty()) {
            try {
                group.add(queue.take());
                LockSupport.parkNanos(next - System.nanoTime());
                queue.drainTo(group, GROUP - 1);
            } catch (InterruptedException e) {
                LOG.trace("The server stops; what waits is stored first");
                queue.drainTo(group);
            }
            store(group.stream().map(Entry::kept).toList());
            next = System.nanoTime() + (group.size() > 1 ? APART.toNanos() : 0);
            group.forEach(entry -> entry.then().run());
            group.clear();
        }
    }

    private void store(List<StoredResponses.Kept> group) {
        if (group.isEmpty() || stores(group) || group.size() == 1) {
            return;
        }
        // One that cannot be stored must not take the others with it.
        group.forEach(one -> stores(List.of(one)));
    }

    private boolean stores(List<StoredResponses.Kept> group) {
        try {
            store.keep(group);
            return true;
        } catch (RuntimeException | Error | SQLException e) {
            // The driver throws errors too, and without this thread no client would get its answer any more.
            LOG.warnf("%d responses could not be stored: %s", group.size(), e.getMessage());
            LOG.debug("why", e);
            return false;
        }
    }
}
