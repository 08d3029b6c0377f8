package ai.doubleword.batch;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class HedgesTest {
    private static final long MILLI = TimeUnit.MILLISECONDS.toNanos(1);
    private static final long HOUR_MILLIS = TimeUnit.HOURS.toMillis(1);

    private final Hedges hedges = new Hedges();

    private void calls(int count) {
        for (int i = 1; i <= count; i++) {
            hedges.called();
            hedges.answered(i % 100 * MILLI);
        }
    }

    @Test
    void aSlowLineOfTheTailIsAskedForOnceMore() {
        calls(200);
        assertThat(hedges.slowAfter()).isBetween(93 * MILLI, 96 * MILLI);
        assertThat(hedges.take(90 * MILLI, 0.99, HOUR_MILLIS)).as("not slow").isFalse();
        assertThat(hedges.take(97 * MILLI, 0.97, HOUR_MILLIS))
                .as("not the tail")
                .isFalse();
        assertThat(hedges.take(97 * MILLI, 0.98, HOUR_MILLIS)).isTrue();
        assertThat(hedges.take(97 * MILLI, 0.5, 180)).as("hardly any time left").isTrue();
    }

    @Test
    void extraCallsAreTwoHundredthsOfAllAtMost() {
        Property.holds(500, random -> {
            Hedges one = new Hedges();
            int calls = 0;
            int extra = 0;
            for (int i = 0; i < 2_000; i++) {
                if (random.nextInt(3) > 0) {
                    one.called();
                    one.answered(random.nextLong(1, 1_000));
                    calls++;
                } else {
                    extra += one.take(random.nextLong(2_000), random.nextDouble(0.9, 1), random.nextLong(10)) ? 1 : 0;
                }
                assertThat((double) extra).isLessThanOrEqualTo(0.02 * calls);
            }
            assertThat(one.taken()).isEqualTo(extra).isPositive();
        });
    }

    @Test
    void withoutMeasurementsNothingIsAskedForTwice() {
        calls(19);
        assertThat(hedges.slowAfter()).isZero();
        assertThat(hedges.take(Long.MAX_VALUE, 1, 0)).isFalse();
    }
}
