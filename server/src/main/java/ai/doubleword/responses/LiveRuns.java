package ai.doubleword.responses;

import com.fasterxml.jackson.databind.node.ObjectNode;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// Where those who listen to a background response on this node meet its run. A run says each event once, into its log,
/// and waits for nobody; whoever listens reads the log at a pace of their own. Of a run on another node there is a copy
/// of its log, which [LiveExchange] keeps as long as somebody listens here. Thread-safe.
@Singleton
final class LiveRuns {
    private static final int AT_ONCE = 64 * 1024;

    private final ConcurrentMap<Long, Place> places = new ConcurrentHashMap<>();
    private final ConcurrentMap<Long, EventLog> running = new ConcurrentHashMap<>();

    /// One response. There is one as long as somebody listens or it runs.
    private static final class Place {
        // Counted under the map's lock of the entry.
        private int users;
        private volatile @Nullable EventLog log;
        private int followers;
        private long changes;

        synchronized void follow(int more) {
            followers += more;
        }

        synchronized boolean followed() {
            return followers > 0;
        }

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
        synchronized (place) {
            running.put(id, log);
            place.log = log;
        }
        return new Run(id, place, log);
    }

    /// The responses that run here.
    Set<Long> running() {
        return running.keySet();
    }

    /// What a run here has said so far; null if it does not run here.
    @Nullable
    EventLog running(long id) {
        return running.get(id);
    }

    /// The responses that somebody here follows and that do not run here.
    Set<Long> awaited() {
        Set<Long> awaited = new HashSet<>();
        places.forEach((id, place) -> {
            if (!running.containsKey(id) && place.followed()) {
                awaited.add(id);
            }
        });
        return awaited;
    }

    /// Takes what a run on another node says. What comes of one that broke off counts no more once there is a later.
    ///
    /// @param run number of its first event
    /// @param at how many bytes of its log come before; the first part of a log may come again, to begin anew
    /// @return false if it does not go on where what was taken before ends
    boolean heard(long id, long run, int at, byte[] said) {
        Place place = places.get(id);
        return place == null || heard(place, id, run, at, said);
    }

    private boolean heard(Place place, long id, long run, int at, byte[] said) {
        synchronized (place) {
            EventLog known = place.log;
            if (running.containsKey(id) || (known != null && run < known.first())) {
                return true;
            }
            if (at == 0) {
                known = new EventLog(run);
                known.add(said);
                place.log = known;
            } else if (known == null || run > known.first() || at > known.size()) {
                return false;
            } else if (at == known.size()) {
                known.add(said);
            }
        }
        place.changed();
        return true;
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
            running.remove(id, log);
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
        private boolean follows;
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
            if (!follows) {
                follows = true;
                place.follow(1);
            }
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
            if (follows) {
                place.follow(-1);
            }
            leave(id);
        }
    }
}
