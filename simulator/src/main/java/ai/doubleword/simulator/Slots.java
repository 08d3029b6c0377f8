package ai.doubleword.simulator;

import java.util.ArrayDeque;
import java.util.Deque;

/// A model's places: so many answers at once, so many waiting in order of arrival, the rest refused. Thread-safe; a
/// waiter is run on the thread that frees the place and must hop to its own.
final class Slots {
    private final int limit;
    private final int queueLimit;
    private final Deque<Runnable> waiting = new ArrayDeque<>();
    private int taken;

    /// @param limit 0 for no limit
    Slots(int limit, int queueLimit) {
        this.limit = limit;
        this.queueLimit = queueLimit;
    }

    /// @return false where the queue is full; then `ready` never runs
    boolean enter(Runnable ready) {
        if (limit > 0) {
            synchronized (this) {
                if (taken >= limit) {
                    return waiting.size() < queueLimit && waiting.add(ready);
                }
                taken++;
            }
        }
        ready.run();
        return true;
    }

    void leave() {
        if (limit == 0) {
            return;
        }
        Runnable nextOne;
        synchronized (this) {
            nextOne = waiting.poll();
            if (nextOne == null) {
                taken--;
                return;
            }
        }
        nextOne.run();
    }
}
