package ai.doubleword.responses;

import com.fasterxml.jackson.databind.node.ObjectNode;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// Where those who listen to a background response meet its run on this node. A run says each event once, into its log,
/// and waits for nobody; whoever listens reads the log at a pace of their own. Thread-safe.
@Singleton
final class LiveRuns {
    private static final int AT_ONCE = 64 * 1024;

    private final ConcurrentMap<Long, Place> places = new ConcurrentHashMap<>();

    /// One response. There is one as long as somebody listens or it runs.
    private static final class Place {
        // Counted under the map's lock of the entry.
        private int users;
        private volatile @Nullable EventLog log;
        private long changes;

        synchronized void changed() {
            changes++;
            notifyAll();
        }

        /// @return how often it has changed
        synchronized long await(long seen, Duration limit) throws InterruptedException {
            long end = System.nanoTime() + limit.toNanos();
            for (long left = limit.toNanos(); changes == seen && left > 0; left = end - System.nanoTime()) {
                TimeUnit.NANOSECONDS.timedWait(this, left);
            }
            return changes;
        }
    }

    private Place enter(long id) {
        return places.compute(id, (key, known) -> {
            Place place = known == null ? new Place() : known;
            place.users++;
            return place;
        });
    }

    private void leave(long id) {
        places.computeIfPresent(id, (key, place) -> --place.users == 0 ? null : place);
    }

    /// A run of a response begins.
    ///
    /// @param first number of its first event
    Run begin(long id, long first) {
        Place place = enter(id);
        EventLog log = new EventLog(first);
        place.log = log;
        return new Run(id, place, log);
    }

    /// A run, as who runs it has it. For one thread at a time.
    final class Run {
        private final long id;
        private final Place place;
        private final EventLog log;

        private Run(long id, Place place, EventLog log) {
            this.id = id;
            this.place = place;
            this.log = log;
        }

        void say(ObjectNode event) {
            log.append(event);
            place.changed();
        }

        EventLog log() {
            return log;
        }

        /// Nothing more is said; whoever listens may still read what was.
        void end() {
            leave(id);
        }
    }

    /// Listens to a response, whether it runs now or will.
    Ear listen(long id) {
        return new Ear(id, enter(id));
    }

    /// Somebody who listens. For one thread, but for [#wake].
    final class Ear implements AutoCloseable {
        private final long id;
        private final Place place;
        private @Nullable EventLog log;
        private EventLog.@Nullable Cursor cursor;
        private long seen;

        private Ear(long id, Place place) {
            this.id = id;
            this.place = place;
        }

        /// What was said since the last time, or a part of it; of the newest run alone.
        List<ObjectNode> news() {
            EventLog newest = place.log;
            if (newest != null && newest != log) {
                log = newest;
                cursor = newest.read();
            }
            return cursor == null ? List.of() : cursor.next(AT_ONCE);
        }

        /// Waits until there may be something new since it returned the last time, but no longer than so.
        void await(Duration limit) {
            try {
                seen = place.await(seen, limit);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }

        /// Ends a wait.
        void wake() {
            place.changed();
        }

        @Override
        public void close() {
            leave(id);
        }
    }
}
