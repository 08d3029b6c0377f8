package ai.doubleword.billing;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import org.junit.jupiter.api.Test;

class WorstCaseTest {
    /// Nano-dollars per million: input $1, audio $3, output $2, reasoning $4.
    private static final Tariff TARIFF = new Tariff(
            7, 1_000_000_000, 100_000_000, 0, 0, 2_000_000_000, 4_000_000_000L, 3_000_000_000L, 0, 0, Instant.EPOCH);

    @Test
    void takesTheDearestPriceOfEachSide() {
        assertThat(WorstCase.of(TARIFF, 1_000_000, 500_000).toDollars()).isEqualTo("5");
    }

    @Test
    void roundsUp() {
        Tariff tiny = new Tariff(7, 1, 0, 0, 0, 0, 0, 0, 0, 0, Instant.EPOCH);
        assertThat(WorstCase.of(tiny, 1, 0)).isEqualTo(new NanoDollars(1));
    }

    @Test
    void aFreeModelCostsNothing() {
        assertThat(WorstCase.of(Tariff.FREE, Long.MAX_VALUE, Long.MAX_VALUE)).isEqualTo(NanoDollars.ZERO);
    }

    @Test
    void whatIsTooLargeIsTheLargestAmountAndNoError() {
        NanoDollars largest = new NanoDollars(Long.MAX_VALUE);
        assertThat(WorstCase.of(TARIFF, 1, 128L * Integer.MAX_VALUE)).isEqualTo(largest);
        assertThat(WorstCase.of(TARIFF, Long.MAX_VALUE / 3_000_000_000L, Long.MAX_VALUE / 4_000_000_000L))
                .isEqualTo(largest);
        assertThat(WorstCase.of(TARIFF, Long.MAX_VALUE, 0)).isEqualTo(largest);
    }
}
