package ai.doubleword.batch;

import static org.assertj.core.api.Assertions.assertThat;

import ai.doubleword.accounts.TestAccounts;
import ai.doubleword.platform.Database;
import ai.doubleword.platform.Ids;
import ai.doubleword.platform.TestDatabase;
import ai.doubleword.platform.Tier;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// Two nodes' slots of one pool in a real database. Their lines begin, and end when a test says so.
class SharedSlotsTest {
    private static final TestDatabase TEST = TestDatabase.create();
    private static final Database DATABASE = TEST.database();
    private static final AtomicLong NAMES = new AtomicLong();
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final String model = "gpt-" + NAMES.incrementAndGet();
    private final List<SharedSlots> started = new ArrayList<>();

    @AfterAll
    static void close() {
        TEST.close();
    }

    @AfterEach
    void stop() {
        started.forEach(SharedSlots::stop);
    }

    private final class Node {
        final SharedSlots slots;
        final Pool pool;

        Node(String name) {
            slots = new SharedSlots(DATABASE, name);
            pool = new Pool(64, (of, run, line) -> {}, () -> {}, slots::soon, System::nanoTime, Instant::now);
            slots.add(model, pool);
            slots.start();
            started.add(slots);
        }

        void work(int lines) {
            pool.add(PoolTest.run(NAMES.incrementAndGet(), 1, Tier.BATCH, lines));
        }

        int running() {
            return pool.use().running();
        }
    }

    @Test
    void anIdleNodeHasWhatItNeedsAtOnceAndIsToldNothingMore() {
        Node one = new Node("one");
        one.work(2);
        await(() -> one.running() == 2);
        assertThat(number("SELECT held FROM pool_slots WHERE model = '" + model + "'"))
                .isGreaterThanOrEqualTo(2);
        assertThat(number("SELECT wanted FROM pool_slots WHERE model = '" + model + "'"))
                .isEqualTo(2);
    }

    @Test
    void twoNodesNeverRunMoreThanTheLimitTogether() {
        learnt(20);
        Node one = new Node("one");
        one.work(5);
        await(() -> one.running() == 5);
        Node two = new Node("two");
        two.work(1_000);
        await(() -> two.running() == 15);
        one.work(1_000);
        // Two runs all that is left, and no line of its ends.
        await(() -> number("SELECT wanted FROM pool_slots WHERE node = 'one' AND model = '" + model + "'") > 5);
        assertThat(one.running() + two.running()).isEqualTo(20);
        assertThat(number("SELECT sum(held) FROM pool_slots WHERE model = '" + model + "'"))
                .isEqualTo(20);
    }

    @Test
    void whatANodeGivesBackOrDoesNotLiveToGiveBackIsTheOthers() {
        learnt(12);
        Node one = new Node("one");
        one.work(1_000);
        await(() -> one.running() == 12);
        Node two = new Node("two");
        two.work(1_000);
        one.slots.stop();
        await(() -> two.running() == 12);
        two.slots.stop();
        Node three = new Node("three");
        three.work(1_000);
        await(() -> three.running() == 12);
        // Silent for longer than its lease, as a dead one is.
        three.slots.stop();
        DATABASE.engine().useHandle(handle -> handle.execute("""
                INSERT INTO pool_slots (model, node, wanted, spare, held, lease_until)
                VALUES (?, 'dead', 99, 0, 12, now() + interval '1 s')
                """, model));
        Node four = new Node("four");
        four.work(1_000);
        await(() -> four.running() == 12);
    }

    @Test
    void whatWasLearntOutlivesAllNodes() {
        Node one = new Node("one");
        one.work(1_000);
        await(() -> one.running() == Slots.START);
        for (int i = 0; i < Slots.START; i++) {
            // As if so many lines had been answered; they run on.
            one.pool.answered(PoolTest.run(NAMES.incrementAndGet(), 1, Tier.BATCH, 1), LineTry.first(0), 1);
        }
        one.slots.soon();
        await(() -> one.running() == 2 * Slots.START);
        one.slots.stop();
        Node two = new Node("two");
        two.work(1_000);
        await(() -> two.running() == 2 * Slots.START);
        Throughput.Sum measured = DATABASE.engine()
                .withHandle(handle -> SlotStore.throughput(handle, model))
                .any();
        assertThat(measured.lines()).isEqualTo(Slots.START);
        assertThat(measured.tokens()).isEqualTo(Slots.START * 100);
        assertThat(measured.seconds()).isPositive();
    }

    @Test
    void aDatabaseThatIsNotThereForAWhileEndsNothing() {
        learnt(8);
        DATABASE.engine().useHandle(handle -> handle.execute("ALTER TABLE pool_limit RENAME TO pool_limit_gone"));
        Node one = new Node("one");
        one.work(8);
        LockSupport.parkNanos(Duration.ofMillis(200).toNanos());
        assertThat(one.running()).isZero();
        DATABASE.engine().useHandle(handle -> handle.execute("ALTER TABLE pool_limit_gone RENAME TO pool_limit"));
        await(() -> one.running() == 8);
    }

    @Test
    void ofABatchThatNearsItsEndANodeIsToldWhatIsOpenElsewhere() {
        long account = new TestAccounts(DATABASE, new Ids(Clock.systemUTC(), new SplittableRandom()), List.of())
                .user()
                .account();
        long batch = NAMES.incrementAndGet();
        DATABASE.engine().useHandle(handle -> {
            handle.execute("""
                    INSERT INTO batch (id, account_id, key_id, family, member, tier, total, input_file, output_file,
                        error_file, endpoint, completion_window, metadata, status, in_progress_at)
                    VALUES (?, ?, '', 1, 1, 2, 500, 0, 0, 0, '', '', '{}', 1, now())
                    """, batch, account);
            handle.execute("""
                    INSERT INTO chunk_plan (batch, no, model, tariff, prefix, tokens, count, lines)
                    SELECT ?, no, CASE no WHEN 4 THEN 'other' ELSE ? END, 0, 0, 0, 100, '' FROM generate_series(0, 4) AS no
                    """, batch, model);
            handle.execute("""
                    INSERT INTO chunk (batch, no, state, node, ok, failed, done, bad)
                    VALUES (:batch, 0, 1, 'one', 90, 5, '', ''), (:batch, 1, 1, 'two', 60, 1, '', ''),
                        (:batch, 2, 0, '', 0, 0, '', ''), (:batch, 3, 2, 'two', 99, 1, '', ''),
                        (:batch, 4, 1, 'one', 98, 0, '', '')
                    """.replace(":batch", Long.toString(batch)));
        });
        SlotStore.Tail tail = new SlotStore.Tail(model, batch);
        SlotStore.Tail unknown = new SlotStore.Tail(model, -1);
        Map<SlotStore.Tail, Long> forOne =
                DATABASE.engine().withHandle(handle -> SlotStore.openElsewhere(handle, List.of(tail, unknown), "one"));
        assertThat(forOne)
                .as("on the other, on none, and here of another model")
                .isEqualTo(Map.of(tail, 39L + 100 + 2));
        Map<SlotStore.Tail, Long> forTwo =
                DATABASE.engine().withHandle(handle -> SlotStore.openElsewhere(handle, List.of(tail), "two"));
        assertThat(forTwo).isEqualTo(Map.of(tail, 5L + 100 + 2));
    }

    private void learnt(int lines) {
        DATABASE.engine()
                .useHandle(handle -> handle.execute(
                        "INSERT INTO pool_limit (model, lines, slow_start) VALUES (?, ?, false)", model, lines));
    }

    private static void await(BooleanSupplier condition) {
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).isLessThan(end);
            LockSupport.parkNanos(Duration.ofMillis(5).toNanos());
        }
    }

    private static long number(String sql) {
        return DATABASE.engine()
                .withHandle(handle -> handle.createQuery(sql).mapTo(Long.class).one());
    }
}
