package ai.doubleword.batch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class FeasibilityTest {
    private static final Duration HOUR = Duration.ofHours(1);
    private static final long IN_AN_HOUR = HOUR.toMillis();

    /// A thousand tokens a second, in a quarter of an hour in which more always waited.
    private static final Throughput.Measured MEASURED = new Throughput.Measured(1_000, 900, 1_000, 900);

    private static Feasibility of(Throughput.Measured measured, long tokens, Due... backlog) {
        return new Feasibility(measured, List.of(backlog), 1, tokens);
    }

    @Test
    void lessThanTenMinutesOfMeasurementsPromiseNothing() {
        Throughput.Measured little = new Throughput.Measured(1_000, 599, 1_000, 599);
        assertThat(of(little, 1).deadline(0, HOUR)).isEqualTo(Deadline.ESTIMATED);
        assertThat(of(MEASURED, 1).deadline(0, HOUR)).isEqualTo(Deadline.PROMISED);
    }

    @Test
    void aTenthOfTheWindowIsKeptForWhatNobodyForesees() {
        assertThat(of(MEASURED, 3_240_000).deadline(0, HOUR)).isEqualTo(Deadline.PROMISED);
        assertThat(of(MEASURED, 3_241_000).deadline(0, HOUR)).isEqualTo(Deadline.AT_RISK);
    }

    @Test
    void whatIsDueEarlierOrAtTheSameTimeComesFirstAndWhatIsDueLaterDoesNotCount() {
        Due earlier = new Due(1, 60_000, 2_000_000);
        Due same = new Due(1, IN_AN_HOUR, 1_000_000);
        Due later = new Due(1, IN_AN_HOUR + 1, 50_000_000);
        Due endless = new Due(1, Long.MAX_VALUE, 50_000_000);
        assertThat(of(MEASURED, 500_000, earlier, same, later, endless).seconds(IN_AN_HOUR))
                .isEqualTo(3_500);
        assertThat(of(MEASURED, 500_000, earlier, same).deadline(0, HOUR)).isEqualTo(Deadline.AT_RISK);
        assertThat(of(MEASURED, 500_000, earlier, later, endless).deadline(0, HOUR))
                .isEqualTo(Deadline.PROMISED);
    }

    @Test
    void besideOthersAnAccountIsSureOfItsShareAndTheTenthsOfLateBatches() {
        Due large = new Due(2, Long.MAX_VALUE - 1, 500_000_000);
        // 0.3 and half of 0.7 of a thousand.
        assertThat(of(MEASURED, 1_300_000, large).seconds(IN_AN_HOUR)).isCloseTo(2_000, within(0.01));
        assertThat(of(MEASURED, 2_100_000, large).deadline(0, HOUR)).isEqualTo(Deadline.PROMISED);
        assertThat(of(MEASURED, 2_110_000, large).deadline(0, HOUR)).isEqualTo(Deadline.AT_RISK);
    }

    @Test
    void aModelThatNeverHadAsMuchAsItTakesIsNotKnownToBeTooSlow() {
        Throughput.Measured idle = new Throughput.Measured(1_000, 900, 0, 0);
        assertThat(of(idle, 3_000_000).deadline(0, HOUR)).isEqualTo(Deadline.PROMISED);
        assertThat(of(idle, 30_000_000).deadline(0, HOUR)).isEqualTo(Deadline.ESTIMATED);
    }
}
