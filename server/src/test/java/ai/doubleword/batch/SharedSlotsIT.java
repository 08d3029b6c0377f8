package ai.doubleword.batch;

import static org.assertj.core.api.Assertions.assertThat;

import ai.doubleword.accounts.TestAccounts;
import ai.doubleword.platform.Database;
import ai.doubleword.platform.Ids;
import ai.doubleword.platform.TestDatabase;
import ai.doubleword.simulator.Distribution;
import ai.doubleword.simulator.SimulatedModel;
import ai.doubleword.simulator.SimulatedModels;
import ai.doubleword.simulator.SimulatorConfig;
import ai.doubleword.simulator.SimulatorServer;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Two nodes of the engine, each a process, on one PostgreSQL and one model server that has room for some requests at
/// once. Run by the profile `faults`.
@Tag("faults")
final class SharedSlotsIT {
    private static final Duration PATIENCE = Duration.ofMinutes(3);
    private static final int ROOM = 12;
    private static final int LINES = 800;

    private final TestDatabase test = TestDatabase.create();
    private final Database database = test.database();
    private final Ids ids = new Ids(Clock.systemUTC(), new SplittableRandom());
    private final long account =
            new TestAccounts(database, ids, List.of()).user().account();
    private final Set<Long> durable = ConcurrentHashMap.newKeySet();
    private final AtomicLong ranOnOne = new AtomicLong();
    private final AtomicLong ranOnTwo = new AtomicLong();
    private final SimulatedModels models = new SimulatedModels(new SimulatorConfig(
            1,
            List.of(SimulatedModel.of("up", SimulatedModel.Kind.INSTANT)
                    .paced(Distribution.constant(Duration.ofMillis(60)), Distribution.ZERO)
                    .limited(ROOM, 0))));
    private final SimulatorServer simulator = SimulatorServer.start(models, "127.0.0.1", 0, 1);

    @TempDir
    Path folder;

    private final List<NodeProcess> nodes = new ArrayList<>();

    @AfterEach
    void end() {
        nodes.forEach(NodeProcess::kill);
        simulator.close();
        test.close();
    }

    @Test
    void twoNodesLearnTogetherHowMuchRoomThereIsAndOneTakesOverWhatADeadOneHad() throws Exception {
        database.engine().useHandle(handle -> handle.execute("""
                INSERT INTO model (id, uuid, name, type, tiers, policy)
                VALUES (7, gen_random_uuid(), 'gpt', 'chat', '{flex}', 'priority')
                """));
        NodeProcess one = node("one", ranOnOne);
        NodeProcess two = node("two", ranOnTwo);
        for (int i = 0; i < LINES; i++) {
            (i % 2 == 0 ? one : two).submit(flex());
        }
        // Twice the room is tried before the first refusal is heard, and what is under way then may be a little more;
        // each for itself they would try twice that.
        long most = 0;
        long holders = 0;
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (done() < LINES / 2) {
            most = Math.max(most, models.counts().active());
            holders =
                    Math.max(holders, number("SELECT count(*) FROM pool_slots WHERE held > 0 AND lease_until > now()"));
            assertThat(System.nanoTime()).isLessThan(end);
            LockSupport.parkNanos(Duration.ofMillis(1).toNanos());
        }
        assertThat(most).isBetween(ROOM / 2L, 4L * ROOM - 1);
        assertThat(ranOnOne).hasPositiveValue();
        assertThat(ranOnTwo).hasPositiveValue();
        assertThat(holders).as("nodes that had places at the same time").isEqualTo(2);

        one.kill();
        await(() -> number("SELECT count(*) FROM pool_slots WHERE node = 'one' AND lease_until > now()") == 0);
        await(() -> done() >= durable.size() && number("SELECT count(*) FROM batch WHERE status <> 3") == 0);
        long limit = number("SELECT floor(lines)::bigint FROM pool_limit WHERE model = 'gpt'");
        assertThat(limit).as("what was learnt stays").isBetween(4L, ROOM + 1L);
        long lines = number("SELECT count(*) FROM single_line");
        say(lines + " lines, at most " + most + " at once of " + ROOM + ", "
                + (models.counts().received() - lines) + " calls more than lines; limit " + limit);
    }

    private NodeProcess node(String name, AtomicLong ran) throws Exception {
        NodeProcess.Place place = new NodeProcess.Place(test.settings(), folder, account, List.of(simulator.baseUrl()));
        NodeProcess node = new NodeProcess(place, name, durable::add, id -> ran.incrementAndGet());
        nodes.add(node);
        return node;
    }

    /// The id of a line of the flex tier.
    private long flex() {
        long id = ids.next();
        while (id % 2 != 0) {
            id = ids.next();
        }
        return id;
    }

    private long done() {
        return number("SELECT coalesce(sum(ok + failed), 0)::bigint FROM batch_progress");
    }

    private static void await(BooleanSupplier condition) {
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).isLessThan(end);
            LockSupport.parkNanos(Duration.ofMillis(20).toNanos());
        }
    }

    private long number(String sql) {
        return database.engine()
                .withHandle(handle -> handle.createQuery(sql).mapTo(Long.class).one());
    }

    @SuppressWarnings("SystemOut") // what was seen
    private static void say(String line) {
        System.out.println(line);
    }
}
