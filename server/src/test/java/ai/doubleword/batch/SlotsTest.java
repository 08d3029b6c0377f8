package ai.doubleword.batch;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

/// What one node, or two, learn of a provider; [SlotSharingTest] has many of them at once.
class SlotsTest {
    private static final int MANY = 1_000;

    private final SlotTable table = new SlotTable();
    private final Slots slots = new Slots(64);

    @Test
    void startsAtFourAndGrowsWhileItIsUsedUpToTheCap() {
        tell(slots, MANY, 0);
        assertThat(slots.current(0)).isEqualTo(4);
        int before = 4;
        for (int round = 0; round < 4; round++) {
            answers(slots, slots.current(0));
            tell(slots, MANY, 0);
            assertThat(slots.current(0)).as("it doubles").isEqualTo(before * 2);
            before *= 2;
        }
        answers(slots, 64);
        tell(slots, MANY, 0);
        assertThat(slots.current(0)).isEqualTo(64);
    }

    @Test
    void doesNotGrowWhileItIsNotUsed() {
        for (int i = 0; i < MANY; i++) {
            tell(slots, MANY, 0);
            slots.answered(3);
        }
        assertThat(slots.current(0)).isEqualTo(4);
    }

    @Test
    void doesNotGrowWhileNobodyWantsAllOfIt() {
        for (int i = 0; i < MANY; i++) {
            tell(slots, 2, 0);
            slots.answered(slots.current(0));
        }
        assertThat(table.limit().lines()).isEqualTo(Slots.START);
    }

    @Test
    void oneRoundOfRefusalsCostsThreeTenthsOnce() {
        grow();
        for (int i = 0; i < 30; i++) {
            slots.overloaded(1_000, 500, Duration.ZERO);
        }
        assertThat(slots.current(1_000)).as("at once").isEqualTo(44);
        tell(slots, MANY, 1_000);
        assertThat(slots.current(1_000)).as("and when the others know").isEqualTo(44);
        slots.overloaded(2_000, 1_500, Duration.ZERO);
        assertThat(slots.current(2_000)).isLessThanOrEqualTo(31);
        tell(slots, MANY, 2_000);
        assertThat(table.limit().lines()).isBetween(30.0, 32.0);
    }

    @Test
    void afterTheFirstRefusalItGrowsByOneARound() {
        grow();
        slots.overloaded(1_000, 500, Duration.ZERO);
        tell(slots, MANY, 1_000);
        double before = table.limit().lines();
        answers(slots, slots.current(1_000));
        answers(slots, slots.current(1_000));
        tell(slots, MANY, 1_000);
        assertThat(table.limit().lines() - before).isBetween(0.9, 1.1);
    }

    @Test
    void nothingIsBegunOnAnyNodeWhileTheProviderAsksToBeLeftAlone() {
        grow();
        Slots other = new Slots(64);
        slots.overloaded(0, 0, Duration.ofNanos(100));
        assertThat(slots.current(99)).isZero();
        assertThat(slots.resumesAt()).isEqualTo(100);
        assertThat(slots.current(100)).isPositive();
        tell("one", slots, 10, 10, 10);
        tell("two", other, 10, 0, 20);
        assertThat(other.current(99)).isZero();
        assertThat(other.current(100)).isPositive();
    }

    @Test
    void aLeaseThatIsNotRenewedEnds() {
        tell(slots, MANY, 0);
        assertThat(slots.current(SlotTable.LEASE - 1)).isEqualTo(4);
        assertThat(slots.current(SlotTable.LEASE)).isZero();
        assertThat(slots.worthTelling(SlotTable.LEASE)).isTrue();
    }

    @Test
    void nobodyIsAskedForWhatCannotBeHad() {
        tell(slots, MANY, 0);
        assertThat(slots.worthTelling(0)).as("all of the limit is wanted").isFalse();
        grow();
        assertThat(slots.worthTelling(0)).as("it has what it may ever have").isFalse();
        Slots idle = new Slots(64);
        tell("two", idle, 0, 0, 0);
        assertThat(idle.worthTelling(0)).as("it has given back what it had").isTrue();
    }

    @Test
    void findsNearlyAllOfAFixedCapacityAndIsSeldomRefused() {
        Property.holds(50, random -> {
            int capacity = random.nextInt(6, 60);
            Slots limit = new Slots(256);
            SlotTable own = new SlotTable();
            long answered = 0;
            long refused = 0;
            int rounds = 2_000;
            for (int round = 0; round < rounds; round++) {
                own.exchange("one", limit, limit.wish(MANY, 0, 0, round), round);
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

    @Test
    void aModelServerWithAQueueIsKeptBusyAndSeldomRefuses() {
        Property.holds(50, random -> {
            int places = random.nextInt(16, 60);
            int queue = random.nextInt(places, 2 * places);
            Slots limit = new Slots(1_000);
            SlotTable own = new SlotTable();
            long answered = 0;
            long refused = 0;
            int underWay = 0;
            int rounds = 2_000;
            // A round is the time that an answer takes.
            for (int round = 0; round < rounds; round++) {
                int done = Math.min(places, underWay);
                for (int i = 0; i < done; i++) {
                    limit.answered(underWay);
                }
                underWay -= done;
                own.exchange("one", limit, limit.wish(MANY, 0, underWay, round), round);
                int begun = Math.max(0, limit.current(round) - underWay);
                int taken = Math.min(begun, places + queue - underWay);
                for (int i = taken; i < begun; i++) {
                    limit.overloaded(round + 1, round, Duration.ZERO);
                }
                underWay += taken;
                answered += round >= 200 ? done : 0;
                refused += round >= 200 ? begun - taken : 0;
            }
            assertThat(answered / ((double) places * (rounds - 200)))
                    .as("of " + places + " places with a queue of " + queue)
                    .isGreaterThan(0.95);
            assertThat(refused / (double) (answered + refused)).isLessThan(0.01);
        });
    }

    private void grow() {
        for (int i = 0; i < 10; i++) {
            tell(slots, MANY, 0);
            answers(slots, slots.current(0));
        }
        tell(slots, MANY, 0);
        assertThat(slots.current(0)).isEqualTo(64);
    }

    private static void answers(Slots of, int count) {
        for (int i = 0; i < count; i++) {
            of.answered(count);
        }
    }

    private void tell(Slots of, int wanted, long now) {
        tell("one", of, wanted, 0, now);
    }

    private void tell(String node, Slots of, int wanted, int running, long now) {
        table.exchange(node, of, of.wish(wanted, 0, running, now), now);
    }
}
