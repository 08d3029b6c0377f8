package ai.doubleword.gateway;

import io.netty.util.concurrent.FastThreadLocal;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/// The calls under way on one event loop: a doubly linked list through the calls themselves, so that coming and going
/// costs two pointers and no memory. Touched by its event loop only; the count may be read by any thread.
final class RunningCalls {
    private static final long TICK_MILLIS = 1000;

    private @Nullable Relay first;
    private final AtomicInteger count = new AtomicInteger();
    private final Context context;
    private volatile boolean stopping;

    private RunningCalls(Vertx vertx, Context context) {
        this.context = context;
        vertx.setPeriodic(TICK_MILLIS, timer -> tick());
    }

    void add(Relay relay) {
        relay.after = first;
        if (first != null) {
            first.before = relay;
        }
        first = relay;
        count.setOpaque(count.getOpaque() + 1);
    }

    void remove(Relay relay) {
        if (relay.before != null) {
            relay.before.after = relay.after;
        } else {
            first = relay.after;
        }
        if (relay.after != null) {
            relay.after.before = relay.before;
        }
        relay.before = null;
        count.setOpaque(count.getOpaque() - 1);
    }

    /// Whether the server closes connections, so that one that is gone says nothing of its client.
    boolean stopping() {
        return stopping;
    }

    private void tick() {
        long now = System.nanoTime();
        Relay relay = first;
        while (relay != null) {
            // What it does may end it; the way on is read first.
            Relay next = relay.after;
            relay.tick(now);
            relay = next;
        }
    }

    private void cut(String keyId) {
        Relay relay = first;
        while (relay != null) {
            Relay next = relay.after;
            relay.cut(keyId);
            relay = next;
        }
    }

    /// The lists of all event loops. Thread-safe.
    static final class All {
        private final Vertx vertx;
        private final List<RunningCalls> loops = new CopyOnWriteArrayList<>();
        private final FastThreadLocal<RunningCalls> own = new FastThreadLocal<>() {
            @Override
            protected RunningCalls initialValue() {
                RunningCalls made = new RunningCalls(vertx, vertx.getOrCreateContext());
                loops.add(made);
                return made;
            }
        };

        All(Vertx vertx) {
            this.vertx = vertx;
        }

        /// The list of the event loop that calls this.
        RunningCalls here() {
            return own.get();
        }

        /// Ends the running calls of a key.
        void cut(String keyId) {
            for (RunningCalls loop : loops) {
                loop.context.runOnContext(nothing -> loop.cut(keyId));
            }
        }

        /// From now on it is the server that goes, not its clients.
        void stopping() {
            loops.forEach(loop -> loop.stopping = true);
        }

        int count() {
            int sum = 0;
            for (RunningCalls loop : loops) {
                sum += loop.count.getOpaque();
            }
            return sum;
        }
    }
}
