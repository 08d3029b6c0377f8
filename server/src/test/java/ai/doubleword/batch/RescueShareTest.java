package ai.doubleword.batch;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class RescueShareTest {
    @Test
    void lateBatchesTakeThreeTenthsAtMostWhileOthersWait() {
        Property.holds(2_000, random -> {
            RescueShare share = new RescueShare();
            int largest = random.nextInt(1, 1_000);
            for (int i = 0; i < 200; i++) {
                // Before it, none was late: nothing of that time may be saved up.
                share.rescueNext(false);
                share.charge(false, random.nextInt(1, largest + 1));
            }
            double rescued = 0;
            double all = 0;
            for (int i = 0; i < 500; i++) {
                boolean late = share.rescueNext(true);
                int tokens = random.nextInt(1, largest + 1);
                share.charge(late, tokens);
                rescued += late ? tokens : 0;
                all += tokens;
                assertThat(rescued).isLessThanOrEqualTo(0.3 * all + 2 * largest);
            }
            assertThat(rescued).as("and they get it").isGreaterThan(0.3 * all - 2 * largest);
        });
    }

    @Test
    void whereNoneIsLateNothingIsRescued() {
        RescueShare share = new RescueShare();
        for (int i = 0; i < 100; i++) {
            assertThat(share.rescueNext(false)).isFalse();
            share.charge(false, 10);
        }
    }
}
