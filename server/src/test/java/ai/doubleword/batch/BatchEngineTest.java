package ai.doubleword.batch;

import static org.assertj.core.api.Assertions.assertThat;

import ai.doubleword.accounts.TestAccounts;
import ai.doubleword.accounts.User;
import ai.doubleword.batch.files.CompletionWindow;
import ai.doubleword.batch.files.FileContent;
import ai.doubleword.billing.Tariffs;
import ai.doubleword.blobs.BlobStore;
import ai.doubleword.blobs.FaultyBlobStore;
import ai.doubleword.blobs.TestBlobs;
import ai.doubleword.gateway.TestGateway;
import ai.doubleword.keys.Principal;
import ai.doubleword.models.Model;
import ai.doubleword.models.Routing;
import ai.doubleword.models.RoutingTable;
import ai.doubleword.platform.Database;
import ai.doubleword.platform.Ids;
import ai.doubleword.platform.TestDatabase;
import ai.doubleword.providers.Upstream;
import ai.doubleword.usage.TestUsage;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The engine over the real gateway, PostgreSQL and a folder of blobs, without the frame; several starts of it, or
/// several nodes, where a test wants them.
class BatchEngineTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final TestDatabase TEST = TestDatabase.create();
    private static final Database DATABASE = TEST.database();
    private static final Vertx VERTX = Vertx.vertx();
    private static final Ids IDS = new Ids(Clock.systemUTC(), new SplittableRandom(5));
    private static final Pattern NAME = Pattern.compile("line-\\d+");
    private static final long PATIENCE_NANOS = 60_000_000_000L;

    @TempDir
    Path folder;

    private final List<BatchEngine> engines = new ArrayList<>();
    private final Map<String, AtomicInteger> calls = new ConcurrentHashMap<>();
    private BlobStore blobs;
    private Principal key;

    @AfterAll
    static void close() {
        VERTX.close();
        TEST.close();
    }

    @BeforeEach
    void newAccount() throws IOException {
        User user = new TestAccounts(DATABASE, IDS, List.of()).user();
        key = TestGateway.principal(user.account());
        blobs = TestBlobs.in(folder);
    }

    @AfterEach
    void stop() {
        engines.forEach(BatchEngine::stop);
    }

    /// A model server that answers each line, once a name was called often enough.
    private final class Answers implements Upstream {
        private final int failures;
        private final long delayMillis;

        private final String padding;

        Answers(int failures, long delayMillis) {
            this(failures, delayMillis, 0);
        }

        /// @param padding bytes that each answer has more
        Answers(int failures, long delayMillis, int padding) {
            this.failures = failures;
            this.delayMillis = delayMillis;
            this.padding = "x".repeat(padding);
        }

        @Override
        public Exchange send(Request request, Listener listener) {
            Matcher name = NAME.matcher(request.body().toString());
            String line = name.find() ? name.group() : "";
            boolean fails =
                    calls.computeIfAbsent(line, absent -> new AtomicInteger()).incrementAndGet() <= failures;
            Runnable answer = () -> {
                listener.head(fails ? 500 : 200, Map.of("content-type", "application/json"));
                listener.chunk(Buffer.buffer(fails ? "{}" : """
                        {"id":"c","object":"chat.completion","model":"up","choices":[{"index":0,"message":{"role":\
                        "assistant","content":"%s"},"finish_reason":"stop"}],"usage":{"prompt_tokens":3,\
                        "completion_tokens":2,"total_tokens":5},"padding":"%s"}""".formatted(line, padding)));
                listener.end();
            };
            if (delayMillis == 0) {
                answer.run();
            } else {
                VERTX.setTimer(delayMillis, timer -> answer.run());
            }
            return new Exchange() {
                @Override
                public void pause() {}

                @Override
                public void resume() {}

                @Override
                public void cancel() {}
            };
        }
    }

    @Test
    void everyLineIsAnsweredOnceAndChargedOnce() throws Exception {
        OneFile file = file(2_500);
        BatchEngine engine = engine(file, "one", new Answers(0, 0));
        Batch batch = order(engine);
        await(engine, batch, done -> done.status() == BatchStatus.COMPLETED);
        verify(batch, 2_500);
        assertThat(calls.values()).allSatisfy(count -> assertThat(count).hasValue(1));
    }

    @Test
    void whatFailsForAWhileIsTriedAgainAndChargedOnce() throws Exception {
        OneFile file = file(20);
        BatchEngine engine = engine(file, "one", new Answers(1, 0));
        Batch batch = order(engine);
        await(engine, batch, done -> done.status() == BatchStatus.COMPLETED);
        verify(batch, 20);
        assertThat(number("SELECT count(*) FROM usage WHERE attempts IS NOT NULL AND batch = " + batch.id()))
                .isEqualTo(20);
    }

    @Test
    void twoNodesShareABatchAndLoseNothingWhenLeasesAreTakenFromThem() throws Exception {
        OneFile file = file(4_000);
        Answers slow = new Answers(0, 2);
        BatchEngine one = engine(file, "one", slow);
        engine(file, "two", slow);
        Batch batch = order(one);
        SplittableRandom random = new SplittableRandom(11);
        for (int i = 0; i < 12; i++) {
            Thread.sleep(random.nextLong(5, 60));
            // As if its node had been silent for long: both may go on with what was its.
            DATABASE.engine()
                    .useHandle(handle -> handle.execute(
                            "UPDATE chunk SET lease_until = now() - interval '1 s' WHERE state = 1 AND batch = "
                                    + batch.id()));
            DATABASE.engine().useTransaction(handle -> ChunkStore.freeEnded(handle, "nobody", 0));
        }
        await(one, batch, done -> done.status() == BatchStatus.COMPLETED);
        verify(batch, 4_000);
    }

    @Test
    void aNewStartGoesOnWhereTheOldOneStopped() throws Exception {
        OneFile file = file(1_500);
        Answers slow = new Answers(0, 5);
        BatchEngine first = engine(file, "one", slow);
        Batch batch = order(first);
        await(first, batch, some -> some.ok() > 100);
        first.stop();
        assertThat(number("SELECT count(*) FROM chunk WHERE state = 1 AND batch = " + batch.id()))
                .isZero();
        BatchEngine second = engine(file, "one", slow);
        await(second, batch, done -> done.status() == BatchStatus.COMPLETED);
        verify(batch, 1_500);
        assertThat(calls.values()).allSatisfy(count -> assertThat(count).hasValue(1));
    }

    @Test
    void aNewBatchBeginsWithoutWaitingForThePoll() throws Exception {
        OneFile file = file(1);
        BatchEngine engine = engine(file, "one", new Answers(0, 0), Duration.ofHours(1));
        await(engine, order(engine), done -> done.status() == BatchStatus.COMPLETED);
        await(engine, order(engine), done -> done.status() == BatchStatus.COMPLETED);
    }

    @Test
    void aFullDiskStopsLinesKeepsLeasesAndLosesNothing() throws Exception {
        FaultyBlobStore disk = TestBlobs.faulty(folder);
        blobs = disk;
        OneFile file = file(600);
        BatchEngine engine = engine(file, "one", new Answers(0, 1, 200_000));
        disk.leaveRoom(0);
        Batch batch = order(engine);
        // Results for which there is room in memory: 64 MiB of 200,000 bytes and a little each.
        int room = 320;
        await(() -> calls.size() >= room);
        String lease =
                "SELECT (extract(epoch FROM max(lease_until)) * 1000)::bigint FROM chunk WHERE state = 1 AND batch = "
                        + batch.id();
        long until = number(lease);
        await(() -> number(lease) > until);
        assertThat(calls.size()).as("lines that were begun").isLessThan(room + 100);
        assertThat(number("SELECT ok FROM batch_progress WHERE batch = " + batch.id()))
                .isZero();
        disk.empty();
        await(engine, batch, done -> done.status() == BatchStatus.COMPLETED);
        verify(batch, 600);
        assertThat(calls.values()).allSatisfy(count -> assertThat(count).hasValue(1));
    }

    @Test
    void aSearchReadsSoMuchAtATimeAndSaysWhereToGoOn() throws Exception {
        OneFile file = file(2_500);
        BatchEngine engine = engine(file, "one", new Answers(0, 0));
        Batch ordered = order(engine);
        await(engine, ordered, done -> done.status() == BatchStatus.COMPLETED);
        Batch batch = engine.batches().get(engine.batches().asker(key), Ids.format(Batch.PREFIX, ordered.id()));
        BatchResults results = new BatchResults(DATABASE, file, blobs, 10_000);
        BatchResults.Page page = results.read(batch, new BatchResults.Query(0, 25, "", "no line says this", false));
        assertThat(page.cut()).isTrue();
        assertThat(page.more()).isTrue();
        assertThat(page.lines()).isEmpty();
        assertThat(page.last()).isBetween(1L, 2_499L);
        int pages = 1;
        StringBuilder found = new StringBuilder();
        long from = 0;
        do {
            page = results.read(batch, new BatchResults.Query(from, 25, "", "\"line-1234\"", false));
            found.append(new String(page.lines(), StandardCharsets.UTF_8));
            assertThat(page.last()).isGreaterThan(from);
            from = page.last();
            pages++;
        } while (page.more());
        assertThat(pages).isGreaterThan(2);
        assertThat(from).isEqualTo(2_500);
        assertThat(found.toString().lines()).hasSize(1);
    }

    /// A model server that never answers the first call for one line.
    private static final class Stuck implements Upstream {
        private final Upstream others;
        private final String line;
        private final AtomicInteger calls = new AtomicInteger();
        private final AtomicInteger cancelled = new AtomicInteger();

        Stuck(Upstream others, String line) {
            this.others = others;
            this.line = line;
        }

        @Override
        public Exchange send(Request request, Listener listener) {
            if (!request.body().toString().contains(line) || calls.incrementAndGet() > 1) {
                return others.send(request, listener);
            }
            return new Exchange() {
                @Override
                public void pause() {}

                @Override
                public void resume() {}

                @Override
                public void cancel() {
                    cancelled.incrementAndGet();
                }
            };
        }
    }

    @Test
    void aLineThatIsStuckAtTheEndIsAskedForOnceMoreAndChargedOnce() throws Exception {
        OneFile file = file(200);
        Stuck upstream = new Stuck(new Answers(0, 1), "line-77\"");
        BatchEngine engine = engine(file, "one", upstream);
        Batch batch = order(engine);
        await(engine, batch, done -> done.status() == BatchStatus.COMPLETED);
        verify(batch, 200);
        assertThat(upstream.calls).as("calls for it").hasValue(2);
        assertThat(upstream.cancelled).as("given up").hasValue(1);
        assertThat(number("SELECT count(*) FROM usage WHERE batch = " + batch.id()))
                .isEqualTo(200);
        assertThat(number("SELECT count(*) FROM usage WHERE attempts IS NOT NULL AND line = 78 AND batch = "
                        + batch.id()))
                .as("and what it cost the operator is noted")
                .isEqualTo(1);
        assertThat(engine.standing().hedged()).isPositive();
    }

    private void verify(Batch batch, int lines) throws IOException {
        FileContent content = new BatchOutputs(DATABASE, blobs, new SegmentBlobs(DATABASE, blobs))
                .content(key.account(), batch.outputFile(), batch.id());
        assertThat(content.complete()).isTrue();
        List<String> names = new ArrayList<>();
        for (FileContent.LineSlice slice : content.slices()) {
            byte[] bytes = blobs.readFully(slice.bytes().blob(), slice.bytes().offset(), (int)
                    slice.bytes().bytes());
            for (String text : new String(bytes, StandardCharsets.UTF_8).lines().toList()) {
                JsonNode line = JSON.readTree(text);
                names.add(line.get("custom_id").asText());
                assertThat(line.at("/response/body/choices/0/message/content").asText())
                        .isEqualTo(line.get("custom_id").asText());
            }
        }
        assertThat(names).hasSize(lines);
        assertThat(new HashSet<>(names)).hasSize(lines);
        long id = batch.id();
        assertThat(number("SELECT sum(bit_count(done)) FROM chunk WHERE batch = " + id))
                .isEqualTo(lines);
        assertThat(number("SELECT sum(ok) FROM segment WHERE batch = " + id)).isEqualTo(lines);
        assertThat(number("SELECT max(seq) + 1 - count(*) FROM segment WHERE batch = " + id))
                .isZero();
        assertThat(number("SELECT count(*) - count(DISTINCT id) FROM usage WHERE batch = " + id))
                .isZero();
        assertThat(number("SELECT count(DISTINCT line) FROM usage WHERE batch = " + id))
                .isEqualTo(lines);
        assertThat(number("SELECT sum(requests) FROM rollup_hour WHERE account = " + key.account()))
                .isEqualTo(number("SELECT count(*) FROM usage WHERE account = " + key.account()));
    }

    private OneFile file(int lines) throws IOException {
        return OneFile.of(blobs, IDS.next(), key, "gpt", lines);
    }

    private BatchEngine engine(OneFile file, String node, Upstream upstream) {
        return engine(file, node, upstream, Duration.ofSeconds(1));
    }

    private BatchEngine engine(OneFile file, String node, Upstream upstream, Duration poll) {
        RoutingTable routing = new RoutingTable();
        Model model = TestGateway.chat("gpt", upstream);
        routing.replace(new Routing(1, Map.of("gpt", model)));
        BatchEngine engine = new BatchEngine(
                new BatchEngine.Stores(DATABASE, file, blobs, TestUsage.groups(DATABASE), (handle, event) -> {}),
                new BatchEngine.Models(
                        TestGateway.over(VERTX, routing),
                        TestGateway.ring(key),
                        routing,
                        Tariffs.of(IDS, Clock.systemUTC(), Map.of()),
                        VERTX,
                        List.of()),
                new BatchEngine.Chance(Clock.systemUTC(), IDS, new SplittableRandom(3)),
                new TestBatchConfig(32, poll, Duration.ofHours(24), Duration.ofDays(30)),
                node);
        engine.start();
        engines.add(engine);
        return engine;
    }

    private Batch order(BatchEngine engine) {
        return engine.batches()
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
    }

    private void await(BatchEngine engine, Batch batch, Predicate<Batch> condition) throws InterruptedException {
        long end = System.nanoTime() + PATIENCE_NANOS;
        String id = Ids.format(Batch.PREFIX, batch.id());
        Batch now = engine.batches().get(engine.batches().asker(key), id);
        while (!condition.test(now)) {
            assertThat(System.nanoTime()).as("within a minute: " + now).isLessThan(end);
            Thread.sleep(5);
            now = engine.batches().get(engine.batches().asker(key), id);
        }
    }

    private static void await(BooleanSupplier condition) throws InterruptedException {
        long end = System.nanoTime() + PATIENCE_NANOS;
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as("within a minute").isLessThan(end);
            Thread.sleep(5);
        }
    }

    private static long number(String sql) {
        return DATABASE.engine()
                .withHandle(handle -> handle.createQuery(sql).mapTo(Long.class).one());
    }
}
