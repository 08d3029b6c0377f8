package ai.doubleword.batch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class ThroughputTest {
    @Test
    void saysNothingUntilThereIsEnoughToTellBy() {
        assertThat(Throughput.NOTHING.and(9, 90, 100, true).any().linesPerSecond())
                .isZero();
        assertThat(Throughput.NOTHING.and(1_000, 10, 0.5, true).any().linesPerSecond())
                .isZero();
    }

    @Test
    void keepsTheTimeApartInWhichSlotsWereScarce() {
        Throughput measured = Throughput.NOTHING.and(100, 1_000, 100, false).and(300, 3_000, 100, true);
        assertThat(measured.any().linesPerSecond()).isEqualTo(2);
        assertThat(measured.any().tokensPerSecond()).isEqualTo(20);
        assertThat(measured.full().tokensPerSecond()).isEqualTo(30);
    }

    @Test
    void forgetsWhatIsLongAgo() {
        Throughput measured = Throughput.NOTHING;
        for (int i = 0; i < 10_000; i++) {
            measured = measured.and(10, 100, 1, true);
        }
        for (int i = 0; i < 6_000; i++) {
            measured = measured.and(20, 200, 1, true);
        }
        assertThat(measured.any().linesPerSecond()).isCloseTo(20, within(1.0));
        assertThat(measured.any().seconds()).isLessThanOrEqualTo(1_200);
    }
}
