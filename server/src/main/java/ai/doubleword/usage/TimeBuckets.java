package ai.doubleword.usage;

/// The buckets of the histograms of first token and total time: one below 256 µs, then four to each doubling, up to
/// 71 minutes and beyond. A quantile read from them is off by less than a tenth.
final class TimeBuckets {
    static final int COUNT = 98;

    private static final int LOWEST_BITS = 8;
    private static final int PER_DOUBLING = 4;

    private TimeBuckets() {}

    /// The bucket of a time in microseconds.
    static int of(long micros) {
        if (micros < 1 << LOWEST_BITS) {
            return 0;
        }
        int doubling = 63 - Long.numberOfLeadingZeros(micros);
        int quarter = (int) (micros >>> (doubling - 2)) & 3;
        return Math.min(COUNT - 1, 1 + (doubling - LOWEST_BITS) * PER_DOUBLING + quarter);
    }

    /// The lowest time in a bucket, in microseconds.
    static long floor(int bucket) {
        if (bucket == 0) {
            return 0;
        }
        int doubling = LOWEST_BITS + (bucket - 1) / PER_DOUBLING;
        return (1L << doubling) + ((long) ((bucket - 1) % PER_DOUBLING) << (doubling - 2));
    }
}
