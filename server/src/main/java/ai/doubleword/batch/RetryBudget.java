package ai.doubleword.batch;

import java.util.HashMap;
import java.util.Map;

/// Keeps tries again at a tenth of what succeeded at the same target, so that they never are what overloads a provider;
/// one a second is always granted. Not thread-safe.
final class RetryBudget {
    private static final double SHARE = 0.1;
    private static final double MOST = 100;
    private static final double FIRST = 10;

    private final Map<Long, Left> targets = new HashMap<>();
    private final long madeAt;

    private static final class Left {
        private double tries = FIRST;
        private long refilledAt;

        Left(long nowNanos) {
            this.refilledAt = nowNanos;
        }
    }

    RetryBudget(long nowNanos) {
        this.madeAt = nowNanos;
    }

    /// @param target internal id of where it succeeded
    void succeeded(long target) {
        Left left = of(target);
        left.tries = Math.min(MOST, left.tries + SHARE);
    }

    /// Takes one try, if it is granted.
    ///
    /// @param target internal id of where the last one failed; 0 if it came to none
    boolean tryTake(long target, long nowNanos) {
        Left left = of(target);
        left.tries = Math.min(MOST, left.tries + (nowNanos - left.refilledAt) / 1e9);
        left.refilledAt = nowNanos;
        if (left.tries < 1) {
            return false;
        }
        left.tries--;
        return true;
    }

    private Left of(long target) {
        return targets.computeIfAbsent(target, id -> new Left(madeAt));
    }
}
