package ai.doubleword.batch;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/// How many tries again a target gets.
class RetryBudgetTest {
    private static final long SECOND = 1_000_000_000;

    private final RetryBudget budget = new RetryBudget(0);

    private int granted(long target, long nowNanos) {
        int count = 0;
        while (budget.tryTake(target, nowNanos)) {
            count++;
        }
        return count;
    }

    @Test
    void aTenthOfWhatSucceededIsGrantedAndOneEachSecond() {
        assertThat(granted(1, 0)).as("to begin with").isEqualTo(10);
        for (int i = 0; i < 55; i++) {
            budget.succeeded(1);
        }
        assertThat(granted(1, 0)).isEqualTo(5);
        assertThat(granted(1, 3 * SECOND)).isEqualTo(3);
    }

    @Test
    void whatSucceedsAtOneTargetGrantsNothingAtAnother() {
        granted(2, 0);
        for (int i = 0; i < 1_000; i++) {
            budget.succeeded(1);
        }
        assertThat(granted(2, 0)).isZero();
        assertThat(granted(1, 0)).as("but no more than so many at once").isEqualTo(100);
    }
}
