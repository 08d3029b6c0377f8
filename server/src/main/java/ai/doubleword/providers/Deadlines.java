package ai.doubleword.providers;

import io.vertx.core.Vertx;
import org.jspecify.annotations.Nullable;

/// The exchanges under way on one event loop, looked through every [#TICK_MILLIS] for those that wait too long.
///
/// A timer per request and per byte would cost more than the request's own work; a list costs two writes to enter and
/// two to leave, and a look at a thousand entries ten times a second is nothing. Timeouts are late by at most one tick.
/// Used on its event loop only.
final class Deadlines {
    static final long TICK_MILLIS = 100;

    private final Entry ends = new End();

    Deadlines(Vertx vertx) {
        ends.previous = ends;
        ends.next = ends;
        vertx.setPeriodic(TICK_MILLIS, tick -> checkAll(System.nanoTime()));
    }

    /// One exchange: an element of the list itself, so that entering allocates nothing.
    abstract static class Entry {
        private @Nullable Entry previous;
        private @Nullable Entry next;

        /// Looks whether it has waited too long, and if so ends it and leaves.
        abstract void check(long nanos);

        /// Leaves the list. Idempotent.
        final void leave() {
            Entry before = previous;
            Entry after = next;
            if (before != null && after != null) {
                before.next = after;
                after.previous = before;
                previous = null;
                next = null;
            }
        }
    }

    /// Both ends of the ring.
    private static final class End extends Entry {
        @Override
        void check(long nanos) {}
    }

    void enter(Entry entry) {
        Entry last = ends.previous;
        if (last != null) {
            entry.previous = last;
            entry.next = ends;
            last.next = entry;
            ends.previous = entry;
        }
    }

    private void checkAll(long nanos) {
        Entry entry = ends.next;
        while (entry != null && !(entry instanceof End)) {
            // It may leave when it is checked, and takes its link with it.
            Entry following = entry.next;
            entry.check(nanos);
            entry = following;
        }
    }
}
