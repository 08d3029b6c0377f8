package ai.doubleword.batch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class PaceTest {
    private final Pace pace = new Pace();

    private static long at(double seconds) {
        return (long) (seconds * TimeUnit.SECONDS.toNanos(1));
    }

    @Test
    void onlyTimeInWhichLinesRunCounts() {
        pace.running(1, false, at(0));
        for (int line = 0; line < 20; line++) {
            pace.ended(100);
        }
        pace.running(0, false, at(10));
        assertThat(pace.linesPerSecond(at(1_000))).isEqualTo(2);
        pace.running(1, false, at(1_000));
        assertThat(pace.linesPerSecond(at(1_010))).isEqualTo(1);
    }

    @Test
    void tooLittleSaysNothing() {
        assertThat(pace.linesPerSecond(at(0))).isZero();
        pace.running(1, false, at(0));
        pace.ended(100);
        assertThat(pace.linesPerSecond(at(60))).isZero();
    }

    @Test
    void whatIsLongAgoIsForgotten() {
        pace.running(1, false, at(0));
        for (int line = 0; line < 12_000; line++) {
            pace.ended(100);
        }
        assertThat(pace.linesPerSecond(at(1_200))).isEqualTo(10);
        for (int minute = 21; minute < 200; minute++) {
            for (int line = 0; line < 60; line++) {
                pace.ended(100);
            }
            pace.running(1, false, at(60.0 * minute));
        }
        assertThat(pace.linesPerSecond(at(60.0 * 199))).isCloseTo(1, within(0.1));
    }

    @Test
    void whatWasTakenWhileMoreWaitedIsKeptApart() {
        pace.running(1, false, at(0));
        for (int line = 0; line < 20; line++) {
            pace.ended(50);
        }
        assertThat(pace.tokensPerSecond(at(100))).isEqualTo(10);
        pace.running(4, true, at(100));
        for (int line = 0; line < 80; line++) {
            pace.ended(50);
        }
        Throughput.Measured measured = pace.measured(at(200));
        assertThat(measured).isEqualTo(new Throughput.Measured(25, 200, 40, 100));
        assertThat(pace.tokensPerSecond(at(200))).as("at what it takes").isEqualTo(40);
    }
}
