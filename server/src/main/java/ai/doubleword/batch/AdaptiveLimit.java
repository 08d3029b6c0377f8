package ai.doubleword.batch;

import java.time.Duration;

/// How many lines of a pool may run at once. Starts at 4, doubles with each round of answers until the provider first
/// has no room, then grows by one a round; 0.7 of it is left after a provider had none, once for each round that is in
/// flight; never over the operator's cap; only while it is used. Time is nanoseconds of the caller's clock. Confined to
/// whoever holds its pool.
final class AdaptiveLimit {
    static final int START = 4;
    private static final double DECREASE = 0.7;

    private final int cap;
    private double limit;
    private boolean slowStart = true;
    private long resumeAt = Long.MIN_VALUE;
    private long lastDecrease = Long.MIN_VALUE;

    /// @param cap that the operator sets, at least 1
    AdaptiveLimit(int cap) {
        this.cap = cap;
        this.limit = Math.min(START, cap);
    }

    /// What may run now.
    int current(long now) {
        return now < resumeAt ? 0 : (int) limit;
    }

    /// When something may run again, if nothing may now.
    long resumesAt() {
        return resumeAt;
    }

    /// A line was answered.
    ///
    /// @param inFlight how many ran, it included
    void answered(int inFlight) {
        if (inFlight < (int) limit) {
            return;
        }
        limit = Math.min(cap, limit + (slowStart ? 1 : 1 / limit));
    }

    /// The provider had no room.
    ///
    /// @param begunAt when the line that it refused was begun: those begun before the last decrease say nothing new
    /// @param wait how long it asked to be left alone, zero if it did not
    void overloaded(long now, long begunAt, Duration wait) {
        if (begunAt >= lastDecrease) {
            limit = Math.max(1, limit * DECREASE);
            slowStart = false;
            lastDecrease = now;
        }
        resumeAt = Math.max(resumeAt, now + wait.toNanos());
    }
}
