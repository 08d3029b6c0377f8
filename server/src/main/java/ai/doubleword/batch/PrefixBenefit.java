package ai.doubleword.batch;

import java.util.HashMap;
import java.util.Map;

/// Whether having lines wait for one that begins alike makes a model server read less, told by the cached tokens that
/// its targets report: some lines that waited are compared with some that did not, although they would have had to.
/// Where no target gains, lines do not wait for a long while; then it is tried again. Confined to whoever holds the
/// pool.
final class PrefixBenefit {
    /// Lines of each kind that a comparison takes.
    static final int COMPARED = 64;

    /// Lines that a comparison holds for.
    static final int HOLDS_FOR = 20_000;

    /// By how much of the input more must come from the cache.
    private static final double LEAST_GAIN = 0.05;

    private final Map<Long, Sums> targets = new HashMap<>();
    private Phase phase = Phase.WAITING;
    private int seen;

    private enum Phase {
        /// Lines wait, and are measured.
        WAITING,
        /// Lines do not wait, and are measured.
        RUSHING,
        GAINS,
        GAINS_NOTHING
    }

    private static final class Sums {
        double waitedCached;
        double waitedInput;
        double rushedCached;
        double rushedInput;

        boolean gains() {
            return waitedInput > 0
                    && rushedInput > 0
                    && waitedCached / waitedInput - rushedCached / rushedInput >= LEAST_GAIN;
        }
    }

    /// Whether lines are to wait now.
    boolean waits() {
        return phase == Phase.WAITING || phase == Phase.GAINS;
    }

    /// A line was answered that waited, or that would have had to.
    ///
    /// @param waited which of both
    /// @param target that answered it
    /// @param cached tokens of its input that came from the cache
    void answered(boolean waited, long target, long cached, long input) {
        switch (phase) {
            case WAITING -> {
                if (waited) {
                    Sums sums = sums(target);
                    sums.waitedCached += cached;
                    sums.waitedInput += input;
                    next(COMPARED, Phase.RUSHING);
                }
            }
            case RUSHING -> {
                if (!waited) {
                    Sums sums = sums(target);
                    sums.rushedCached += cached;
                    sums.rushedInput += input;
                    boolean gains = targets.values().stream().anyMatch(Sums::gains);
                    next(COMPARED, gains ? Phase.GAINS : Phase.GAINS_NOTHING);
                }
            }
            case GAINS, GAINS_NOTHING -> {
                next(HOLDS_FOR, Phase.WAITING);
                if (phase == Phase.WAITING) {
                    targets.clear();
                }
            }
        }
    }

    private Sums sums(long target) {
        return targets.computeIfAbsent(target, absent -> new Sums());
    }

    private void next(int after, Phase next) {
        if (++seen >= after) {
            seen = 0;
            phase = next;
        }
    }
}
