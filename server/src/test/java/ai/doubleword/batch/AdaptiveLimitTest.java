package ai.doubleword.batch;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class AdaptiveLimitTest {
    @Test
    void startsAtFourAndGrowsWhileItIsUsedUpToTheCap() {
        AdaptiveLimit limit = new AdaptiveLimit(64);
        assertThat(limit.current(0)).isEqualTo(4);
        for (int i = 0; i < 1_000; i++) {
            limit.answered(limit.current(0));
        }
        assertThat(limit.current(0)).isEqualTo(64);
    }

    @Test
    void doesNotGrowWhileItIsNotUsed() {
        AdaptiveLimit limit = new AdaptiveLimit(64);
        for (int i = 0; i < 1_000; i++) {
            limit.answered(3);
        }
        assertThat(limit.current(0)).isEqualTo(4);
    }

    @Test
    void oneRoundOfRefusalsCostsThreeTenthsOnce() {
        AdaptiveLimit limit = grown();
        for (int i = 0; i < 30; i++) {
            limit.overloaded(1_000, 500, Duration.ZERO);
        }
        assertThat(limit.current(1_000)).isEqualTo(44);
        limit.overloaded(2_000, 1_500, Duration.ZERO);
        assertThat(limit.current(2_000)).isEqualTo(31);
    }

    @Test
    void nothingIsBegunWhileTheProviderAsksToBeLeftAlone() {
        AdaptiveLimit limit = grown();
        limit.overloaded(0, 0, Duration.ofNanos(100));
        assertThat(limit.current(99)).isZero();
        assertThat(limit.resumesAt()).isEqualTo(100);
        assertThat(limit.current(100)).isPositive();
    }

    @Test
    void findsNearlyAllOfAFixedCapacityAndIsSeldomRefused() {
        Property.holds(50, random -> {
            int capacity = random.nextInt(6, 60);
            AdaptiveLimit limit = new AdaptiveLimit(256);
            long answered = 0;
            long refused = 0;
            int rounds = 2_000;
            for (int round = 0; round < rounds; round++) {
                int begun = Math.max(1, limit.current(round));
                for (int i = 0; i < begun; i++) {
                    if (i < capacity) {
                        limit.answered(begun);
                        answered += round >= 200 ? 1 : 0;
                    } else {
                        limit.overloaded(round + 1, round, Duration.ZERO);
                        refused += round >= 200 ? 1 : 0;
                    }
                }
            }
            double best = (double) capacity * (rounds - 200);
            assertThat(answered / best).as("of capacity " + capacity).isGreaterThan(0.75);
            assertThat(refused / (double) (answered + refused)).isLessThan(0.05);
        });
    }

    private static AdaptiveLimit grown() {
        AdaptiveLimit limit = new AdaptiveLimit(64);
        for (int i = 0; i < 1_000; i++) {
            limit.answered(limit.current(0));
        }
        return limit;
    }
}
