package ai.doubleword.gateway;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import ai.doubleword.billing.Holds;
import ai.doubleword.gateway.InMemory.Heard;
import ai.doubleword.gateway.InMemory.Script;
import ai.doubleword.gateway.InMemory.Slots;
import ai.doubleword.keys.KeyScopes;
import ai.doubleword.keys.Principal;
import ai.doubleword.limits.Limiter;
import ai.doubleword.limits.Rates;
import ai.doubleword.models.Model;
import ai.doubleword.models.ModelType;
import ai.doubleword.models.Routing;
import ai.doubleword.models.RoutingTable;
import ai.doubleword.platform.ErrorCode;
import ai.doubleword.platform.ServerStopping;
import ai.doubleword.platform.Tier;
import ai.doubleword.providers.Upstream;
import ai.doubleword.usage.Cause;
import ai.doubleword.usage.UsageRecord;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import java.net.InetAddress;
import java.security.SecureRandom;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/// A call through a sink that is not HTTP: the whole way from `submit` to the usage record.
class SubmitTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String ANSWER =
            "{\"id\":\"c\",\"model\":\"up\",\"choices\":[{\"message\":{\"content\":\"hi\"},"
                    + "\"finish_reason\":\"stop\"}],\"usage\":{\"prompt_tokens\":10,\"completion_tokens\":5,\"total_tokens\":15}}";
    private static final String CHUNK = "data: {\"model\":\"up\",\"choices\":[{\"delta\":{\"content\":\"hi\"}}]}\n\n";
    private static final String SHOWN = "data: {\"model\":\"gpt\",\"choices\":[{\"delta\":{\"content\":\"hi\"}}]}\n\n";
    private static final String LAST =
            "data: {\"model\":\"gpt\",\"choices\":[{\"delta\":{},\"finish_reason\":\"stop\"}]}\n\n";
    private static final String USAGE =
            "data: {\"choices\":[],\"usage\":{\"prompt_tokens\":10,\"completion_tokens\":5,\"total_tokens\":15}}\n\n";
    private static final String DONE = "data: [DONE]\n\n";

    private static Vertx vertx;
    private static Context context;

    private final RoutingTable routing = new RoutingTable();
    private final Limiter limiter = new Limiter(() -> 1000);
    private final InMemory.Usage usage = new InMemory.Usage();
    private final InMemory.Keys keys = new InMemory.Keys();
    private final Slots slots = new Slots();
    private final Slots otherSlots = new Slots();
    private final AtomicReference<Holds.Decision> hold = new AtomicReference<>(new Holds.Decision.Granted(99));
    private boolean priceRequired;
    private InferenceGateway gateway;

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
        Admission admission =
                new Admission(routing, limiter, (account, member, family, worst) -> hold.get(), () -> priceRequired);
        gateway = new InferenceGateway(
                vertx,
                admission,
                keys,
                new BodyBudget(1 << 20),
                new GatewayMetrics(new SimpleMeterRegistry()),
                new InferenceGateway.Chance(new SecureRandom(), TestGateway.FLEX));
    }

    @Test
    void aWholeAnswerIsRelayedRecordedAndPriced() throws Exception {
        Script upstream = Script.json(200, ANSWER);
        serve(upstream);
        Heard heard = submit("{\"model\":\"gpt\",\"store\":true,\"messages\":[]}");
        Sink.Terminal end = end(heard);
        assertThat(heard.log).containsExactly("head", "chunk", "end");
        assertThat(heard.status).isEqualTo(200);
        assertThat(heard.body.toString()).isEqualTo(ANSWER.replace("\"up\"", "\"gpt\""));
        assertThat(upstream.requests.getFirst().path()).isEqualTo("/chat/completions");
        assertThat(upstream.requests.getFirst().body().toString()).isEqualTo("{\"model\":\"up\",\"messages\":[]}");
        UsageRecord row = onlyRecord();
        assertThat(row).isSameAs(end.record());
        assertThat(row.cause()).isEqualTo(Cause.COMPLETED);
        assertThat(row.usage().totalInput()).isEqualTo(10);
        assertThat(row.usage().totalOutput()).isEqualTo(5);
        assertThat(row.costNanos()).as("10 x $0.001 and 5 x $0.002 per million").isEqualTo(20);
        assertThat(row.tariff()).isEqualTo(7);
        assertThat(row.hold()).isEqualTo(99);
        assertThat(row.target()).isEqualTo(1);
        assertThat(row.keyId()).isEqualTo("abcdefghijkl");
        assertThat(row.stream()).isFalse();
        assertThat(usage.reserved).hasValue(0);
        assertThat(slots.succeeded).hasValue(1);
        assertThat(keys.used).containsExactly("gpt");
        assertThat(gateway.running()).isZero();
    }

    @Test
    void aStreamIsRelayedEventByEventAndItsUsageHidden() throws Exception {
        Script upstream = Script.events(CHUNK, CHUNK, LAST + USAGE, DONE);
        serve(upstream);
        Heard heard = submit("{\"model\":\"gpt\",\"stream\":true}");
        assertThat(end(heard).cause()).isEqualTo(Cause.COMPLETED);
        assertThat(heard.body.toString()).isEqualTo(SHOWN + SHOWN + LAST + DONE);
        assertThat(heard.log).containsExactly("head", "chunk", "chunk", "chunk", "chunk", "end");
        assertThat(upstream.requests.getFirst().body().toString())
                .contains("\"stream_options\":{\"include_usage\":true}");
        assertThat(onlyRecord().usage().total()).isEqualTo(15);
        assertThat(onlyRecord().stream()).isTrue();
        assertThat(onlyRecord().firstTokenMicros()).isPositive();
    }

    @Test
    void theLastByteWaitsForTheRecord() throws Exception {
        usage.slow = true;
        serve(Script.events(CHUNK, LAST + DONE));
        Heard heard = submit("{\"model\":\"gpt\",\"stream\":true}");
        onContext(() -> {});
        assertThat(heard.body.toString()).isEqualTo(SHOWN + LAST);
        assertThat(heard.terminal).isNotDone();
        assertThat(usage.records).hasSize(1);
        usage.waiting.getFirst().run();
        end(heard);
        assertThat(heard.body.toString()).endsWith(DONE);
    }

    @Test
    void missingUsageIsEstimatedAndFlagged() throws Exception {
        serve(Script.events(CHUNK, LAST, DONE));
        end(submit("{\"model\":\"gpt\",\"stream\":true,\"messages\":[{\"content\":\"some words to count\"}]}"));
        assertThat(onlyRecord().usage().estimated()).isTrue();
        assertThat(onlyRecord().usage().totalInput()).isPositive();
        assertThat(onlyRecord().usage().totalOutput()).isPositive();
    }

    @ParameterizedTest
    @ValueSource(ints = {429, 500, 502, 503, 401, 402, 403, 404, 408})
    void anotherTargetIsTriedAndTheFirstTryKept(int status) throws Exception {
        serve(Script.json(status, "{\"error\":{\"message\":\"no\"}}"), Script.json(200, ANSWER));
        Heard heard = submit("{\"model\":\"gpt\"}");
        assertThat(end(heard).cause()).isEqualTo(Cause.COMPLETED);
        assertThat(onlyRecord().target()).isEqualTo(2);
        assertThat(onlyRecord().attempts()).singleElement().satisfies(tried -> {
            assertThat(tried.target()).isEqualTo(1);
            assertThat(tried.status()).isEqualTo(status);
        });
        assertThat(slots.failed)
                .as("a provider that does not have the model does not fail")
                .hasValue(status == 404 ? 0 : 1);
        assertThat(otherSlots.succeeded).hasValue(1);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "{\"error\":{\"message\":\"oops\"}}", "{\"object\":\"error\"}", "<html>", "[]", "{\"a\":"})
    void aTwoHundredWithoutAnAnswerCountsAsFailure(String body) throws Exception {
        serve(Script.json(200, body), Script.json(200, ANSWER));
        assertThat(end(submit("{\"model\":\"gpt\"}")).cause()).isEqualTo(Cause.COMPLETED);
        assertThat(slots.failed).hasValue(1);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                ": only a comment\n\n",
                "data: {\"error\":{\"message\":\"x\"}}\n\n",
                "data: nonsense\n\n",
                DONE
            })
    void aStreamThatFailsBeforeItsFirstContentGoesToTheNextTarget(String packet) throws Exception {
        serve(Script.events(packet), Script.events(CHUNK, LAST, DONE));
        Heard heard = submit("{\"model\":\"gpt\",\"stream\":true}");
        assertThat(end(heard).cause()).isEqualTo(Cause.COMPLETED);
        assertThat(heard.body.toString()).isEqualTo(SHOWN + LAST + DONE);
    }

    @ParameterizedTest
    @EnumSource(Upstream.Failure.Kind.class)
    void everyKindOfFailureFallsBackAndHasItsAnswer(Upstream.Failure.Kind kind) throws Exception {
        serve(Script.broken(kind), Script.json(200, ANSWER));
        assertThat(end(submit("{\"model\":\"gpt\"}")).cause()).isEqualTo(Cause.COMPLETED);
        serve(Script.broken(kind));
        Heard heard = submit("{\"model\":\"gpt\"}");
        assertThat(end(heard).cause()).isEqualTo(Cause.FAILED);
        assertThat(heard.problem().code())
                .isEqualTo(kind.name().endsWith("TIMEOUT") ? ErrorCode.UPSTREAM_TIMEOUT : ErrorCode.UPSTREAM_ERROR);
        assertThat(usage.records.getLast().costNanos()).isZero();
    }

    @Test
    void whenAllAreAtTheirLimitTheClientHearsHowLongToWait() throws Exception {
        serve(new Script(listener -> {
            listener.head(429, Map.of("retry-after", "3"));
            listener.end();
        }));
        Heard heard = submit("{\"model\":\"gpt\"}");
        end(heard);
        assertThat(heard.problem().code()).isEqualTo(ErrorCode.NO_CAPACITY);
        assertThat(heard.problem().retryAfterSeconds()).isEqualTo(3);
        assertThat(slots.askedToWait).isEqualTo(3000);
        slots.closed = true;
        heard = submit("{\"model\":\"gpt\"}");
        end(heard);
        assertThat(heard.problem().code()).isEqualTo(ErrorCode.NO_CAPACITY);
        assertThat(heard.problem().retryAfterSeconds()).isEqualTo(7);
    }

    @ParameterizedTest
    @ValueSource(ints = {429, 503})
    void aProviderThatDoesNotSayHowLongToWaitIsNotSaidToHaveAskedForIt(int status) throws Exception {
        serve(Script.json(status, "{}"));
        Heard heard = submit("{\"model\":\"gpt\"}");
        end(heard);
        assertThat(heard.problem().code()).isEqualTo(ErrorCode.NO_CAPACITY);
        assertThat(heard.problem().retryAfter()).isZero();
        assertThat(heard.problem().retryAfterSeconds())
                .as("what the client hears")
                .isEqualTo(1);
    }

    @Test
    void aStreamThatIsCutEndsWithAnErrorEventAndNeverWithDone() throws Exception {
        serve(Script.events(CHUNK), Script.json(200, ANSWER));
        Heard heard = submit("{\"model\":\"gpt\",\"stream\":true}");
        assertThat(end(heard).cause()).isEqualTo(Cause.UPSTREAM_CUT);
        assertThat(heard.body.toString())
                .startsWith(SHOWN + "data: {\"error\":")
                .endsWith("}\n\n");
        JsonNode error = JSON.readTree(heard.body.substring(SHOWN.length() + 6)).get("error");
        assertThat(error.get("code").asText()).isEqualTo("upstream_disconnected");
        assertThat(error.get("request_id").asText()).startsWith("req_");
        assertThat(onlyRecord().status()).isEqualTo(200);
        assertThat(onlyRecord().errorCode()).isEqualTo("upstream_disconnected");
        assertThat(onlyRecord().costNanos()).as("failed requests cost nothing").isZero();
        assertThat(onlyRecord().usage().totalOutput()).as("but are counted").isPositive();
    }

    @Test
    void aRefusalOfTheBodyIsPassedOnWithOurNamesOnly() throws Exception {
        serve(Script.json(
                422,
                "{\"error\":{\"message\":\"up at http://10.0.0.7:8000/v1 dislikes sk-secret123456 in messages\","
                        + "\"param\":\"messages\",\"code\":\"context_length_exceeded\"}}"));
        Heard heard = submit("{\"model\":\"gpt\"}");
        assertThat(end(heard).cause()).isEqualTo(Cause.FAILED);
        assertThat(heard.status).isEqualTo(422);
        JsonNode error = JSON.readTree(heard.body.toString()).get("error");
        assertThat(error.get("message").asText()).isEqualTo("gpt at (address) dislikes (credential) in messages");
        assertThat(error.get("param").asText()).isEqualTo("messages");
        assertThat(error.get("code").asText()).isEqualTo("context_length_exceeded");
        assertThat(slots.succeeded).as("it says nothing against the target").hasValue(1);
        assertThat(onlyRecord().status()).isEqualTo(422);
    }

    @Test
    void floatsBecomeBase64WhereTheUpstreamDidNotListen() throws Exception {
        routing.replace(new Routing(
                1,
                Map.of(
                        "emb",
                        InMemory.model(
                                "emb",
                                ModelType.EMBEDDING,
                                InMemory.target(
                                        1,
                                        "emb",
                                        Script.json(
                                                200,
                                                "{\"object\":\"list\",\"data\":[{\"index\":0,\"embedding\":[1.0,-2.5]},"
                                                        + "{\"embedding\":\"AACAPw==\"}],\"usage\":{\"prompt_tokens\":2,\"total_tokens\":2}}"),
                                        slots)))));
        Heard heard = submit(Dialect.EMBEDDINGS, "{\"model\":\"emb\",\"input\":\"x\",\"encoding_format\":\"base64\"}");
        end(heard);
        assertThat(heard.body.toString())
                .contains("{\"index\":0,\"embedding\":\"AACAPwAAIMA=\"}")
                .contains("\"AACAPw==\"");
        assertThat(onlyRecord().usage().totalInput()).isEqualTo(2);
    }

    @Test
    void aSinkThatIsFullPausesTheUpstreamUntilItAsksForMore() throws Exception {
        AtomicReference<Upstream.Listener> listener = new AtomicReference<>();
        Script upstream = new Script(listener::set);
        serve(upstream);
        Heard heard = new Heard();
        heard.takesMore = false;
        Gateway.Ticket ticket = submit(heard, Dialect.CHAT, "{\"model\":\"gpt\",\"stream\":true}");
        onContext(() -> {
            listener.get().head(200, Map.of("content-type", "text/event-stream"));
            listener.get().chunk(Buffer.buffer(CHUNK));
        });
        assertThat(upstream.pauses).hasValue(1);
        onContext(ticket::demand);
        assertThat(upstream.resumes).hasValue(1);
    }

    @Test
    void aClientThatGoesCancelsTheUpstreamAndIsCountedForWhatWasProduced() throws Exception {
        AtomicReference<Upstream.Listener> listener = new AtomicReference<>();
        Script upstream = new Script(listener::set);
        serve(upstream);
        Heard heard = new Heard();
        Gateway.Ticket ticket = submit(heard, Dialect.CHAT, "{\"model\":\"gpt\",\"stream\":true}");
        onContext(() -> {
            listener.get().head(200, Map.of("content-type", "text/event-stream"));
            listener.get().chunk(Buffer.buffer(CHUNK));
            ticket.abandon();
            ticket.abandon();
        });
        assertThat(end(heard).cause()).isEqualTo(Cause.CLIENT_GONE);
        assertThat(upstream.cancels).hasValue(1);
        assertThat(slots.abandoned).hasValue(1);
        assertThat(onlyRecord().usage().totalOutput()).isPositive();
        assertThat(onlyRecord().costNanos()).isPositive();
        assertThat(limiter.standing(11, Rates.UNLIMITED, 22, Rates.UNLIMITED).concurrent())
                .isZero();
    }

    @Test
    void aSilentUpstreamGetsA200AndACommentEvery15SecondsAndMayStillBeReplaced() throws Exception {
        AtomicReference<Upstream.Listener> silent = new AtomicReference<>();
        serve(new Script(silent::set), Script.events(CHUNK, LAST, DONE));
        Heard heard = new Heard();
        long begin = System.nanoTime();
        Relay relay = (Relay) submit(heard, Dialect.CHAT, "{\"model\":\"gpt\",\"stream\":true}");
        onContext(() -> relay.tick(begin + seconds(14)));
        assertThat(heard.log).as("not before 15 s").isEmpty();
        onContext(() -> relay.tick(begin + seconds(16)));
        assertThat(heard.status).isEqualTo(200);
        assertThat(heard.body.toString()).isEqualTo(": keep-alive\n\n");
        onContext(() -> relay.tick(begin + seconds(30)));
        assertThat(heard.body.toString()).as("15 s after the last").isEqualTo(": keep-alive\n\n");
        onContext(() -> relay.tick(begin + seconds(31)));
        assertThat(heard.body.toString()).isEqualTo(": keep-alive\n\n: keep-alive\n\n");
        onContext(() -> silent.get().failed(new Upstream.Failure(Upstream.Failure.Kind.CONNECT, "down")));
        assertThat(end(heard).cause()).isEqualTo(Cause.COMPLETED);
        assertThat(heard.body.toString()).endsWith(SHOWN + LAST + DONE);
        assertThat(heard.log).containsOnlyOnce("head");
    }

    @Test
    void aFailureAfterTheFirstCommentIsAnErrorEventOfAStreamThatHasBegun() throws Exception {
        AtomicReference<Upstream.Listener> silent = new AtomicReference<>();
        serve(new Script(silent::set));
        Heard heard = new Heard();
        Relay relay = (Relay) submit(heard, Dialect.CHAT, "{\"model\":\"gpt\",\"stream\":true}");
        onContext(() -> {
            relay.tick(System.nanoTime() + seconds(16));
            silent.get().failed(new Upstream.Failure(Upstream.Failure.Kind.FIRST_BYTE_TIMEOUT, "slow"));
        });
        assertThat(end(heard).cause()).isEqualTo(Cause.FAILED);
        assertThat(heard.body.toString())
                .startsWith(": keep-alive\n\ndata: {\"error\":")
                .contains("upstream_timeout")
                .endsWith("}\n\n");
        assertThat(onlyRecord().status()).isEqualTo(200);
        assertThat(onlyRecord().errorCode()).isEqualTo("upstream_timeout");
    }

    @Test
    void commentsAreForStreamsOnlyAndNotForAClientThatDoesNotRead() throws Exception {
        AtomicReference<Upstream.Listener> listener = new AtomicReference<>();
        serve(new Script(listener::set));
        Heard whole = new Heard();
        Relay relay = (Relay) submit(whole, Dialect.CHAT, "{\"model\":\"gpt\"}");
        onContext(() -> relay.tick(System.nanoTime() + seconds(60)));
        assertThat(whole.log).isEmpty();
        Heard full = new Heard();
        full.takesMore = false;
        Relay stream = (Relay) submit(full, Dialect.CHAT, "{\"model\":\"gpt\",\"stream\":true}");
        onContext(() -> {
            listener.get().head(200, Map.of("content-type", "text/event-stream"));
            listener.get().chunk(Buffer.buffer(CHUNK));
            stream.tick(System.nanoTime() + seconds(60));
        });
        assertThat(full.body.toString()).isEqualTo(SHOWN);
    }

    @Test
    void aStreamThatTheServersStopCutsIsCountedAndNotBilled() throws Exception {
        AtomicReference<Upstream.Listener> listener = new AtomicReference<>();
        serve(new Script(listener::set));
        Heard heard = new Heard();
        Gateway.Ticket ticket = submit(heard, Dialect.CHAT, "{\"model\":\"gpt\",\"stream\":true}");
        gateway.serverStops(new ServerStopping());
        onContext(() -> {
            listener.get().head(200, Map.of("content-type", "text/event-stream"));
            listener.get().chunk(Buffer.buffer(CHUNK));
            ticket.abandon();
        });
        assertThat(end(heard).cause()).isEqualTo(Cause.FAILED);
        assertThat(onlyRecord().usage().totalOutput()).isPositive();
        assertThat(onlyRecord().costNanos()).isZero();
    }

    @Test
    void aRevokedKeysStreamIsCutWithAnErrorEvent() throws Exception {
        AtomicReference<Upstream.Listener> listener = new AtomicReference<>();
        Script upstream = new Script(listener::set);
        serve(upstream);
        Heard heard = new Heard();
        submit(heard, Dialect.CHAT, "{\"model\":\"gpt\",\"stream\":true}");
        onContext(() -> {
            listener.get().head(200, Map.of("content-type", "text/event-stream"));
            listener.get().chunk(Buffer.buffer(CHUNK));
        });
        requireNonNull(keys.cut).accept("someoneElses");
        requireNonNull(keys.cut).accept("abcdefghijkl");
        assertThat(end(heard).cause()).isEqualTo(Cause.FAILED);
        assertThat(heard.body.toString()).contains("revoked_api_key");
        assertThat(upstream.cancels).hasValue(1);
    }

    @Test
    void refusalsNameWhatIsWrongAndLeaveARowButNoTokens() throws Exception {
        serve(Script.json(200, ANSWER));
        assertThat(refused("{\"model\":\"nope\"}")).isEqualTo(ErrorCode.MODEL_NOT_FOUND);
        assertThat(refused("{\"model\":\"gpt\",\"service_tier\":\"flex\"}")).isEqualTo(ErrorCode.INVALID_VALUE);
        assertThat(refused("{\"model\":\"gpt\",\"model\":\"gpt\"}")).isEqualTo(ErrorCode.INVALID_JSON);
        Heard heard = submit(Dialect.EMBEDDINGS, "{\"model\":\"gpt\"}");
        end(heard);
        assertThat(heard.problem().param()).isEqualTo("model");
        assertThat(usage.records).hasSize(4).allSatisfy(row -> {
            assertThat(row.cause()).isEqualTo(Cause.REFUSED);
            assertThat(row.usage().total()).isZero();
            assertThat(row.status()).isBetween(400, 404);
        });
        assertThat(usage.reserved).hasValue(0);
    }

    @Test
    void anUpstreamThatThrowsIsAFailureLikeAnyOther() throws Exception {
        serve(
                (request, listener) -> {
                    throw new IllegalStateException("a bug");
                },
                Script.json(200, ANSWER));
        assertThat(end(submit("{\"model\":\"gpt\"}")).cause()).isEqualTo(Cause.COMPLETED);
        assertThat(slots.failed).hasValue(1);
        assertThat(slots.open).hasValue(0);
    }

    @Test
    void aModelOfAGroupIsNotThereForOthers() throws Exception {
        Model open = InMemory.model(
                "gpt", ModelType.CHAT, Set.of(5L), InMemory.target(1, "up", Script.json(200, ANSWER), slots));
        Model closed = InMemory.model("secret", ModelType.CHAT, Set.of(6L));
        routing.replace(new Routing(1, Map.of("gpt", open, "secret", closed)));
        assertThat(refused("{\"model\":\"secret\"}")).isEqualTo(ErrorCode.MODEL_NOT_FOUND);
        assertThat(end(submit("{\"model\":\"gpt\"}")).cause()).isEqualTo(Cause.COMPLETED);
    }

    @Test
    @Tag("S-11")
    void scopesAreCheckedOnWhatIsReallyCalled() throws Exception {
        serve(Script.json(200, ANSWER));
        assertThat(refused(scopes(Set.of("embeddings"), List.of(), Set.of()))).isEqualTo(ErrorCode.SCOPE_DENIED);
        assertThat(refused(scopes(Set.of(), List.of("gpt-*", "x"), Set.of()))).isEqualTo(ErrorCode.MODEL_NOT_ALLOWED);
        assertThat(refused(scopes(Set.of(), List.of(), Set.of(Tier.BATCH)))).isEqualTo(ErrorCode.SCOPE_DENIED);
        Heard allowed = new Heard();
        submit(
                allowed,
                scopes(Set.of("chat"), List.of("g*t"), Set.of(Tier.REALTIME)),
                Dialect.CHAT,
                "{\"model\":\"gpt\"}");
        assertThat(end(allowed).cause()).isEqualTo(Cause.COMPLETED);
    }

    @Test
    void limitsRefuseAndLeaveARow() throws Exception {
        serve(Script.json(200, ANSWER));
        Principal limited = InMemory.principal(KeyScopes.UNRESTRICTED, new Rates(2, 0, 0));
        for (int i = 0; i < 2; i++) {
            Heard heard = new Heard();
            submit(heard, limited, Dialect.CHAT, "{\"model\":\"gpt\"}");
            end(heard);
        }
        for (int i = 0; i < 50; i++) {
            assertThat(refused(limited)).isEqualTo(ErrorCode.RATE_LIMIT_REQUESTS);
        }
        assertThat(usage.records).as("the journal folds them").hasSize(52);
    }

    @Test
    void noMoneyNoPriceOrNoRoomInTheJournalRefuses() throws Exception {
        serve(Script.json(200, ANSWER));
        hold.set(new Holds.Decision.Refused(ai.doubleword.platform.Problem.of(ErrorCode.SPEND_CAP_REACHED, "cap")));
        assertThat(refused("{\"model\":\"gpt\"}")).isEqualTo(ErrorCode.SPEND_CAP_REACHED);
        hold.set(new Holds.Decision.Granted(0));
        usage.full = true;
        assertThat(refused("{\"model\":\"gpt\"}")).isEqualTo(ErrorCode.NO_CAPACITY);
        assertThat(limiter.standing(11, Rates.UNLIMITED, 22, Rates.UNLIMITED).concurrent())
                .isZero();
    }

    private void serve(Upstream... upstreams) {
        ai.doubleword.providers.Target[] targets = new ai.doubleword.providers.Target[upstreams.length];
        for (int i = 0; i < upstreams.length; i++) {
            targets[i] = InMemory.target(i + 1, "up", upstreams[i], i == 0 ? slots : otherSlots);
        }
        Map<String, Model> models = new LinkedHashMap<>();
        models.put("gpt", InMemory.model("gpt", ModelType.CHAT, targets));
        routing.replace(new Routing(1, models));
    }

    private static Principal scopes(Set<String> endpoints, List<String> models, Set<Tier> tiers) {
        return InMemory.principal(new KeyScopes(endpoints, models, tiers, List.of(), Set.of()), Rates.UNLIMITED);
    }

    private ErrorCode refused(String body) throws Exception {
        Heard heard = submit(body);
        assertThat(end(heard).cause()).isEqualTo(Cause.REFUSED);
        return heard.problem().code();
    }

    private ErrorCode refused(Principal principal) throws Exception {
        Heard heard = new Heard();
        submit(heard, principal, Dialect.CHAT, "{\"model\":\"gpt\"}");
        assertThat(end(heard).cause()).isEqualTo(Cause.REFUSED);
        return heard.problem().code();
    }

    private Heard submit(String body) throws Exception {
        return submit(Dialect.CHAT, body);
    }

    private Heard submit(Dialect dialect, String body) throws Exception {
        Heard heard = new Heard();
        submit(heard, dialect, body);
        return heard;
    }

    private Gateway.Ticket submit(Heard heard, Dialect dialect, String body) throws Exception {
        return submit(heard, InMemory.principal(), dialect, body);
    }

    private Gateway.Ticket submit(Heard heard, Principal principal, Dialect dialect, String body) throws Exception {
        AtomicReference<Gateway.Ticket> ticket = new AtomicReference<>();
        Call call = new Call(
                123,
                dialect,
                Buffer.buffer(body),
                null,
                System.nanoTime(),
                null,
                InetAddress.getLoopbackAddress(),
                usage);
        onContext(() -> ticket.set(gateway.submit(principal, call, heard)));
        return ticket.get();
    }

    private static long seconds(long number) {
        return TimeUnit.SECONDS.toNanos(number);
    }

    private static void onContext(Runnable work) throws Exception {
        CompletableFuture<Void> done = new CompletableFuture<>();
        context.runOnContext(nothing -> {
            try {
                work.run();
                done.complete(null);
            } catch (Throwable e) {
                done.completeExceptionally(e);
            }
        });
        done.get(10, TimeUnit.SECONDS);
    }

    private UsageRecord onlyRecord() {
        assertThat(usage.records).hasSize(1);
        return usage.records.getFirst();
    }

    private static Sink.Terminal end(Heard heard) throws Exception {
        return heard.terminal.get(10, TimeUnit.SECONDS);
    }
}
