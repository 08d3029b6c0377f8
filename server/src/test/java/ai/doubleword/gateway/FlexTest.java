package ai.doubleword.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import ai.doubleword.billing.Holds;
import ai.doubleword.billing.Tariff;
import ai.doubleword.gateway.InMemory.Heard;
import ai.doubleword.gateway.InMemory.Script;
import ai.doubleword.keys.Await;
import ai.doubleword.limits.Limiter;
import ai.doubleword.models.Model;
import ai.doubleword.models.ModelType;
import ai.doubleword.models.Routing;
import ai.doubleword.models.RoutingTable;
import ai.doubleword.platform.ErrorCode;
import ai.doubleword.platform.Tier;
import ai.doubleword.providers.Upstream;
import ai.doubleword.usage.Cause;
import ai.doubleword.usage.UsageRecord;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import java.net.InetAddress;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Calls with `service_tier: flex`, which wait for room with their connection held.
class FlexTest {
    private static final String BODY = "{\"model\":\"gpt\",\"service_tier\":\"flex\",\"messages\":[]}";
    private static final String STREAM =
            "{\"model\":\"gpt\",\"service_tier\":\"flex\",\"stream\":true,\"messages\":[]}";
    private static final String ANSWER = """
            {"id":"c","object":"chat.completion","model":"up","choices":[{"index":0,"message":{"role":"assistant",\
            "content":"hi"},"finish_reason":"stop"}],"usage":{"prompt_tokens":10,"completion_tokens":5,\
            "total_tokens":15}}""";
    private static final long PATIENCE_SECONDS = 60;

    private static Vertx vertx;
    private static Context context;

    private final RoutingTable routing = new RoutingTable();
    private final InMemory.Usage usage = new InMemory.Usage();
    private final InMemory.Slots slots = new InMemory.Slots();
    private final Room room = new Room();
    private InferenceGateway gateway;

    /// Room that a test gives by hand.
    private static final class Room implements FlexRoom {
        final List<Asked> asked = new CopyOnWriteArrayList<>();

        @Override
        public Place ask(long account, String model, long tokens, Runnable granted) {
            Asked one = new Asked(granted);
            asked.add(one);
            return one;
        }
    }

    private static final class Asked implements FlexRoom.Place {
        final Runnable granted;
        final CompletableFuture<String> end = new CompletableFuture<>();

        Asked(Runnable granted) {
            this.granted = granted;
        }

        @Override
        public void answered(long tokens) {
            end.complete("answered " + tokens);
        }

        @Override
        public void left() {
            end.complete("left");
        }

        @Override
        public void overloaded(Duration wait) {
            end.complete("overloaded");
        }
    }

    @BeforeAll
    static void start() {
        vertx = Vertx.vertx();
        context = vertx.getOrCreateContext();
    }

    @AfterAll
    static void stop() {
        vertx.close();
    }

    @BeforeEach
    void gateway() {
        gateway = gateway(Duration.ofMillis(50));
        gateway.flexBy(room);
    }

    private InferenceGateway gateway(Duration linger) {
        Holds holds = (account, member, family, worst) -> new Holds.Decision.Granted(0);
        return new InferenceGateway(
                vertx,
                new Admission(routing, new Limiter(() -> 1000), holds, () -> false),
                new InMemory.Keys(),
                new BodyBudget(1 << 20),
                new GatewayMetrics(new SimpleMeterRegistry()),
                new InferenceGateway.Chance(
                        new SecureRandom(), new TestGateway.FlexTimes(Duration.ofMinutes(9), linger)));
    }

    @Test
    void aCallWaitsForRoomAndIsChargedTheFlexPrice() throws Exception {
        Script upstream = serve(Script.json(200, ANSWER));
        Heard heard = new Heard();
        submit(heard, BODY, false);
        assertThat(upstream.requests).isEmpty();
        room.asked.getFirst().granted.run();
        assertThat(end(heard).cause()).isEqualTo(Cause.COMPLETED);
        assertThat(heard.body.toString()).contains("\"hi\"");
        assertThat(room.asked.getFirst().end.get(PATIENCE_SECONDS, TimeUnit.SECONDS))
                .isEqualTo("answered 15");
        assertThat(upstream.requests.getFirst().body().toString()).doesNotContain("service_tier");
        UsageRecord row = onlyRecord();
        assertThat(row.tier()).isEqualTo(Tier.FLEX);
        assertThat(row.tariff()).isEqualTo(8);
        assertThat(row.costNanos()).as("half of the realtime price").isEqualTo(10);
    }

    @Test
    void aStreamIsRelayedLive() throws Exception {
        serve(Script.events(
                "data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"hi\"}}]}\n\n",
                "data: {\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"stop\"}]}\n\n",
                "data: [DONE]\n\n"));
        Heard heard = new Heard();
        submit(heard, STREAM, false);
        room.asked.getFirst().granted.run();
        assertThat(end(heard).cause()).isEqualTo(Cause.COMPLETED);
        assertThat(heard.body.toString()).contains("\"hi\"").endsWith("data: [DONE]\n\n");
    }

    @Test
    void aCallThatWaitedForTooLongIsRefusedUncharged() throws Exception {
        Script upstream = serve(Script.json(200, ANSWER));
        Heard heard = new Heard();
        submit(heard, BODY, false, System.nanoTime() - Duration.ofMinutes(9).toNanos());
        assertThat(end(heard).cause()).isEqualTo(Cause.FAILED);
        assertThat(heard.problem().code()).isEqualTo(ErrorCode.RESOURCE_UNAVAILABLE);
        assertThat(heard.problem().retryAfterSeconds()).isPositive();
        assertThat(room.asked.getFirst().end.get(PATIENCE_SECONDS, TimeUnit.SECONDS))
                .isEqualTo("left");
        assertThat(upstream.requests).isEmpty();
        assertThat(onlyRecord().costNanos()).isZero();
    }

    @Test
    void aClientThatLeavesBeforeThereIsRoomPaysNothing() throws Exception {
        Script upstream = serve(Script.json(200, ANSWER));
        Heard heard = new Heard();
        Gateway.Ticket ticket = submit(heard, BODY, false);
        onContext(ticket::abandon);
        assertThat(end(heard).cause()).isEqualTo(Cause.CLIENT_GONE);
        assertThat(room.asked.getFirst().end.get(PATIENCE_SECONDS, TimeUnit.SECONDS))
                .isEqualTo("left");
        room.asked.getFirst().granted.run();
        onContext(() -> {});
        assertThat(upstream.requests).isEmpty();
        assertThat(onlyRecord().costNanos()).isZero();
    }

    @Test
    void aRepeatFindsTheCallThatStillRunsAndItIsChargedOnce() throws Exception {
        gateway = gateway(Duration.ofMinutes(5));
        gateway.flexBy(room);
        Script upstream = serve(Script.json(200, ANSWER));
        Heard first = new Heard();
        Gateway.Ticket ticket = submit(first, BODY, false);
        onContext(ticket::abandon);
        assertThat(end(first).cause()).isEqualTo(Cause.CLIENT_GONE);
        Heard second = new Heard();
        submit(second, BODY, true);
        assertThat(room.asked).hasSize(1);
        room.asked.getFirst().granted.run();
        assertThat(end(second).cause()).isEqualTo(Cause.COMPLETED);
        assertThat(second.status).isEqualTo(200);
        assertThat(second.body.toString()).contains("\"hi\"");
        assertThat(upstream.requests).hasSize(1);
        assertThat(onlyRecord().costNanos()).isEqualTo(10);
    }

    @Test
    void aRepeatFindsAnAnswerThatCameWhileNobodyWaited() throws Exception {
        gateway = gateway(Duration.ofMinutes(5));
        gateway.flexBy(room);
        serve(Script.json(200, ANSWER));
        Heard first = new Heard();
        Gateway.Ticket ticket = submit(first, BODY, false);
        onContext(ticket::abandon);
        room.asked.getFirst().granted.run();
        Await.until(() -> usage.records.size() == 1);
        Heard second = new Heard();
        submit(second, BODY, true);
        assertThat(end(second).cause()).isEqualTo(Cause.COMPLETED);
        assertThat(second.body.toString()).contains("\"hi\"");
        assertThat(onlyRecord().costNanos()).isEqualTo(10);
    }

    @Test
    void theSameRequestAskedForTheFirstTimeIsAnotherCall() throws Exception {
        Script upstream = serve(Script.json(200, ANSWER));
        Heard one = new Heard();
        Heard other = new Heard();
        submit(one, BODY, false);
        submit(other, BODY, false);
        assertThat(room.asked).hasSize(2);
        room.asked.forEach(asked -> asked.granted.run());
        end(one);
        end(other);
        assertThat(upstream.requests).hasSize(2);
    }

    @Test
    void whereTheProviderHasNoRoomAfterAllItWaitsAgain() throws Exception {
        Script upstream = serve(Script.json(200, ANSWER));
        slots.closed = true;
        Heard heard = new Heard();
        submit(heard, STREAM, false);
        room.asked.getFirst().granted.run();
        assertThat(room.asked.getFirst().end.get(PATIENCE_SECONDS, TimeUnit.SECONDS))
                .isEqualTo("overloaded");
        slots.closed = false;
        Await.until(() -> room.asked.size() == 2);
        room.asked.getLast().granted.run();
        end(heard);
        assertThat(upstream.requests).hasSize(1);
    }

    @Test
    void aModelThatIsNotSoldInFlexSaysSo() throws Exception {
        routing.replace(new Routing(
                1,
                Map.of(
                        "gpt",
                        InMemory.model(
                                "gpt", ModelType.CHAT, InMemory.target(1, "up", Script.json(200, ANSWER), slots)))));
        Heard heard = new Heard();
        submit(heard, BODY, false);
        assertThat(end(heard).cause()).isEqualTo(Cause.REFUSED);
        assertThat(heard.problem().code()).isEqualTo(ErrorCode.INVALID_VALUE);
        assertThat(heard.problem().param()).isEqualTo("service_tier");
        assertThat(room.asked).isEmpty();
    }

    private Script serve(Script upstream) {
        routing.replace(new Routing(1, Map.of("gpt", flex(upstream))));
        return upstream;
    }

    private Model flex(Upstream upstream) {
        Model model = InMemory.model("gpt", ModelType.CHAT, InMemory.target(1, "up", upstream, slots));
        Tariff half = new Tariff(8, 500_000, 0, 0, 0, 1_000_000, 1_000_000, 0, 0, 0, Instant.EPOCH);
        return new Model(
                model.id(),
                model.uuid(),
                model.name(),
                model.type(),
                model.description(),
                model.capabilities(),
                model.contextLength(),
                model.maxOutput(),
                model.rates(),
                model.groups(),
                Map.of(Tier.REALTIME, model.tariffs().get(Tier.REALTIME), Tier.FLEX, half),
                model.route(),
                model.created());
    }

    private Gateway.Ticket submit(Heard heard, String body, boolean again) throws Exception {
        return submit(heard, body, again, System.nanoTime());
    }

    private Gateway.Ticket submit(Heard heard, String body, boolean again, long arrived) throws Exception {
        Call call = new Call(
                123,
                Dialect.CHAT,
                Buffer.buffer(body),
                null,
                arrived,
                null,
                InetAddress.getLoopbackAddress(),
                usage,
                again,
                null);
        AtomicReference<Gateway.Ticket> ticket = new AtomicReference<>();
        onContext(() -> ticket.set(gateway.submit(InMemory.principal(), call, heard)));
        return ticket.get();
    }

    private static void onContext(Runnable work) throws Exception {
        CompletableFuture<Void> done = new CompletableFuture<>();
        context.runOnContext(nothing -> {
            work.run();
            done.complete(null);
        });
        done.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    }

    private UsageRecord onlyRecord() throws InterruptedException {
        Await.until(() -> !usage.records.isEmpty());
        assertThat(usage.records).hasSize(1);
        return usage.records.getFirst();
    }

    private static Sink.Terminal end(Heard heard) throws Exception {
        return heard.terminal.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    }
}
