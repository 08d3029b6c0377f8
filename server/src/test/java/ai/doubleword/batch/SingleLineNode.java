package ai.doubleword.batch;

import ai.doubleword.billing.Tariff;
import ai.doubleword.billing.Tariffs;
import ai.doubleword.blobs.TestBlobs;
import ai.doubleword.gateway.TestGateway;
import ai.doubleword.keys.Principal;
import ai.doubleword.models.Routing;
import ai.doubleword.models.RoutingTable;
import ai.doubleword.platform.Database;
import ai.doubleword.platform.Ids;
import ai.doubleword.platform.ProblemException;
import ai.doubleword.platform.TestDatabase;
import ai.doubleword.platform.Tier;
import ai.doubleword.providers.TestUpstreams;
import ai.doubleword.providers.Upstream;
import ai.doubleword.usage.TestUsage;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// A node of the engine in a process of its own, to be killed by [SingleLineKillsIT] and [SharedSlotsIT]. It
/// submits each id that it reads and says `durable ID` when that is done, and `ran ID` for each call of a model,
/// which is the one of a server where one is named.
final class SingleLineNode {
    /// What lines cost, as it stands in the database.
    static final long TARIFF = 7;

    static final String MODEL = "gpt";
    private static final Pattern NAME = Pattern.compile("line-(\\d+)");

    private SingleLineNode() {}

    public static void main(String[] arguments) throws IOException, SQLException {
        Database database = TestDatabase.join(
                Map.of("doubleword.database.url", arguments[0], "doubleword.database.migration-url", arguments[1]));
        Principal key = TestGateway.principal(Long.parseLong(arguments[3]));
        Vertx vertx = Vertx.vertx();
        Tariff price = new Tariff(TARIFF, 1_000_000, 0, 0, 0, 1_000_000, 0, 0, 0, 0, Instant.EPOCH);
        RoutingTable routing = new RoutingTable();
        Upstream upstream =
                arguments.length > 5 ? saying(TestUpstreams.http(vertx, arguments[5], 60_000)) : slow(vertx);
        routing.replace(new Routing(1, Map.of(MODEL, TestGateway.chat(MODEL, upstream, price))));
        Ids ids = new Ids(Clock.systemUTC(), new SplittableRandom());
        BatchEngine engine = new BatchEngine(
                new BatchEngine.Stores(
                        database,
                        new KeptFiles(),
                        TestBlobs.in(Path.of(arguments[2])),
                        TestUsage.groups(database),
                        (handle, event) -> {}),
                new BatchEngine.Models(
                        TestGateway.over(vertx, routing),
                        TestGateway.ring(key),
                        routing,
                        Tariffs.of(ids, Clock.systemUTC(), Map.of()),
                        vertx,
                        List.of()),
                new BatchEngine.Chance(Clock.systemUTC(), ids, new SplittableRandom()),
                new TestBatchConfig(
                        32, Duration.ofSeconds(1), Duration.ofHours(24), Duration.ofDays(30), Duration.ofDays(365)),
                arguments[4]);
        engine.start();
        say("ready");
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String line = in.readLine(); line != null; line = in.readLine()) {
            long id = Long.parseLong(line);
            Thread.startVirtualThread(() -> submit(engine.singles(), key, id));
        }
    }

    private static void submit(SingleLines lines, Principal key, long id) {
        byte[] body = "{\"model\":\"%s\",\"messages\":[{\"role\":\"user\",\"content\":\"line-%d\"}]}"
                .formatted(MODEL, id)
                .getBytes(StandardCharsets.UTF_8);
        Tier tier = id % 2 == 0 ? Tier.FLEX : Tier.REALTIME;
        try {
            lines.submit(key, new SingleLine(id, "chat/completions", MODEL, tier, body, 0, Map.of()));
            say("durable " + id);
        } catch (ProblemException e) {
            say("refused " + id);
        }
    }

    private static Upstream saying(Upstream upstream) {
        return (request, listener) -> {
            say("ran " + line(request));
            return upstream.send(request, listener);
        };
    }

    private static String line(Upstream.Request request) {
        Matcher name = NAME.matcher(request.body().toString());
        return name.find() ? name.group(1) : "";
    }

    private static Upstream slow(Vertx vertx) {
        return (request, listener) -> {
            String line = line(request);
            say("ran " + line);
            vertx.setTimer(1 + Math.floorMod(line.hashCode(), 40), timer -> {
                listener.head(200, Map.of("content-type", "application/json"));
                listener.chunk(Buffer.buffer("""
                        {"id":"c","object":"chat.completion","model":"up","choices":[{"index":0,"message":{"role":\
                        "assistant","content":"%s"},"finish_reason":"stop"}],"usage":{"prompt_tokens":3,\
                        "completion_tokens":2,"total_tokens":5}}""".formatted(line)));
                listener.end();
            });
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

    @SuppressWarnings("SystemOut") // its parent reads it
    private static synchronized void say(String line) {
        System.out.println(line);
        System.out.flush();
    }
}
