package ai.doubleword.batch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.doubleword.accounts.TestAccounts;
import ai.doubleword.accounts.User;
import ai.doubleword.billing.Tariffs;
import ai.doubleword.blobs.BlobInfo;
import ai.doubleword.blobs.BlobStore;
import ai.doubleword.blobs.FaultyBlobStore;
import ai.doubleword.blobs.TestBlobs;
import ai.doubleword.gateway.Dialect;
import ai.doubleword.gateway.TestGateway;
import ai.doubleword.keys.Principal;
import ai.doubleword.models.Routing;
import ai.doubleword.models.RoutingTable;
import ai.doubleword.platform.AccountEvent;
import ai.doubleword.platform.AccountEventType;
import ai.doubleword.platform.Database;
import ai.doubleword.platform.ErrorCode;
import ai.doubleword.platform.Ids;
import ai.doubleword.platform.Problem;
import ai.doubleword.platform.ProblemException;
import ai.doubleword.platform.TestDatabase;
import ai.doubleword.platform.Tier;
import ai.doubleword.providers.Upstream;
import ai.doubleword.usage.TestUsage;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Queue;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jdbi.v3.core.Handle;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The door for single lines over the real gateway, PostgreSQL and a folder of blobs, without the frame.
class SingleLinesTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final TestDatabase TEST = TestDatabase.create();
    private static final Database DATABASE = TEST.database();
    private static final Vertx VERTX = Vertx.vertx();
    private static final Ids IDS = new Ids(Clock.systemUTC(), new SplittableRandom(9));
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @TempDir
    Path folder;

    private final List<BatchEngine> engines = new ArrayList<>();
    private final List<AccountEvent> events = new CopyOnWriteArrayList<>();
    private BlobStore blobs;
    private Principal key;
    private User user;

    @AfterAll
    static void close() {
        VERTX.close();
        TEST.close();
    }

    @BeforeEach
    void newAccount() throws IOException {
        user = new TestAccounts(DATABASE, IDS, List.of()).user();
        key = TestGateway.principal(user.account());
        blobs = TestBlobs.in(folder);
    }

    @AfterEach
    void stop() {
        engines.forEach(BatchEngine::stop);
    }

    /// A model server that says what it was asked; it answers at once, or when [#open] is called.
    private static final class Echo implements Upstream {
        final AtomicInteger calls = new AtomicInteger();
        final AtomicInteger cancelled = new AtomicInteger();
        final Queue<Runnable> held = new ConcurrentLinkedQueue<>();
        private volatile boolean holds;
        volatile int status = 200;

        @Override
        public Exchange send(Upstream.Request request, Upstream.Listener listener) {
            calls.incrementAndGet();
            String asked = asked(request.body());
            Runnable answer = () -> {
                listener.head(status, Map.of("content-type", "application/json"));
                listener.chunk(Buffer.buffer(status == 200 ? """
                        {"id":"c","object":"chat.completion","model":"up","choices":[{"index":0,"message":{"role":\
                        "assistant","content":"%s"},"finish_reason":"stop"}],"usage":{"prompt_tokens":3,\
                        "completion_tokens":2,"total_tokens":5}}""".formatted(asked) : """
                        {"error":{"message":"No such thing."}}"""));
                listener.end();
            };
            if (!hold(answer)) {
                answer.run();
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

        private synchronized boolean hold(Runnable answer) {
            Context here = VERTX.getOrCreateContext();
            return holds && held.add(() -> here.runOnContext(nothing -> answer.run()));
        }

        synchronized void open() {
            holds = false;
            held.forEach(Runnable::run);
            held.clear();
        }

        private static String asked(Buffer body) {
            try {
                return JSON.readTree(body.getBytes()).at("/messages/0/content").asText();
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        }
    }

    @Test
    void aFullDiskRefusesLinesAndKeepsResultsUntilItHasRoom() throws Exception {
        FaultyBlobStore disk = TestBlobs.faulty(folder);
        blobs = disk;
        Echo echo = new Echo();
        echo.holds = true;
        SingleLines lines = engine(echo).singles();
        long taken = submit(lines, "taken", Tier.FLEX);
        await(() -> echo.calls.get() == 1);
        disk.leaveRoom(0);
        assertThatThrownBy(() -> submit(lines, "refused", Tier.FLEX))
                .isInstanceOfSatisfying(ProblemException.class, refused -> {
                    assertThat(refused.problem().code()).isEqualTo(ErrorCode.STORAGE_UNAVAILABLE);
                    assertThat(refused.problem().retryAfter()).isPositive();
                });
        echo.open();
        assertThat(lines.await(key.account(), taken, Duration.ofMillis(300)))
                .get()
                .isInstanceOf(SingleState.InProgress.class);
        disk.empty();
        assertThat(content(completed(lines, taken))).isEqualTo("taken");
        assertThat(content(completed(lines, submit(lines, "later", Tier.FLEX)))).isEqualTo("later");
        assertThat(echo.calls).as("none was run again").hasValue(2);
    }

    @Test
    void aLineIsAnsweredAndChargedOnce() throws Exception {
        Echo echo = new Echo();
        SingleLines lines = engine(echo).singles();
        long id = submit(lines, "ping", Tier.FLEX);
        SingleState.Completed done = completed(lines, id);
        assertThat(content(done)).isEqualTo("ping");
        assertThat(echo.calls).hasValue(1);
        assertThat(number("SELECT count(*) FROM usage WHERE id = " + done.request()
                        + " AND tier = 1 AND batch < 0 AND line = 1"))
                .isEqualTo(1);
        assertThat(number("SELECT sum(requests) FROM rollup_hour WHERE account = " + key.account()))
                .isEqualTo(1);
    }

    @Test
    void manyThatComeAtOnceAreFewPacks() throws Exception {
        Echo echo = new Echo();
        SingleLines lines = engine(echo).singles();
        int count = 3_000;
        List<Long> ids = new ArrayList<>();
        try (ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<Long>> submitted = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                String text = "line-" + i;
                submitted.add(callers.submit(() -> submit(lines, text, i(text) % 3 == 0 ? Tier.REALTIME : Tier.FLEX)));
            }
            for (Future<Long> one : submitted) {
                ids.add(one.get());
            }
        }
        for (int i = 0; i < count; i++) {
            assertThat(content(completed(lines, ids.get(i)))).isEqualTo("line-" + i);
        }
        assertThat(echo.calls).hasValue(count);
        assertThat(number("SELECT count(*) FROM usage WHERE cost IS NOT NULL OR account = " + key.account()))
                .isGreaterThanOrEqualTo(count);
        assertThat(number("SELECT count(*) FROM batch WHERE account_id = " + key.account()))
                .isLessThan(count / 4);
        assertThat(number("SELECT count(*) FROM batch WHERE status <> 3 AND account_id = " + key.account()))
                .isZero();
    }

    private static int i(String line) {
        return Integer.parseInt(line.substring(line.indexOf('-') + 1));
    }

    @Test
    void aLineIsDurableWhenSubmitReturnsAndTheNextStartRunsIt() throws Exception {
        Echo echo = new Echo();
        echo.holds = true;
        BatchEngine first = engine(echo);
        long id = submit(first.singles(), "later", Tier.FLEX);
        // A start that never begins anything, as if it was killed just after it answered.
        first.stop();
        echo.held.clear();
        echo.holds = false;
        assertThat(content(completed(engine(echo).singles(), id))).isEqualTo("later");
    }

    @Test
    void anotherNodeHearsOfTheEnd() throws Exception {
        Echo echo = new Echo();
        echo.holds = true;
        BatchEngine runs = engine(echo, "one", Duration.ofHours(1));
        BatchEngine asks = engine(echo, "two", Duration.ofHours(1));
        long id = submit(runs.singles(), "far", Tier.FLEX);
        CompletableFuture<Void> ended = asks.singles().whenEnded(key.account(), id);
        assertThat(ended).isNotDone();
        echo.open();
        ended.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        assertThat(asks.singles().state(key.account(), id).orElseThrow()).isInstanceOf(SingleState.Completed.class);
    }

    @Test
    void aLineThatFailsSaysWhy() throws Exception {
        Echo echo = new Echo();
        echo.status = 400;
        SingleLines lines = engine(echo).singles();
        long id = submit(lines, "wrong", Tier.FLEX);
        SingleState state = lines.await(key.account(), id, PATIENCE).orElseThrow();
        assertThat(state).isInstanceOfSatisfying(SingleState.Failed.class, failed -> {
            assertThat(failed.message()).contains("No such thing.");
            assertThat(failed.request()).isPositive();
        });
    }

    @Test
    void aRunningLineIsCancelledAndCostsNothing() throws Exception {
        Echo echo = new Echo();
        echo.holds = true;
        SingleLines lines = engine(echo).singles();
        long id = submit(lines, "long", Tier.FLEX);
        await(() -> echo.calls.get() == 1);
        assertThat(lines.cancel(key.account(), id).orElseThrow()).isEqualTo(new SingleState.Cancelled());
        await(() -> echo.cancelled.get() == 1);
        assertThat(lines.cancel(key.account(), id).orElseThrow()).isEqualTo(new SingleState.Cancelled());
        await(() -> number("SELECT count(*) FROM batch WHERE status = 3 AND account_id = " + key.account()) == 1);
        assertThat(number("SELECT count(*) FROM usage WHERE cost > 0 AND account = " + key.account()))
                .isZero();
    }

    @Test
    void aNodeThatDidNotHearOfACancelGivesTheLineUpWithItsNextRenewal() throws Exception {
        Echo echo = new Echo();
        echo.holds = true;
        BatchEngine runs = engine(echo, "one", Duration.ofHours(1));
        BatchEngine asks = engine(echo, "two", Duration.ofHours(1));
        long id = submit(runs.singles(), "long", Tier.FLEX);
        await(() -> echo.calls.get() == 1);
        CompletableFuture<Void> ended = runs.singles().whenEnded(key.account(), id);
        assertThat(asks.singles().cancel(key.account(), id).orElseThrow()).isEqualTo(new SingleState.Cancelled());
        ended.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        await(() -> echo.cancelled.get() == 1);
    }

    @Test
    void cancellingOneLineOfAPackLeavesTheOthersRunning() throws Exception {
        Echo echo = new Echo();
        echo.holds = true;
        SingleLines lines = engine(echo).singles();
        List<Long> ids = submitTogether(lines, 6);
        assertThat(number("SELECT count(*) FROM batch WHERE account_id = " + key.account()))
                .isLessThan(6);
        lines.cancel(key.account(), ids.get(2));
        echo.open();
        for (int i = 0; i < 6; i++) {
            SingleState state = lines.await(key.account(), ids.get(i), PATIENCE).orElseThrow();
            assertThat(state).isInstanceOf(i == 2 ? SingleState.Cancelled.class : SingleState.Completed.class);
        }
    }

    private void insert(Handle handle, long pack, String endpoint, Long... lines) throws SQLException {
        SingleLineStore.insert(
                handle.getConnection(),
                List.of(new SingleLineStore.NewPack(
                        pack,
                        key.account(),
                        key.keyId(),
                        1,
                        key.member(),
                        Tier.FLEX,
                        endpoint,
                        "gpt",
                        0,
                        10,
                        0,
                        List.of(lines))));
    }

    @Test
    void aChunkIsNotLeasedWhileALineIsWithdrawnFromIt() throws Exception {
        long pack = IDS.next();
        DATABASE.engine().useTransaction(handle -> insert(handle, pack, "chat/completions", IDS.next(), IDS.next()));
        DATABASE.engine().useTransaction(handle -> {
            BatchStore.lock(handle, pack);
            Chunk chunk = SingleLineStore.chunk(handle, pack);
            // On a thread, and so a connection, of its own.
            assertThat(CompletableFuture.supplyAsync(() -> claim(pack)).join()).isEmpty();
            SingleLineStore.withdraw(handle, chunk.withdraw(1));
        });
        assertThat(claim(pack))
                .singleElement()
                .satisfies(claimed -> assertThat(claimed.done().has(1)).isTrue());
        DATABASE.engine().useHandle(handle -> BatchStore.delete(handle, pack));
    }

    private static List<ChunkStore.Claimed> claim(long pack) {
        return DATABASE.engine()
                .inTransaction(handle -> ChunkStore.claim(handle, List.of(new ChunkStore.Key(pack, 0)), 7, "other"));
    }

    @Test
    void aFinishedLineStaysWhatItIsWhenItIsCancelled() throws Exception {
        SingleLines lines = engine(new Echo()).singles();
        long id = submit(lines, "done", Tier.FLEX);
        completed(lines, id);
        assertThat(lines.cancel(key.account(), id).orElseThrow()).isInstanceOf(SingleState.Completed.class);
    }

    @Test
    void anIdIsTakenOnce() throws Exception {
        SingleLines lines = engine(new Echo()).singles();
        long id = submit(lines, "first", Tier.FLEX);
        assertThatThrownBy(() -> lines.submit(key, line(id, "second", Tier.FLEX)))
                .isInstanceOfSatisfying(
                        ProblemException.class,
                        e -> assertThat(e.problem().code()).isEqualTo(ErrorCode.CONFLICT));
        assertThat(content(completed(lines, id))).isEqualTo("first");
    }

    @Test
    void anotherAccountSeesNothing() throws Exception {
        SingleLines lines = engine(new Echo()).singles();
        long id = submit(lines, "mine", Tier.FLEX);
        long other = key.account() + 1;
        assertThat(lines.state(other, id)).isEmpty();
        assertThat(lines.cancel(other, id)).isEmpty();
        assertThat(lines.delete(other, id)).isFalse();
        assertThat(lines.submitted(other, id)).isEmpty();
        assertThat(content(completed(lines, id))).isEqualTo("mine");
    }

    @Test
    void whatWasSubmittedIsKeptWithItsNotes() throws Exception {
        SingleLines lines = engine(new Echo()).singles();
        long id = IDS.next();
        SingleLine line =
                new SingleLine(id, "chat/completions", "gpt", Tier.FLEX, body("note"), 0, Map.of("colour", "blue"));
        lines.submit(key, line);
        SingleLines.Submitted kept = lines.submitted(key.account(), id).orElseThrow();
        assertThat(kept.metadata()).containsEntry("colour", "blue");
        assertThat(kept.body()).isEqualTo(line.body());
        assertThat(kept.endpoint()).isEqualTo("chat/completions");
    }

    @Test
    void theBytesGoWithTheLastLine() throws Exception {
        SingleLines lines = engine(new Echo()).singles();
        List<Long> ids = submitTogether(lines, 3);
        for (long id : ids) {
            lines.await(key.account(), id, PATIENCE);
        }
        for (long id : ids) {
            assertThat(lines.delete(key.account(), id)).isTrue();
            assertThat(lines.state(key.account(), id)).isEmpty();
        }
        assertThat(number("SELECT count(*) FROM batch WHERE account_id = " + key.account()))
                .isZero();
        assertThat(stored()).isEmpty();
    }

    @Test
    void whatWasKeptForLongEnoughIsPurged() throws Exception {
        SingleLines lines = engine(new Echo()).singles();
        long id = submit(lines, "old", Tier.FLEX);
        completed(lines, id);
        await(() -> number("SELECT count(*) FROM batch WHERE status = 3 AND account_id = " + key.account()) == 1);
        lines.purge(Instant.now().minusSeconds(60), Duration.ZERO);
        assertThat(lines.state(key.account(), id)).isPresent();
        lines.purge(Instant.now().plusSeconds(60), Duration.ZERO);
        assertThat(lines.state(key.account(), id)).isEmpty();
        assertThat(stored()).isEmpty();
    }

    @Test
    void anAccountSaysItselfForHowManyDaysTheyAreKept() throws Exception {
        SingleLines lines = engine(new Echo()).singles();
        long id = submit(lines, "kept", Tier.FLEX);
        completed(lines, id);
        await(() -> number("SELECT count(*) FROM batch WHERE status = 3 AND account_id = " + key.account()) == 1);
        DATABASE.engine()
                .useHandle(
                        handle -> handle.execute("UPDATE account SET response_days = 7 WHERE id = ?", key.account()));
        lines.purge(Instant.now().plus(Duration.ofDays(6)), Duration.ofDays(1));
        assertThat(lines.state(key.account(), id)).isPresent();
        lines.purge(Instant.now().plus(Duration.ofDays(8)), Duration.ofDays(30));
        assertThat(lines.state(key.account(), id)).isEmpty();
    }

    @Test
    void nothingIsLeftOfThemWhenTheirUserIsErased() throws Exception {
        Echo echo = new Echo();
        SingleLines lines = engine(echo).singles();
        long done = submit(lines, "done", Tier.FLEX);
        completed(lines, done);
        echo.holds = true;
        long running = submit(lines, "running", Tier.FLEX);
        await(() -> echo.calls.get() == 2);
        CompletableFuture<Void> waits = lines.whenEnded(key.account(), running);
        assertThat(stored()).isNotEmpty();

        OwnWork work = new OwnWork(new SegmentBlobs(DATABASE, blobs));
        Map<String, Long> export = DATABASE.engine().withHandle(handle -> work.export(handle, user));
        assertThat(export).containsEntry("background_requests", 2L);
        DATABASE.engine().useTransaction(handle -> work.erase(handle, user));

        await(() -> noBlobs());
        assertThat(lines.state(key.account(), done)).isEmpty();
        assertThat(lines.latest(key.account(), Long.MAX_VALUE, 10)).isEmpty();
        waits.get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
        echo.open();
        long next = submit(lines, "next", Tier.FLEX);
        completed(lines, next);
        assertThat(lines.state(key.account(), running)).isEmpty();
    }

    private boolean noBlobs() {
        try {
            return stored().isEmpty();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    @Test
    void aLineThatWaitsForTooLongFails() throws Exception {
        Echo echo = new Echo();
        echo.holds = true;
        SingleLines lines = engine(echo).singles();
        long id = submit(lines, "late", Tier.FLEX);
        DATABASE.engine()
                .useHandle(handle ->
                        handle.execute("UPDATE batch SET expires_at = now() WHERE account_id = ?", key.account()));
        assertThat(lines.await(key.account(), id, PATIENCE).orElseThrow())
                .isInstanceOfSatisfying(
                        SingleState.Failed.class,
                        failed -> assertThat(failed.code()).isEqualTo("batch_expired"));
    }

    @Test
    void anAddedEndpointMakesTheRequestAndTheResult() throws Exception {
        EndpointHandler shouts = new EndpointHandler() {
            @Override
            public String endpoint() {
                return "shouts";
            }

            @Override
            public Dialect dialect() {
                return Dialect.CHAT;
            }

            @Override
            public EndpointHandler.Request request(long line, int attempt, byte[] body) {
                String text = new String(body, StandardCharsets.UTF_8);
                if (text.contains("silence")) {
                    throw new ProblemException(Problem.of(ErrorCode.INVALID_VALUE, "Nothing to shout."));
                }
                return new EndpointHandler.Request(
                        SingleLinesTest.body(text),
                        null,
                        (answer, used) -> new EndpointHandler.Result(
                                ("{\"shout\":\"" + line + "\"}").getBytes(StandardCharsets.UTF_8), true));
            }
        };
        SingleLines lines =
                engine(new Echo(), "one", Duration.ofHours(1), shouts).singles();
        long id = IDS.next();
        lines.submit(
                key,
                new SingleLine(id, "shouts", "gpt", Tier.FLEX, "hey".getBytes(StandardCharsets.UTF_8), 0, Map.of()));
        assertThat(JSON.readTree(completed(lines, id).body()).get("shout").asLong())
                .isEqualTo(id);
        long silent = IDS.next();
        lines.submit(
                key,
                new SingleLine(
                        silent, "shouts", "gpt", Tier.FLEX, "silence".getBytes(StandardCharsets.UTF_8), 0, Map.of()));
        assertThat(lines.await(key.account(), silent, PATIENCE).orElseThrow())
                .isInstanceOfSatisfying(
                        SingleState.Failed.class,
                        failed -> assertThat(failed.code()).isEqualTo("invalid_value"));
    }

    /// Ends early what it is asked in silence, and has webhooks hear of each end.
    private static final class Told implements EndpointHandler {
        @Override
        public String endpoint() {
            return "told";
        }

        @Override
        public Dialect dialect() {
            return Dialect.CHAT;
        }

        @Override
        public EndpointHandler.Request request(long line, int attempt, byte[] body) {
            String text = new String(body, StandardCharsets.UTF_8);
            if (text.equals("wrong")) {
                throw new ProblemException(Problem.of(ErrorCode.INVALID_VALUE, "This is wrong."));
            }
            return new EndpointHandler.Request(
                    SingleLinesTest.body(text),
                    null,
                    (answer, used) -> new EndpointHandler.Result(answer, !text.equals("short")));
        }

        @Override
        public Optional<News> news(long line, LineEnd end) {
            return Optional.of(new News(AccountEventType.RESPONSE_COMPLETED, Map.of("id", line, "end", end)));
        }
    }

    private long told(SingleLines lines, String text) {
        long id = IDS.next();
        lines.submit(
                key, new SingleLine(id, "told", "gpt", Tier.FLEX, text.getBytes(StandardCharsets.UTF_8), 0, Map.of()));
        return id;
    }

    private List<Object> heardOf(long id) {
        return events.stream()
                .filter(event -> Objects.equals(event.data().get("id"), id))
                .map(event -> event.data().get("end"))
                .toList();
    }

    @Test
    void webhooksHearOfTheEndOfEachLineAsItWas() throws Exception {
        SingleLines lines =
                engine(new Echo(), "one", Duration.ofHours(1), new Told()).singles();
        List<Long> ids = List.of(told(lines, "long"), told(lines, "short"), told(lines, "wrong"));
        for (long id : ids) {
            lines.await(key.account(), id, PATIENCE);
        }
        assertThat(heardOf(ids.get(0))).containsExactly(LineEnd.COMPLETED);
        assertThat(heardOf(ids.get(1))).containsExactly(LineEnd.INCOMPLETE);
        assertThat(heardOf(ids.get(2))).containsExactly(LineEnd.FAILED);
        assertThat(events)
                .allSatisfy(event -> assertThat(event.account()).isEqualTo(key.account()))
                .allSatisfy(event -> assertThat(event.member()).isEqualTo(key.member()));
    }

    @Test
    void webhooksHearOfACancelOnceWhateverTheModelAnswersThen() throws Exception {
        Echo echo = new Echo();
        echo.holds = true;
        SingleLines lines = engine(echo, "one", Duration.ofHours(1), new Told()).singles();
        long id = told(lines, "never mind");
        await(() -> echo.calls.get() == 1);
        lines.cancel(key.account(), id);
        lines.cancel(key.account(), id);
        echo.open();
        await(() -> number("SELECT count(*) FROM batch WHERE status = 3 AND account_id = " + key.account()) == 1);
        assertThat(heardOf(id)).containsExactly(LineEnd.CANCELLED);
    }

    @Test
    void webhooksHearOfLinesThatEndWithTheirKeyOrTheirPatience() throws Exception {
        Echo echo = new Echo();
        echo.holds = true;
        SingleLines lines = engine(echo, "one", Duration.ofHours(1), new Told()).singles();
        long late = told(lines, "late");
        await(() -> echo.calls.get() == 1);
        DATABASE.engine()
                .useHandle(handle ->
                        handle.execute("UPDATE batch SET expires_at = now() WHERE account_id = ?", key.account()));
        lines.await(key.account(), late, PATIENCE);
        assertThat(heardOf(late)).containsExactly(LineEnd.FAILED);

        long pack = IDS.next();
        long ended = IDS.next();
        DATABASE.engine().useTransaction(handle -> insert(handle, pack, "told", ended));
        Endings endings = new Endings(
                new KeptFiles(),
                new BatchNews((handle, event) -> events.add(event), new Endpoints(List.of(new Told()))));
        DATABASE.engine().useTransaction(handle -> endings.cancel(handle, pack));
        DATABASE.engine().useTransaction(handle -> endings.cancel(handle, pack));
        assertThat(heardOf(ended)).containsExactly(LineEnd.CANCELLED);
    }

    @Test
    void packsAreNoBatchesToTheirUser() throws Exception {
        BatchEngine engine = engine(new Echo());
        long id = submit(engine.singles(), "hidden", Tier.FLEX);
        completed(engine.singles(), id);
        assertThat(engine.batches()
                        .list(engine.batches().asker(key), null, false, 10)
                        .batches())
                .isEmpty();
        long pack = number("SELECT batch FROM single_line WHERE id = " + id);
        assertThatThrownBy(() -> engine.batches().get(engine.batches().asker(key), Ids.format(Batch.PREFIX, pack)))
                .isInstanceOf(ProblemException.class);
    }

    private List<BlobInfo> stored() throws IOException {
        List<BlobInfo> found = new ArrayList<>();
        blobs.list(PackFile.KIND, found::add);
        blobs.list(Recorder.SEGMENT, found::add);
        return found;
    }

    /// Lines that most likely share a pack.
    private List<Long> submitTogether(SingleLines lines, int count) throws Exception {
        List<Long> ids = new ArrayList<>();
        try (ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<Long>> submitted = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                submitted.add(callers.submit(() -> submit(lines, "together", Tier.FLEX)));
            }
            for (Future<Long> one : submitted) {
                ids.add(one.get());
            }
        }
        return ids;
    }

    private long submit(SingleLines lines, String text, Tier tier) {
        long id = IDS.next();
        lines.submit(key, line(id, text, tier));
        return id;
    }

    private static SingleLine line(long id, String text, Tier tier) {
        return new SingleLine(id, "chat/completions", "gpt", tier, body(text), 0, Map.of());
    }

    private static byte[] body(String text) {
        return "{\"model\":\"gpt\",\"messages\":[{\"role\":\"user\",\"content\":\"%s\"}]}"
                .formatted(text)
                .getBytes(StandardCharsets.UTF_8);
    }

    private SingleState.Completed completed(SingleLines lines, long id) {
        SingleState state = lines.await(key.account(), id, PATIENCE).orElseThrow();
        assertThat(state).isInstanceOf(SingleState.Completed.class);
        return (SingleState.Completed) state;
    }

    private static String content(SingleState.Completed done) throws IOException {
        return JSON.readTree(done.body()).at("/choices/0/message/content").asText();
    }

    private BatchEngine engine(Upstream upstream) {
        return engine(upstream, "one", Duration.ofHours(1));
    }

    private BatchEngine engine(Upstream upstream, String node, Duration poll, EndpointHandler... endpoints) {
        RoutingTable routing = new RoutingTable();
        routing.replace(new Routing(1, Map.of("gpt", TestGateway.chat("gpt", upstream))));
        BatchEngine engine = new BatchEngine(
                new BatchEngine.Stores(
                        DATABASE,
                        new KeptFiles(),
                        blobs,
                        TestUsage.groups(DATABASE),
                        (handle, event) -> events.add(event)),
                new BatchEngine.Models(
                        TestGateway.over(VERTX, routing),
                        TestGateway.ring(key),
                        routing,
                        Tariffs.of(IDS, Clock.systemUTC(), Map.of()),
                        VERTX,
                        List.of(endpoints)),
                new BatchEngine.Chance(Clock.systemUTC(), IDS, new SplittableRandom(3)),
                new TestBatchConfig(32, poll, Duration.ofHours(24), Duration.ofDays(30)),
                node);
        engine.start();
        engines.add(engine);
        return engine;
    }

    private interface Condition {
        boolean holds();
    }

    private static void await(Condition condition) throws InterruptedException {
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (!condition.holds()) {
            assertThat(System.nanoTime()).as("within a minute").isLessThan(end);
            Thread.sleep(5);
        }
    }

    private static long number(String sql) {
        return DATABASE.engine()
                .withHandle(handle -> handle.createQuery(sql).mapTo(Long.class).one());
    }
}
