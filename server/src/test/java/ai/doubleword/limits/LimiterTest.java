package ai.doubleword.limits;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/// The clock is virtual: a test says what time it is.
class LimiterTest {
    private static final long SECOND = 1_000_000_000L;

    private long now;
    private final Limiter limiter = new Limiter(() -> now);

    @Test
    void sixtyRequestsAMinuteAreSixtyAtOnceThenOneEachSecond() {
        Rates rates = new Rates(60, 0, 0);
        for (int i = 0; i < 60; i++) {
            assertThat(ask(rates)).isEqualTo(Permit.Outcome.GRANTED);
        }
        Permit refused = limiter.permit();
        assertThat(ask(refused, rates, 0, 0)).isEqualTo(Permit.Outcome.REQUESTS);
        assertThat(refused.waitNanos()).isEqualTo(SECOND);
        assertThat(refused.limit()).isEqualTo(60);
        now += SECOND;
        assertThat(ask(rates)).isEqualTo(Permit.Outcome.GRANTED);
        assertThat(ask(rates)).isEqualTo(Permit.Outcome.REQUESTS);
    }

    @Test
    void noMinuteEverStartsMoreThanTwiceTheLimitAndTheLongRunIsTheLimit() {
        long seed = System.nanoTime();
        System.out.println("seed " + seed);
        Random random = new Random(seed);
        for (int round = 0; round < 50; round++) {
            int limit = 1 + random.nextInt(500);
            Rates rates = new Rates(limit, 0, 0);
            ArrayDeque<Long> granted = new ArrayDeque<>();
            long count = 0;
            long start = now;
            for (int i = 0; i < 5000; i++) {
                now += (long) (random.nextDouble() * 2 * 60 * SECOND / limit);
                if (ask(limiter.permit(), round + 10, rates, 0, 0) == Permit.Outcome.GRANTED) {
                    granted.add(now);
                    count++;
                    while (granted.getFirst() <= now - 60 * SECOND) {
                        granted.removeFirst();
                    }
                    assertThat(granted.size()).isLessThanOrEqualTo(2 * limit);
                }
            }
            assertThat((double) count).isLessThanOrEqualTo(limit + (now - start) * (double) limit / (60 * SECOND) + 1);
        }
    }

    @Test
    void tokensAreReservedAndCorrectedByTruth() {
        Rates rates = new Rates(0, 6000, 0);
        Permit first = limiter.permit();
        assertThat(ask(first, rates, 1000, 4000)).isEqualTo(Permit.Outcome.GRANTED);
        assertThat(first.reservedTokens()).isEqualTo(5000);
        assertThat(left(rates)).isEqualTo(1000);
        first.settle(1500, 500);
        assertThat(left(rates)).isEqualTo(4500);
        first.settle(1500, 500);
        assertThat(left(rates)).as("settling twice does nothing").isEqualTo(4500);
    }

    @Test
    void aReservationThatFlowedBackAlreadyIsNotGivenBackAgain() {
        Rates rates = new Rates(0, 6000, 0);
        Permit slow = limiter.permit();
        ask(slow, rates, 0, 6000);
        now += 50 * SECOND;
        Permit second = limiter.permit();
        assertThat(ask(second, rates, 0, 3000)).isEqualTo(Permit.Outcome.GRANTED);
        slow.settle(0, -1);
        assertThat(left(rates)).as("as if the first had never been").isEqualTo(3000);
    }

    @Test
    void moreTokensThanTheLimitRunWhenTheBucketIsFull() {
        Rates rates = new Rates(0, 1000, 0);
        Permit large = limiter.permit();
        assertThat(ask(large, rates, 5000, 5000)).isEqualTo(Permit.Outcome.GRANTED);
        assertThat(ask(limiter.permit(), rates, 1, 1)).isEqualTo(Permit.Outcome.TOKENS);
        large.settle(3000, 100);
        now += 60 * SECOND;
        assertThat(ask(limiter.permit(), rates, 1, 1))
                .as("the debt is paid first")
                .isEqualTo(Permit.Outcome.TOKENS);
        now += 121 * SECOND;
        assertThat(ask(limiter.permit(), rates, 1, 1)).isEqualTo(Permit.Outcome.GRANTED);
    }

    @Test
    void withoutAMaximumTheUsualOutputIsReservedAndLearnt() {
        Permit first = limiter.permit();
        ask(first, Rates.UNLIMITED, 10, 0);
        assertThat(first.reservedTokens()).isEqualTo(10 + 1024);
        first.settle(0, 50);
        Random random = new Random(7);
        for (int i = 0; i < 5000; i++) {
            Permit permit = limiter.permit();
            ask(permit, Rates.UNLIMITED, 10, 0);
            permit.settle(0, random.nextInt(1000));
        }
        Permit learnt = limiter.permit();
        ask(learnt, Rates.UNLIMITED, 0, 0);
        assertThat(learnt.reservedTokens()).as("90th percentile of 0 to 999").isBetween(700L, 1100L);
    }

    @Test
    void choicesMultiplyTheReservation() {
        Permit permit = limiter.permit();
        limiter.acquire(permit, 1, Rates.UNLIMITED, 2, Rates.UNLIMITED, 3, Rates.UNLIMITED, 10, 100, 4);
        assertThat(permit.reservedTokens()).isEqualTo(410);
    }

    @Test
    void concurrencyCountsFromAcquireToSettle() {
        Rates rates = new Rates(0, 0, 2);
        Permit one = limiter.permit();
        Permit two = limiter.permit();
        ask(one, rates, 0, 1);
        ask(two, rates, 0, 1);
        assertThat(ask(rates)).isEqualTo(Permit.Outcome.CONCURRENCY);
        one.settle(1, 1);
        assertThat(ask(rates)).isEqualTo(Permit.Outcome.GRANTED);
    }

    @Test
    void aRefusalByTheModelTakesNothingFromKeyAndAccount() {
        Rates own = new Rates(10, 10_000, 5);
        Rates model = new Rates(1, 0, 0);
        limiter.acquire(limiter.permit(), 1, own, 2, own, 3, model, 10, 10, 1);
        Standing before = limiter.standing(1, own, 2, own);
        Permit refused = limiter.permit();
        assertThat(limiter.acquire(refused, 1, own, 2, own, 3, model, 10, 10, 1))
                .isEqualTo(Permit.Outcome.REQUESTS);
        assertThat(refused.refusedBy()).isEqualTo(Permit.Layer.MODEL);
        assertThat(limiter.standing(1, own, 2, own)).isEqualTo(before);
        refused.settle(1, 1);
        assertThat(limiter.standing(1, own, 2, own)).isEqualTo(before);
    }

    @Test
    void aCancelledRequestLeavesNoTrace() {
        Rates own = new Rates(10, 10_000, 5);
        Standing before = limiter.standing(1, own, 2, own);
        Permit permit = limiter.permit();
        limiter.acquire(permit, 1, own, 2, own, 3, own, 10, 10, 1);
        permit.cancel();
        assertThat(limiter.standing(1, own, 2, own)).isEqualTo(before);
    }

    @Test
    void standingShowsTheTighterOfKeyAndAccount() {
        Rates key = new Rates(100, 0, 0);
        Rates account = new Rates(5, 50_000, 3);
        limiter.acquire(limiter.permit(), 1, key, 2, account, 3, Rates.UNLIMITED, 100, 100, 1);
        assertThat(limiter.standing(1, key, 2, account))
                .isEqualTo(new Standing(5, 4, 12 * SECOND, 50_000, 49_800, 240_000_000L, 3, 1));
        assertThat(limiter.standing(77, Rates.UNLIMITED, 78, Rates.UNLIMITED).requestLimit())
                .isZero();
    }

    @Test
    void standingShowsTheModelsLimitsWhereTheyAreTightest() {
        Rates key = new Rates(100, 0, 0);
        Rates model = new Rates(4, 12_000, 2);
        limiter.acquire(limiter.permit(), 1, key, 2, Rates.UNLIMITED, 3, model, 100, 100, 1);
        assertThat(limiter.standing(1, key, 2, Rates.UNLIMITED, 3, model))
                .isEqualTo(new Standing(4, 3, 15 * SECOND, 12_000, 11_800, SECOND, 2, 1));
        assertThat(limiter.standing(1, key, 2, Rates.UNLIMITED).requestLimit()).isEqualTo(100);
    }

    @Test
    void aChangedLimitKeepsWhatWasUsed() {
        for (int i = 0; i < 10; i++) {
            ask(new Rates(10, 0, 0));
        }
        assertThat(ask(new Rates(1000, 0, 0))).as("the minute is used up").isEqualTo(Permit.Outcome.REQUESTS);
        now += 60_000_000L;
        assertThat(ask(new Rates(1000, 0, 0))).as("one in 60 ms from now on").isEqualTo(Permit.Outcome.GRANTED);
    }

    @Test
    void idleStatesAreForgottenAndBusyOnesKept() {
        List<Permit> permits = new ArrayList<>();
        for (int i = 0; i < 1000; i++) {
            Permit permit = limiter.permit();
            limiter.acquire(permit, i, new Rates(1, 0, 0), 5, Rates.UNLIMITED, 6, Rates.UNLIMITED, 1, 1, 1);
            permits.add(permit);
        }
        assertThat(limiter.evictIdle()).isEqualTo(1002);
        for (Permit permit : permits.subList(0, 999)) {
            permit.settle(1, -1);
        }
        assertThat(limiter.evictIdle()).as("buckets not yet full").isEqualTo(1002);
        now += 61 * SECOND;
        assertThat(limiter.evictIdle()).isEqualTo(3);
    }

    @Test
    void manyThreadsNeverGetMoreThanTheLimit() throws InterruptedException {
        Rates rates = new Rates(1000, 0, 50);
        Permit.Outcome[][] outcomes = new Permit.Outcome[4][1000];
        Thread[] threads = new Thread[4];
        for (int t = 0; t < 4; t++) {
            Permit.Outcome[] mine = outcomes[t];
            threads[t] = Thread.ofPlatform().start(() -> {
                for (int i = 0; i < mine.length; i++) {
                    Permit permit = limiter.permit();
                    mine[i] = ask(permit, rates, 1, 1);
                    permit.settle(2, 1);
                }
            });
        }
        int granted = 0;
        for (int t = 0; t < 4; t++) {
            threads[t].join();
            for (Permit.Outcome outcome : outcomes[t]) {
                granted += outcome == Permit.Outcome.GRANTED ? 1 : 0;
            }
        }
        assertThat(granted).isEqualTo(1000);
        assertThat(limiter.standing(1, rates, 2, Rates.UNLIMITED).concurrent()).isZero();
    }

    private Permit.Outcome ask(Rates rates) {
        return ask(limiter.permit(), rates, 0, 1);
    }

    private Permit.Outcome ask(Permit permit, Rates rates, long input, long output) {
        return ask(permit, 1, rates, input, output);
    }

    private Permit.Outcome ask(Permit permit, long family, Rates rates, long input, long output) {
        return limiter.acquire(permit, family, rates, 2, Rates.UNLIMITED, 3, Rates.UNLIMITED, input, output, 1);
    }

    private long left(Rates rates) {
        return limiter.standing(1, rates, 2, Rates.UNLIMITED).tokensLeft();
    }
}
