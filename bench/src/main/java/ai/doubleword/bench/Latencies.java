package ai.doubleword.bench;

import java.util.Arrays;
import org.HdrHistogram.Histogram;

/// Histograms of nanoseconds, up to a minute, three digits.
final class Latencies {
    private static final long MAX = 60_000_000_000L;

    private Latencies() {}

    static Histogram histogram() {
        return new Histogram(1, MAX, 3);
    }

    /// Longer than a minute counts as a minute, less than nothing as nothing.
    static void record(Histogram histogram, long nanos) {
        histogram.recordValue(Math.max(0, Math.min(MAX, nanos)));
    }

    static double millis(Histogram histogram, double percentile) {
        return histogram.getTotalCount() == 0 ? 0 : histogram.getValueAtPercentile(percentile) / 1e6;
    }

    /// The middle of the rounds; of an even number, the mean of the two in the middle.
    static double median(double... values) {
        if (values.length == 0) {
            return 0;
        }
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        int middle = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }
}
