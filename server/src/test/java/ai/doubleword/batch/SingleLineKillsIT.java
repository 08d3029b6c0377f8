package ai.doubleword.batch;

import static org.assertj.core.api.Assertions.assertThat;

import ai.doubleword.accounts.TestAccounts;
import ai.doubleword.blobs.BlobStore;
import ai.doubleword.blobs.TestBlobs;
import ai.doubleword.platform.Database;
import ai.doubleword.platform.Ids;
import ai.doubleword.platform.TestDatabase;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// `kill -9` of one or both of two nodes of the engine on one PostgreSQL, while single lines come in and run; then a
/// reader that no node had a part in looks whether each line that was said to be durable has its result, and was
/// charged once. Run by the profile `faults`: `./mvnw -Pfaults -Dkills=200 verify -Dit.test=SingleLineKillsIT`;
/// `-Dkills.seed=N` repeats a run's choices.
@Tag("faults")
final class SingleLineKillsIT {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration PATIENCE = Duration.ofMinutes(3);
    private static final int BURST = 60;

    private final int kills = Integer.getInteger("kills", 10);
    private final long seed = Long.getLong("kills.seed", System.nanoTime());
    private final SplittableRandom random = new SplittableRandom(seed);
    private final TestDatabase test = TestDatabase.create();
    private final Database database = test.database();
    private final Ids ids = new Ids(Clock.systemUTC(), new SplittableRandom());
    private final long account =
            new TestAccounts(database, ids, List.of()).user().account();
    private final Set<Long> durable = ConcurrentHashMap.newKeySet();
    private final AtomicLong ran = new AtomicLong();
    private final List<NodeProcess> nodes = new ArrayList<>();

    @TempDir
    Path folder;

    @AfterEach
    void end() {
        nodes.forEach(NodeProcess::kill);
        test.close();
    }

    private NodeProcess node(String name) throws IOException, InterruptedException {
        NodeProcess.Place place = new NodeProcess.Place(test.settings(), folder, account, List.of());
        return new NodeProcess(place, name, durable::add, id -> ran.incrementAndGet());
    }

    @Test
    void whateverIsKilledADurableLineHasItsResultAndIsChargedOnce() throws Exception {
        say("kills.seed " + seed);
        database.engine().useHandle(handle -> handle.execute("""
                INSERT INTO model (id, uuid, name, type, tiers, policy)
                VALUES (7, gen_random_uuid(), 'gpt', 'chat', '{flex}', 'priority')
                """));
        database.engine().useHandle(handle -> handle.execute("""
                INSERT INTO tariff (id, model_id, tier, input, cache_read, cache_write_5m, cache_write_1h, output,
                    reasoning, audio_input, audio_output, images, derived, valid_from)
                VALUES (7, 7, 'flex', 1000000, 0, 0, 0, 1000000, 0, 0, 0, 0, false, now())
                """));
        nodes.add(node("one"));
        nodes.add(node("two"));
        for (int kill = 1; kill <= kills; kill++) {
            for (int i = random.nextInt(BURST); i >= 0; i--) {
                nodes.get(random.nextInt(nodes.size())).submit(ids.next());
            }
            LockSupport.parkNanos(Duration.ofMillis(random.nextInt(5, 600)).toNanos());
            boolean both = random.nextInt(4) == 0;
            int victim = random.nextInt(nodes.size());
            for (int i = 0; i < nodes.size(); i++) {
                if (both || i == victim) {
                    nodes.get(i).kill();
                    nodes.set(i, node(i == 0 ? "one" : "two"));
                }
            }
            say("kill " + kill + " of " + kills + ": " + (both ? "both" : "one") + "; " + durable.size()
                    + " durable lines");
        }
        awaitEnd();
        look();
    }

    private void awaitEnd() {
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (number("SELECT count(*) FROM batch WHERE status <> 3") > 0) {
            assertThat(System.nanoTime()).as("seed %d", seed).isLessThan(end);
            LockSupport.parkNanos(Duration.ofMillis(50).toNanos());
        }
    }

    private void look() throws IOException {
        BlobStore blobs = TestBlobs.in(folder.resolve("blobs"));
        List<Long> written = database.engine()
                .withHandle(handle -> handle.createQuery("SELECT id FROM single_line")
                        .mapTo(Long.class)
                        .list());
        assertThat(written).as("seed %d", seed).containsAll(durable);
        for (long id : written) {
            Optional<SingleLineStore.Found> found =
                    database.engine().withHandle(handle -> SingleLineStore.find(handle, account, id));
            SegmentStore.Segment segment = Objects.requireNonNull(
                    found.orElseThrow().segment(), () -> "line " + id + " has no result, seed " + seed);
            SingleState state =
                    SingleResults.read(blobs, segment, found.orElseThrow().place());
            assertThat(state).isInstanceOfSatisfying(SingleState.Completed.class, done -> {
                assertThat(content(done)).isEqualTo(Long.toString(id));
                assertThat(number("SELECT count(*) FROM usage WHERE cost > 0 AND id = " + done.request()))
                        .as("charges of line %d, seed %d", id, seed)
                        .isEqualTo(1);
            });
        }
        assertThat(number("SELECT count(*) FROM usage WHERE cost > 0")).isEqualTo(written.size());
        assertThat(number("SELECT sum(bit_count(done)) FROM chunk")).isEqualTo(written.size());
        assertThat(number("SELECT sum(ok) FROM batch_progress")).isEqualTo(written.size());
        say(written.size() + " lines, " + durable.size()
                + " of them known to be durable, each recorded and charged once; "
                + (ran.get() - written.size()) + " executed again; "
                + number("SELECT count(*) FROM batch") + " packs");
    }

    private static String content(SingleState.Completed done) {
        try {
            return JSON.readTree(done.body()).at("/choices/0/message/content").asText();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private long number(String sql) {
        return database.engine()
                .withHandle(handle -> handle.createQuery(sql).mapTo(Long.class).one());
    }

    @SuppressWarnings("SystemOut") // a seed is of use only if it is seen
    private static void say(String line) {
        System.out.println(line);
    }
}
