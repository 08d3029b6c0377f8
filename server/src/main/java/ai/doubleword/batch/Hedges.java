package ai.doubleword.batch;

import java.util.Arrays;
import java.util.concurrent.TimeUnit;

/// Whether a slow line near the end of its batch is asked for once more, so that one stuck answer does not hold a whole
/// batch up: only where all but some hundredths of the batch are done or little time is left, only after the time in
/// which nineteen of twenty lines have their first answer, and only some hundredths of all calls, for the operator pays
/// for what is thrown away. Confined to whoever holds the pool.
final class Hedges {
    /// From what part of a batch on the rest is its tail.
    static final double TAIL = 0.98;

    /// Extra calls, of all.
    static final double EXTRA = 0.02;

    private static final int SAMPLES = 256;
    private static final int LEAST_SAMPLES = 20;
    private static final double SLOW = 0.95;

    private final long[] firsts = new long[SAMPLES];
    private int samples;
    private long slow;
    private long calls;
    private long taken;

    /// A line is asked for.
    void called() {
        calls++;
    }

    /// A line has its first answer.
    ///
    /// @param nanos after it was asked for
    void answered(long nanos) {
        firsts[samples++ % SAMPLES] = nanos;
        if (samples >= LEAST_SAMPLES && (samples < SAMPLES || samples % 32 == 0)) {
            long[] sorted = Arrays.copyOf(firsts, Math.min(samples, SAMPLES));
            Arrays.sort(sorted);
            slow = sorted[(int) Math.ceil(sorted.length * SLOW) - 1];
        }
    }

    /// How many nanoseconds nineteen of twenty first answers take at most; 0 where that is not known yet.
    long slowAfter() {
        return slow;
    }

    /// Extra calls so far.
    long taken() {
        return taken;
    }

    /// Whether a line without a first answer is asked for once more; counts it then.
    ///
    /// @param waitedNanos since it was asked for
    /// @param done what part of its batch is
    /// @param slackMillis of its batch
    boolean take(long waitedNanos, double done, long slackMillis) {
        boolean isSlow = slow > 0 && waitedNanos >= slow;
        boolean isTail = done >= TAIL || slackMillis < TimeUnit.NANOSECONDS.toMillis(2 * slow);
        if (!isSlow || !isTail || taken + 1 > EXTRA * calls) {
            return false;
        }
        taken++;
        return true;
    }
}
