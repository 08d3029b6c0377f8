package ai.doubleword.batch;

import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/// Whether more work of one model can be done within a window, from what was measured and what waits. Two things bound
/// it: all that is due before its end or at it, at the model's whole speed; and of that what its own account has, at
/// what an account is sure to get: its fair share, and the tenths of late batches.
final class Feasibility {
    /// Less measurement promises nothing.
    static final Duration LEAST_MEASURED = Duration.ofMinutes(10);

    /// Shorter times under full load do not tell how much a model takes at most.
    static final Duration LEAST_FULL = Duration.ofMinutes(1);

    /// What of a window may be needed by what is promised.
    private static final double USED = 0.9;

    private static final double RESCUE = RescueShare.LATE / 10.0;

    private final Throughput.Measured measured;
    private final List<Due> backlog;
    private final long account;
    private final long tokens;
    private final double surely;

    /// @param account whose the work is
    /// @param tokens that it is expected to take
    Feasibility(Throughput.Measured measured, List<Due> backlog, long account, long tokens) {
        this.measured = measured;
        this.backlog = backlog;
        this.account = account;
        this.tokens = tokens;
        Set<Long> accounts = new HashSet<>(Set.of(account));
        backlog.forEach(due -> accounts.add(due.account()));
        this.surely = RESCUE + (1 - RESCUE) / accounts.size();
    }

    /// Whether enough was measured to tell anything.
    boolean known() {
        return measured.seconds() >= LEAST_MEASURED.toSeconds() && speed() > 0;
    }

    private double speed() {
        boolean full = measured.fullSeconds() >= LEAST_FULL.toSeconds();
        return full ? Math.max(measured.tokensPerSecond(), measured.fullTokensPerSecond()) : measured.tokensPerSecond();
    }

    /// Seconds until it would be done, if its window ended then; only where something is known.
    double seconds(long endMillis) {
        long all = tokens;
        long own = tokens;
        for (Due due : backlog) {
            if (due.endMillis() <= endMillis) {
                all += due.tokens();
                own += due.account() == account ? due.tokens() : 0;
            }
        }
        return Math.max(all / speed(), own / (speed() * surely));
    }

    /// What can be said of a window that begins now.
    Deadline deadline(long nowMillis, Duration window) {
        if (!known()) {
            return Deadline.ESTIMATED;
        }
        if (seconds(nowMillis + window.toMillis()) <= window.toSeconds() * USED) {
            return Deadline.PROMISED;
        }
        // Never asked for as much as it takes, it may well take more than was seen.
        return measured.fullSeconds() >= LEAST_FULL.toSeconds() ? Deadline.AT_RISK : Deadline.ESTIMATED;
    }
}
