package ai.doubleword.batch;

import ai.doubleword.accounts.TestAccounts;
import ai.doubleword.billing.Tariff;
import ai.doubleword.billing.Tariffs;
import ai.doubleword.blobs.BlobStore;
import ai.doubleword.blobs.TestBlobs;
import ai.doubleword.gateway.TestGateway;
import ai.doubleword.keys.Principal;
import ai.doubleword.models.Routing;
import ai.doubleword.models.RoutingTable;
import ai.doubleword.platform.Database;
import ai.doubleword.platform.Ids;
import ai.doubleword.platform.TestDatabase;
import ai.doubleword.platform.Tier;
import ai.doubleword.providers.Upstream;
import ai.doubleword.usage.TestUsage;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Measures the door for single lines, with an instant upstream and a forced disk: lines made durable a second, until
/// all have their results, and how long it takes to read one. No part of the build:
/// `./mvnw -pl server -am test -Dtest=SingleLineRates -Dsurefire.failIfNoSpecifiedTests=false
/// -Dtest.postgres.fsync=true -Dlines=50000 -Dsubmitters=256`.
class SingleLineRates {
    private static final int READS = 5_000;

    @TempDir
    Path folder;

    @Test
    void rates() throws Exception {
        int count = Integer.getInteger("lines", 50_000);
        int submitters = Integer.getInteger("submitters", 256);
        try (TestDatabase test = TestDatabase.create()) {
            Database database = test.database();
            Vertx vertx = Vertx.vertx();
            Ids ids = new Ids(Clock.systemUTC(), new SplittableRandom(1));
            Principal key = TestGateway.principal(
                    new TestAccounts(database, ids, List.of()).user().account());
            BlobStore blobs = TestBlobs.in(folder);
            BatchEngine engine = engine(database, vertx, ids, key, blobs);
            engine.start();
            run(engine.singles(), database, key, ids, count / 10, submitters);
            run(engine.singles(), database, key, ids, count, submitters);
            engine.stop();
            vertx.close();
        }
    }

    private static void run(SingleLines lines, Database database, Principal key, Ids ids, int count, int submitters)
            throws InterruptedException, IOException {
        long before = wal(database);
        long[] all = new long[count];
        AtomicLong next = new AtomicLong();
        CountDownLatch ended = new CountDownLatch(submitters);
        long began = System.nanoTime();
        try (ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < submitters; i++) {
                callers.execute(() -> {
                    for (long n = next.getAndIncrement(); n < count; n = next.getAndIncrement()) {
                        all[(int) n] = ids.next();
                        lines.submit(key, line(all[(int) n]));
                    }
                    ended.countDown();
                });
            }
            ended.await();
        }
        double durable = (System.nanoTime() - began) / 1e9;
        while (number(database, "SELECT count(*) FROM batch WHERE status <> 3") > 0) {
            Thread.sleep(10);
        }
        double done = (System.nanoTime() - began) / 1e9;
        long walBytes = wal(database) - before;
        long stored = number(database, "SELECT count(*) FROM single_line");
        long packs = number(database, "SELECT count(*) FROM batch");
        SplittableRandom random = new SplittableRandom(2);
        long[] nanos = new long[READS];
        for (int i = 0; i < READS; i++) {
            long id = all[random.nextInt(count)];
            long from = System.nanoTime();
            if (!(lines.state(key.account(), id).orElseThrow() instanceof SingleState.Completed)) {
                throw new IllegalStateException("line " + id + " has no result");
            }
            nanos[i] = System.nanoTime() - from;
        }
        Arrays.sort(nanos);
        say(
                "%,d lines: durable %,.0f/s, with results %,.0f/s, %d bytes of WAL a line; %,d stored in %,d packs: read p50 %.2f ms, p99 %.2f ms"
                        .formatted(
                                count,
                                count / durable,
                                count / done,
                                walBytes / count,
                                stored,
                                packs,
                                nanos[READS / 2] / 1e6,
                                nanos[READS * 99 / 100] / 1e6));
    }

    private static BatchEngine engine(Database database, Vertx vertx, Ids ids, Principal key, BlobStore blobs) {
        RoutingTable routing = new RoutingTable();
        routing.replace(new Routing(1, Map.of("gpt", TestGateway.chat("gpt", instant(), Tariff.FREE))));
        return new BatchEngine(
                new BatchEngine.Stores(
                        database, new KeptFiles(), blobs, TestUsage.groups(database), (handle, event) -> {}),
                new BatchEngine.Models(
                        TestGateway.over(vertx, routing),
                        TestGateway.ring(key),
                        routing,
                        Tariffs.of(ids, Clock.systemUTC(), Map.of()),
                        vertx,
                        List.of()),
                new BatchEngine.Chance(Clock.systemUTC(), ids, new SplittableRandom(3)),
                new TestBatchConfig(
                        64, Duration.ofSeconds(5), Duration.ofHours(24), Duration.ofDays(30), Duration.ofDays(365)),
                "rates");
    }

    private static Upstream instant() {
        return (request, listener) -> {
            listener.head(200, Map.of("content-type", "application/json"));
            listener.chunk(Buffer.buffer("""
                    {"id":"c","object":"chat.completion","model":"up","choices":[{"index":0,"message":{"role":\
                    "assistant","content":"A middling answer, as they come."},"finish_reason":"stop"}],"usage":{\
                    "prompt_tokens":30,"completion_tokens":8,"total_tokens":38}}"""));
            listener.end();
            return new Upstream.Exchange() {
                @Override
                public void pause() {}

                @Override
                public void resume() {}

                @Override
                public void cancel() {}
            };
        };
    }

    private static SingleLine line(long id) {
        byte[] body = """
                {"model":"gpt","messages":[{"role":"user","content":"Some question of usual length, number %d, that \
                somebody asks who does not wait for the answer but comes back for it later."}]}""".formatted(id).getBytes(StandardCharsets.UTF_8);
        return new SingleLine(id, "chat/completions", "gpt", Tier.FLEX, body, 0, Map.of());
    }

    private static long wal(Database database) {
        return number(database, "SELECT pg_wal_lsn_diff(pg_current_wal_lsn(), '0/0')::bigint");
    }

    private static long number(Database database, String sql) {
        return database.engine()
                .withHandle(handle -> handle.createQuery(sql).mapTo(Long.class).one());
    }

    @SuppressWarnings("SystemOut") // it is what it is for
    private static void say(String line) {
        System.out.println(line);
    }
}
