package ai.doubleword.gateway;

import java.util.concurrent.atomic.AtomicLong;

/// How much memory the bodies of all requests and answers may take together. Lock-free, any thread.
final class BodyBudget {
    private final AtomicLong left;

    /// @param bytes the budget
    BodyBudget(long bytes) {
        this.left = new AtomicLong(bytes);
    }

    boolean tryTake(long bytes) {
        if (left.addAndGet(-bytes) >= 0) {
            return true;
        }
        left.addAndGet(bytes);
        return false;
    }

    void giveBack(long bytes) {
        if (bytes > 0) {
            left.addAndGet(bytes);
        }
    }

    /// Bytes that are not taken.
    long left() {
        return left.get();
    }
}
