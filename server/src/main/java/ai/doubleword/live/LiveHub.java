package ai.doubleword.live;

import ai.doubleword.accounts.Sessions;
import ai.doubleword.platform.ServerStopping;
import io.quarkus.scheduler.Scheduled;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.stream.Collectors;
import org.jboss.logging.Logger;

/// Who watches which account on this node. Once a second, while somebody does, it asks the database for a few figures
/// of all watched accounts together, and wakes the watchers of those that changed, whichever node changed them; and
/// ends the streams of sessions that ended. The cost is two statements a second, however many pages are open.
/// Thread-safe.
@Singleton
final class LiveHub {
    /// How many streams a session may hold; one more ends the oldest, which its page then opens again when it is seen.
    static final int MOST = 12;

    private static final Logger LOG = Logger.getLogger(LiveHub.class);

    private final LiveStore store;
    private final Sessions sessions;
    private final List<Watcher> watchers = new CopyOnWriteArrayList<>();
    private Map<Long, LiveStore.Mark> marks = new HashMap<>();
    private volatile boolean stopping;

    LiveHub(LiveStore store, Sessions sessions) {
        this.store = store;
        this.sessions = sessions;
    }

    /// What a watcher hears.
    enum Signal {
        CHANGED,
        END
    }

    /// One open stream.
    static final class Watcher {
        private final long account;
        private final long session;
        private final BlockingQueue<Signal> signals = new LinkedBlockingQueue<>();

        private Watcher(long account, long session) {
            this.account = account;
            this.session = session;
        }

        BlockingQueue<Signal> signals() {
            return signals;
        }

        /// Has the stream end.
        void end() {
            signals.add(Signal.END);
        }

        /// Changes that nobody took yet are one.
        private void changed() {
            if (signals.isEmpty()) {
                signals.add(Signal.CHANGED);
            }
        }
    }

    /// Watches an account from now on; [#leave] when done. The first signal comes at once, for what changed since the
    /// page was made.
    Watcher watch(long account, long session) {
        Watcher watcher = new Watcher(account, session);
        List<Watcher> others =
                watchers.stream().filter(other -> other.session == session).toList();
        for (int i = 0; i <= others.size() - MOST; i++) {
            others.get(i).end();
        }
        watchers.add(watcher);
        watcher.signals.add(stopping ? Signal.END : Signal.CHANGED);
        return watcher;
    }

    void leave(Watcher watcher) {
        watchers.remove(watcher);
    }

    /// How many streams are open.
    int watching() {
        return watchers.size();
    }

    @Scheduled(every = "1s", concurrentExecution = Scheduled.ConcurrentExecution.SKIP)
    @RunOnVirtualThread
    void lookAgain() {
        if (!watchers.isEmpty()) {
            try {
                look();
            } catch (RuntimeException e) {
                LOG.debugf("Live pages wait for the database: %s", e.getMessage());
            }
        }
    }

    private synchronized void look() {
        Set<Long> alive =
                sessions.alive(watchers.stream().map(watcher -> watcher.session).collect(Collectors.toSet()));
        Map<Long, LiveStore.Mark> now =
                store.marks(watchers.stream().map(watcher -> watcher.account).collect(Collectors.toSet()));
        for (Watcher watcher : watchers) {
            if (!alive.contains(watcher.session)) {
                watcher.end();
            } else {
                LiveStore.Mark before = marks.get(watcher.account);
                // Unknown before: what came between its first signal and this look may have been missed.
                if (before == null || !before.equals(now.get(watcher.account))) {
                    watcher.changed();
                }
            }
        }
        marks = now;
    }

    void serverStops(@Observes ServerStopping event) {
        stopping = true;
        watchers.forEach(Watcher::end);
    }
}
