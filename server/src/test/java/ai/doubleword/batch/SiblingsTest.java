package ai.doubleword.batch;

import static org.assertj.core.api.Assertions.assertThat;

import ai.doubleword.accounts.TestAccounts;
import ai.doubleword.batch.files.CompletionWindow;
import ai.doubleword.billing.Tariffs;
import ai.doubleword.blobs.BlobStore;
import ai.doubleword.blobs.TestBlobs;
import ai.doubleword.gateway.TestGateway;
import ai.doubleword.jsonl.LineEntry;
import ai.doubleword.keys.Principal;
import ai.doubleword.models.Routing;
import ai.doubleword.models.RoutingTable;
import ai.doubleword.platform.Ids;
import ai.doubleword.platform.TestDatabase;
import ai.doubleword.providers.TestUpstreams;
import ai.doubleword.simulator.Distribution;
import ai.doubleword.simulator.SimulatedModel;
import ai.doubleword.simulator.SimulatedModels;
import ai.doubleword.simulator.SimulatorConfig;
import ai.doubleword.simulator.SimulatorServer;
import ai.doubleword.usage.TestUsage;
import io.vertx.core.Vertx;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What lines that begin alike gain by letting one go ahead, with the engine before the simulator's prefix cache.
class SiblingsTest {
    private static final TestDatabase TEST = TestDatabase.create();
    private static final Vertx VERTX = Vertx.vertx();
    private static final Ids IDS = new Ids(Clock.systemUTC(), new SplittableRandom(9));
    private static final int GROUPS = 6;
    private static final int LINES = 10;
    private static final long PATIENCE_NANOS = 60_000_000_000L;

    @TempDir
    Path folder;

    @AfterAll
    static void close() {
        VERTX.close();
        TEST.close();
    }

    @Test
    void moreOfTheInputIsCachedThanWhereNoneGoesAheadAndEachLineIsAnsweredOnce() throws Exception {
        double with = cachedShare(true);
        double without = cachedShare(false);
        // All but the first of each group, but for what is each line's own and the last block.
        assertThat(with).isGreaterThan(0.7);
        assertThat(without).isLessThan(with - 0.1);
    }

    /// The share of the input that was cached, of a file in an order that suits the cache.
    ///
    /// @param grouped whether the file's index knows which lines begin alike
    private double cachedShare(boolean grouped) throws Exception {
        Principal key = TestGateway.principal(
                new TestAccounts(TEST.database(), IDS, List.of()).user().account());
        BlobStore blobs = TestBlobs.in(folder.resolve(Boolean.toString(grouped)));
        OneFile file = OneFile.of(blobs, IDS.next(), key, "gpt", lines(grouped));
        SimulatorConfig paced = new SimulatorConfig(
                1,
                List.of(SimulatedModel.of("up", SimulatedModel.Kind.CHAT)
                        .paced(Distribution.constant(Duration.ofMillis(500)), Distribution.ZERO)));
        try (SimulatorServer simulator = SimulatorServer.start(new SimulatedModels(paced), "127.0.0.1", 0, 1)) {
            BatchEngine engine = engine(file, blobs, key, simulator.baseUrl());
            try {
                return run(engine, key);
            } finally {
                engine.stop();
            }
        }
    }

    private static List<OneFile.Line> lines(boolean grouped) {
        List<OneFile.Line> lines = new ArrayList<>();
        for (int group = 0; group < GROUPS; group++) {
            String system = ("These are the rules of group " + group + ". ").repeat(60);
            for (int i = 0; i < LINES; i++) {
                int hash = grouped ? group + 1 : 1_000 * (group + 1) + i;
                lines.add(new OneFile.Line(
                        """
                        "max_tokens":2,"messages":[{"role":"system","content":"%s"},\
                        {"role":"user","content":"question %d"}]""".formatted(system, i), new LineEntry.Prefixes(hash, hash, hash, 1_000 * (group + 1) + i)));
            }
        }
        return lines;
    }

    private double run(BatchEngine engine, Principal key) throws InterruptedException {
        Batch batch = engine.batches()
                .create(
                        key,
                        new Batches.Wanted(
                                "file",
                                "/v1/chat/completions",
                                CompletionWindow.parse("24h"),
                                Map.of(),
                                false,
                                Duration.ZERO,
                                false));
        String id = Ids.format(Batch.PREFIX, batch.id());
        long end = System.nanoTime() + PATIENCE_NANOS;
        while (!engine.batches().get(engine.batches().asker(key), id).status().ended()) {
            assertThat(System.nanoTime()).as("within a minute").isLessThan(end);
            Thread.sleep(20);
        }
        Batch done = engine.batches().get(engine.batches().asker(key), id);
        assertThat(done.ok()).isEqualTo(GROUPS * LINES);
        return TEST.database()
                .engine()
                .withHandle(handle -> handle.createQuery("""
                        SELECT sum(coalesce(cache_read, 0)) / sum(coalesce(input, 0) + coalesce(cache_read, 0))::float8
                        FROM usage WHERE batch = :batch
                        """)
                        .bind("batch", batch.id())
                        .mapTo(Double.class)
                        .one());
    }

    private static BatchEngine engine(OneFile file, BlobStore blobs, Principal key, String simulator) {
        RoutingTable routing = new RoutingTable();
        routing.replace(new Routing(
                1, Map.of("gpt", TestGateway.chat("gpt", TestUpstreams.http(VERTX, simulator, 60_000)))));
        BatchEngine engine = new BatchEngine(
                new BatchEngine.Stores(
                        TEST.database(), file, blobs, TestUsage.groups(TEST.database()), (handle, event) -> {}),
                new BatchEngine.Models(
                        TestGateway.over(VERTX, routing),
                        TestGateway.ring(key),
                        routing,
                        Tariffs.of(IDS, Clock.systemUTC(), Map.of()),
                        VERTX,
                        List.of()),
                new BatchEngine.Chance(Clock.systemUTC(), IDS, new SplittableRandom(3)),
                new TestBatchConfig(32, Duration.ofSeconds(1), Duration.ofHours(24), Duration.ofDays(30)),
                "one");
        engine.start();
        return engine;
    }
}
