package ai.doubleword.batch;

import static org.assertj.core.api.Assertions.assertThat;

import ai.doubleword.gateway.FlexRoom;
import ai.doubleword.platform.Tier;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// Whose turn it is, on a clock that a test moves.
class PoolTest {
    private static final int CAP = 4;

    private final List<Started> running = new ArrayList<>();
    private final List<Started> begun = new ArrayList<>();
    private long now = 1;
    private long batches;
    private final Pool pool = withSlots(CAP);

    private record Started(ChunkRun run, LineTry line) {}

    private Pool withSlots(int cap) {
        Pool made = new Pool(cap, this::start, () -> {}, () -> {}, () -> now, () -> Instant.EPOCH);
        allSlots(made, cap);
        return made;
    }

    /// Gives a pool all the slots that it may have, for ever.
    static void allSlots(Pool pool, int cap) {
        Slots.Wish wish = new Slots.Wish(cap, 0, 0, cap, 0, 0, 0, 0, 0);
        pool.granted(wish, new Slots.Grant(cap, cap, false, true, 0, Long.MAX_VALUE));
    }

    private void start(Pool of, ChunkRun run, LineTry line) {
        running.add(new Started(run, line));
        begun.add(running.getLast());
    }

    @Test
    void realtimeLinesGoBesideTheLimitOfTheOthers() {
        pool.add(run(1, Tier.BATCH, 10));
        assertThat(running).hasSize(CAP);
        pool.add(run(2, Tier.REALTIME, 10));
        assertThat(running).hasSize(2 * CAP);
        finish(running.getLast());
        assertThat(running.stream().filter(one -> tier(one) == Tier.REALTIME)).hasSize(CAP);
        assertThat(running.stream().filter(one -> tier(one) == Tier.BATCH)).hasSize(CAP);
    }

    @Test
    void withinAnAccountFlexGoesBeforeBatchAndBatchBeforeBackground() {
        Pool one = withSlots(1);
        one.add(run(2, Tier.BATCH, 1));
        one.add(run(1, Tier.BACKGROUND, 2));
        one.add(run(1, Tier.BATCH, 2));
        one.add(run(1, Tier.FLEX, 2));
        for (int i = 0; i < 7; i++) {
            finish(one, running.getFirst());
        }
        assertThat(begun.subList(1, 7))
                .extracting(PoolTest::tier)
                .containsExactly(Tier.FLEX, Tier.FLEX, Tier.BATCH, Tier.BATCH, Tier.BACKGROUND, Tier.BACKGROUND);
    }

    @Test
    void aBackgroundLineMakesRoomForOneThatComesAndWaitsAgain() {
        ChunkRun background = run(1, Tier.BACKGROUND, 10);
        pool.add(background);
        assertThat(running).hasSize(CAP);
        pool.add(run(2, Tier.BATCH, 1));
        List<Started> preempted = running.stream()
                .filter(one -> one.run().madeRoom(one.line().place()))
                .toList();
        assertThat(preempted).as("one for one").hasSize(1);
        Started victim = preempted.getFirst();
        assertThat(victim.line().place()).as("the one begun last").isEqualTo(CAP - 1);
        running.remove(victim);
        pool.putBack(victim.run(), victim.line());
        pool.leave(victim.run(), victim.line());
        pool.dispatch();
        assertThat(tier(running.getLast())).isEqualTo(Tier.BATCH);
        finish(running.getLast());
        assertThat(running.getLast().line()).as("it is tried again first").isEqualTo(victim.line());
    }

    @Test
    void aHeldCallTakesItsAccountsShareAndGivesItsRoomBack() {
        pool.add(run(1, Tier.BATCH, 100));
        List<String> granted = new ArrayList<>();
        FlexRoom.Place place = pool.hold(2, 100, () -> granted.add("other"));
        assertThat(granted).isEmpty();
        finish(running.getFirst());
        assertThat(granted).containsExactly("other");
        assertThat(running).hasSize(CAP - 1);
        place.answered(100);
        assertThat(running.size()).isGreaterThanOrEqualTo(CAP);
        place.left();
        place.answered(100);
        assertThat(pool.inFlight()).isEqualTo(running.size());
    }

    @Test
    void aHeldCallThatIsNotWantedAnyMoreIsNotBegun() {
        pool.add(run(1, Tier.BATCH, 100));
        List<String> granted = new ArrayList<>();
        pool.hold(2, 100, () -> granted.add("gone")).left();
        pool.hold(3, 100, () -> granted.add("here"));
        finish(running.getFirst());
        assertThat(granted).containsExactly("here");
    }

    @Test
    void aProviderWithoutRoomSlowsDownHeldCallsToo() {
        FlexRoom.Place place = pool.hold(1, 1, () -> {});
        place.overloaded(Duration.ofSeconds(10));
        List<String> granted = new ArrayList<>();
        pool.hold(1, 1, () -> granted.add("later"));
        assertThat(granted).isEmpty();
        now += Duration.ofSeconds(10).toNanos();
        pool.dispatch();
        assertThat(granted).containsExactly("later");
    }

    @Test
    void aPoolWithoutSlotsBeginsRealtimeAloneAndAsks() {
        AtomicInteger asked = new AtomicInteger();
        Pool bare = new Pool(CAP, this::start, () -> {}, asked::incrementAndGet, () -> now, () -> Instant.EPOCH);
        bare.add(run(1, Tier.REALTIME, 1));
        assertThat(running).hasSize(1);
        assertThat(asked).as("realtime needs no slots").hasValue(0);
        bare.add(run(1, Tier.BATCH, 3));
        bare.add(run(1, Tier.BACKGROUND, 2));
        List<String> granted = new ArrayList<>();
        bare.hold(2, 1, () -> granted.add("held"));
        assertThat(running).hasSize(1);
        assertThat(asked).hasPositiveValue();
        Slots.Wish wish = bare.wish();
        assertThat(wish.wanted()).as("three and the held one").isEqualTo(4);
        assertThat(wish.spare()).isEqualTo(2);
        assertThat(wish.running()).isZero();
        bare.granted(wish, new Slots.Grant(2, 4, true, true, 0, now + 10));
        assertThat(bare.wish().running()).isEqualTo(2);
        assertThat(bare.use()).isEqualTo(new Pool.Use(2, 2, 4));
        now += 10;
        assertThat(bare.use().slots()).as("its lease has ended").isZero();
    }

    @Test
    void oneAccountWithManyLinesDoesNotKeepOthersFromTheirShare() {
        pool.add(run(1, Tier.BATCH, 100_000));
        for (int account = 2; account <= 11; account++) {
            pool.add(run(account, Tier.BATCH, 100));
        }
        Map<Long, Integer> doneAt = new HashMap<>();
        Map<Long, Integer> left = new HashMap<>();
        for (int step = 1; doneAt.size() < 10; step++) {
            Started first = running.getFirst();
            long account = first.run().batch().account();
            finish(first);
            if (account != 1 && left.merge(account, 1, Integer::sum) == 100) {
                doneAt.put(account, step);
            }
        }
        // Alone at their fair share, which is an eleventh, each would take 11 x 100 steps.
        assertThat(doneAt.values()).allSatisfy(step -> assertThat(step).isLessThanOrEqualTo((int) (1_100 * 1.2)));
    }

    @Test
    void aSlowLineIsAskedForOnceMoreOnlyWhereTheRestOfItsBatchIsDoneOnOtherNodesToo() {
        AtomicInteger asked = new AtomicInteger();
        Pool one = new Pool(CAP, this::start, () -> {}, asked::incrementAndGet, () -> now, () -> Instant.EPOCH);
        allSlots(one, CAP);
        ChunkRun run = run(1, Tier.BATCH, 100);
        one.add(run);
        for (int i = 0; i < 99; i++) {
            Started done = running.getFirst();
            one.answering(run, done.line().place(), 1_000_000);
            run.recorded(1);
            finish(one, done);
            assertThat(one.tails()).hasSize(i < 97 ? 0 : 1);
        }
        long batch = run.batch().id();
        long slow = 10_000_000;
        asked.set(0);
        assertThat(one.beginHedge(run, slow)).as("not known yet").isFalse();
        assertThat(asked).as("and asked for").hasValue(1);
        one.openElsewhere(Map.of(batch, 50L, 4_711L, 0L));
        assertThat(one.beginHedge(run, slow)).as("half of it is open elsewhere").isFalse();
        assertThat(asked).hasValue(1);
        one.openElsewhere(Map.of(batch, 0L));
        assertThat(one.beginHedge(run, slow)).isTrue();
    }

    private static Tier tier(Started one) {
        return one.run().batch().tier();
    }

    private void finish(Started one) {
        finish(pool, one);
    }

    private void finish(Pool of, Started one) {
        running.remove(one);
        of.answered(
                one.run(), one.line(), one.run().requests().tokens(one.line().place()));
        of.leave(one.run(), one.line());
        of.dispatch();
    }

    private ChunkRun run(long account, Tier tier, int lines) {
        return run(++batches, account, tier, lines);
    }

    /// The only chunk of a batch, which nobody works on.
    static ChunkRun run(long id, long account, Tier tier, int lines) {
        @Nullable Instant expires = tier == Tier.BATCH ? Instant.EPOCH.plusSeconds(id) : null;
        return TestRuns.run(id, account, tier, expires, lines, 100);
    }
}
