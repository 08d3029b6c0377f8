package ai.doubleword.console;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ProgressTest {
    @Test
    void widthsAreSharesOfTheWhole() {
        Progress third = new Progress(300, 100, 50);
        assertThat(third.okWidth()).isEqualByComparingTo("33.33");
        assertThat(third.failedWidth()).isEqualByComparingTo("16.67");
        assertThat(third.percent()).isEqualTo(50);
        assertThat(third.label()).isEqualTo("150 of 300 done, of them failed: 50");
    }

    @Test
    void oneFailureOfMillionsIsSeenAndNothingIsWholeBeforeItIs() {
        Progress almost = new Progress(1_000_000, 999_998, 1);
        assertThat(almost.failedWidth()).isEqualByComparingTo("1");
        assertThat(almost.percent()).isEqualTo(99);
        assertThat(new Progress(0, 0, 0).percent()).isEqualTo(100);
    }
}
