package ai.doubleword.batch;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class PrefixBenefitTest {
    private final PrefixBenefit benefit = new PrefixBenefit();

    private void answered(int lines, boolean waited, long target, long cached) {
        for (int i = 0; i < lines; i++) {
            benefit.answered(waited, target, cached, 100);
        }
    }

    @Test
    void linesGoOnWaitingWhereTheyAreCachedMoreThanThoseThatDidNot() {
        assertThat(benefit.waits()).isTrue();
        answered(PrefixBenefit.COMPARED, true, 1, 80);
        assertThat(benefit.waits()).as("some do not, to compare").isFalse();
        answered(PrefixBenefit.COMPARED, false, 1, 20);
        assertThat(benefit.waits()).isTrue();
    }

    @Test
    void whereCachedTokensDoNotRiseLinesWaitNoMoreAndLaterItIsTriedAgain() {
        answered(PrefixBenefit.COMPARED, true, 1, 50);
        answered(PrefixBenefit.COMPARED, false, 1, 50);
        assertThat(benefit.waits()).isFalse();
        answered(PrefixBenefit.HOLDS_FOR - 1, false, 1, 0);
        assertThat(benefit.waits()).isFalse();
        answered(1, false, 1, 0);
        assertThat(benefit.waits()).as("again").isTrue();
        answered(PrefixBenefit.COMPARED, true, 1, 90);
        answered(PrefixBenefit.COMPARED, false, 1, 0);
        assertThat(benefit.waits()).as("it gains now").isTrue();
    }

    @Test
    void oneTargetThatGainsIsEnough() {
        answered(PrefixBenefit.COMPARED / 2, true, 1, 0);
        answered(PrefixBenefit.COMPARED / 2, true, 2, 90);
        answered(PrefixBenefit.COMPARED / 2, false, 1, 0);
        answered(PrefixBenefit.COMPARED / 2, false, 2, 0);
        assertThat(benefit.waits()).isTrue();
    }

    @Test
    void aTargetThatReportsNothingGainsNothing() {
        answered(PrefixBenefit.COMPARED, true, 1, 0);
        answered(PrefixBenefit.COMPARED, false, 1, 0);
        assertThat(benefit.waits()).isFalse();
    }
}
