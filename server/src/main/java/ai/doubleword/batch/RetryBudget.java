package ai.doubleword.batch;

/// Keeps tries again at a tenth of what succeeds, so that they never are what overloads a provider; one a second is
/// always granted. Not thread-safe.
final class RetryBudget {
    private static final double SHARE = 0.1;
    private static final double MOST = 100;

    private double left = 10;
    private long refilledAt;

    RetryBudget(long nowNanos) {
        this.refilledAt = nowNanos;
    }

    void succeeded() {
        left = Math.min(MOST, left + SHARE);
    }

    /// Takes one try, if it is granted.
    boolean tryTake(long nowNanos) {
        left = Math.min(MOST, left + (nowNanos - refilledAt) / 1e9);
        refilledAt = nowNanos;
        if (left < 1) {
            return false;
        }
        left--;
        return true;
    }
}
