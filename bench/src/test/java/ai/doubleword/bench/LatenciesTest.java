package ai.doubleword.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.HdrHistogram.Histogram;
import org.junit.jupiter.api.Test;

class LatenciesTest {
    @Test
    void percentilesAreInMilliseconds() {
        Histogram histogram = Latencies.histogram();
        for (int i = 1; i <= 1000; i++) {
            Latencies.record(histogram, i * 1_000_000L);
        }
        assertThat(Latencies.millis(histogram, 50)).isCloseTo(500, within(1.0));
        assertThat(Latencies.millis(histogram, 99)).isCloseTo(990, within(1.0));
    }

    @Test
    void whatIsTooLongOrNegativeIsKeptAtTheEdge() {
        Histogram histogram = Latencies.histogram();
        Latencies.record(histogram, -5);
        Latencies.record(histogram, Long.MAX_VALUE);
        assertThat(histogram.getTotalCount()).isEqualTo(2);
        assertThat(Latencies.millis(histogram, 100)).isCloseTo(60_000, within(100.0));
    }

    @Test
    void theMedianOfRoundsIsTheMiddleOne() {
        assertThat(Latencies.median(3, 1, 9)).isEqualTo(3);
        assertThat(Latencies.median(4, 2)).isEqualTo(3);
        assertThat(Latencies.median()).isZero();
    }
}
