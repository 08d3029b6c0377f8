package ai.doubleword.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import ai.doubleword.keys.Await;
import ai.doubleword.keys.KeyScopes;
import ai.doubleword.keys.KeyType;
import ai.doubleword.limits.Rates;
import ai.doubleword.models.ModelType;
import ai.doubleword.providers.Target;
import com.fasterxml.jackson.databind.JsonNode;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// The data plane over real HTTP, byte by byte where that matters, with the simulator behind it.
@QuarkusTest
class GatewayHttpTest {
    private static final String CHAT = "/v1/chat/completions";

    @TestHTTPResource("/")
    URI server;

    @Inject
    DataPlaneFixture fixture;

    @Inject
    InferenceGateway gateway;

    @Inject
    BodyBudget budget;

    private Wire wire;

    @BeforeEach
    void connect() throws IOException {
        wire = new Wire(server);
    }

    @AfterEach
    void everythingIsGivenBack() throws Exception {
        wire.close();
        long whole = (long) (Runtime.getRuntime().maxMemory() * 0.25);
        Await.until(() -> gateway.running() == 0 && budget.left() == whole);
    }

    @Test
    void aChatIsAnsweredUnderBothBasesOnOneConnection() throws Exception {
        String key = fixture.key();
        String model = fixture.chat("");
        for (String base : List.of("/v1", "/ai/v1", "/v1")) {
            Wire.Answer answer = wire.post(base + "/chat/completions", key, chat(model, false));
            assertThat(answer.status()).as(answer.body()).isEqualTo(200);
            assertThat(answer.header("content-type")).isEqualTo("application/json");
            assertThat(answer.header("x-request-id")).startsWith("req_");
            assertThat(answer.json().get("model").asText()).isEqualTo(model);
            assertThat(answer.json().at("/usage/total_tokens").asInt()).isPositive();
        }
    }

    @Test
    void anUnlimitedKeyIsShownTheModelsLimitsOrNone() throws Exception {
        String key = fixture.key();
        Wire.Answer unlimited = wire.post(CHAT, key, chat(fixture.chat(""), false));
        assertThat(unlimited.status()).isEqualTo(200);
        assertThat(unlimited.headers().keySet()).noneMatch(name -> name.startsWith("x-ratelimit"));

        String limited = fixture.limitedChat(new Rates(2, 0, 0));
        assertThat(wire.post(CHAT, key, chat(limited, false)).header("x-ratelimit-remaining-requests"))
                .isEqualTo("1");
        assertThat(wire.post(CHAT, key, chat(limited, true), "Idempotency-Key: " + UUID.randomUUID())
                        .header("x-ratelimit-remaining-requests"))
                .isEqualTo("0");
        Wire.Answer refused = wire.post(CHAT, key, chat(limited, false));
        assertThat(refused.status()).isEqualTo(429);
        assertThat(refused.header("x-ratelimit-limit-requests")).isEqualTo("2");
    }

    @Test
    void aStreamEndsWithDoneAndShowsUsageOnlyWhenAsked() throws Exception {
        String key = fixture.key();
        String model = fixture.chat("");
        Wire.Answer answer = wire.post(CHAT, key, chat(model, true));
        assertThat(answer.header("content-type")).startsWith("text/event-stream");
        assertThat(answer.body()).endsWith("data: [DONE]\n\n").doesNotContain("\"usage\":{");
        assertThat(answer.body().lines().filter(line -> !line.isEmpty())).allMatch(line -> line.startsWith("data: "));
        answer = wire.post(
                CHAT,
                key,
                chat(model, true).replace("{\"model\"", "{\"stream_options\":{\"include_usage\":true},\"model\""));
        assertThat(answer.body()).contains("\"usage\":{");
    }

    @Test
    void embeddingsComeAsAskedFor() throws Exception {
        String key = fixture.key();
        String model =
                fixture.model("emb-" + UUID.randomUUID(), ModelType.EMBEDDING, fixture.target(0, "sim-embedding"));
        for (String format : List.of("float", "base64")) {
            Wire.Answer answer = wire.post(
                    "/v1/embeddings",
                    key,
                    "{\"model\":\"" + model + "\",\"input\":[\"a\",\"b\"],\"encoding_format\":\"" + format + "\"}");
            assertThat(answer.status()).as(answer.body()).isEqualTo(200);
            assertThat(answer.json().at("/data/0/embedding").isTextual()).isEqualTo(format.equals("base64"));
            assertThat(answer.json().at("/data/1/index").asInt()).isEqualTo(1);
        }
    }

    @Test
    void modelsAreListedAndGotByNamesWithAnyCharacter() throws Exception {
        String key = fixture.key();
        String name = "org/llama-3:8b@x." + UUID.randomUUID();
        fixture.model(name, ModelType.CHAT, fixture.target(0, "sim-chat"));
        JsonNode list = wire.get("/v1/models", key).json();
        assertThat(list.get("object").asText()).isEqualTo("list");
        assertThat(list.get("data").findValuesAsText("id")).contains(name);
        for (String path :
                List.of(name, name.replace("/", "%2F").replace(":", "%3A").replace("@", "%40"))) {
            JsonNode model = wire.get("/ai/v1/models/" + path, key).json();
            assertThat(model.get("id").asText()).isEqualTo(name);
            assertThat(model.get("object").asText()).isEqualTo("model");
            assertThat(model.get("created").isIntegralNumber()).isTrue();
            assertThat(model.get("owned_by").isTextual()).isTrue();
            assertThat(model.get("type").asText()).isEqualTo("chat");
            assertThat(model.get("context_length").asInt()).isEqualTo(8192);
            assertThat(model.at("/tiers/0").asText()).isEqualTo("realtime");
            assertThat(model.at("/pricing/realtime/input").asText()).isEqualTo("0.001");
        }
        wire.send(Wire.head("HEAD", "/v1/models", key, -1));
        assertThat(wire.answer(false).status()).isEqualTo(200);
        assertThat(wire.get("/v1/models/nope", key).code()).isEqualTo("model_not_found");
        assertThat(wire.get("/v1/models/%zz", key).status()).isIn(400, 404);
    }

    @Test
    void aKeyListsOnlyTheModelsItMayUse() throws Exception {
        String mine = fixture.chat("");
        String other = fixture.chat("");
        String key = fixture.key(
                KeyType.INFERENCE,
                new KeyScopes(Set.of(), List.of(mine), Set.of(), List.of(), Set.of()),
                Rates.UNLIMITED);
        assertThat(wire.get("/v1/models", key).json().get("data").findValuesAsText("id"))
                .containsExactly(mine);
        assertThat(wire.get("/v1/models/" + other, key).status()).isEqualTo(404);
        assertThat(wire.post(CHAT, key, chat(other, false)).code()).isEqualTo("model_not_allowed");
    }

    @Test
    void otherVendorsKeyHeadersAreTaken() throws Exception {
        String key = fixture.key();
        for (String header : List.of("x-api-key: ", "api-key: ", "authorization: bEaReR ")) {
            assertThat(wire.get("/v1/models", null, header + key).status()).isEqualTo(200);
        }
    }

    @Test
    void refusalsHaveTheirStatusAndCode() throws Exception {
        String model = fixture.chat("");
        String key = fixture.key();
        assertThat(refusal(wire.post(CHAT, null, chat(model, false)))).isEqualTo("401 missing_api_key");
        assertThat(refusal(wire.post(CHAT, "nonsense", chat(model, false)))).isEqualTo("401 invalid_api_key");
        assertThat(refusal(wire.post(CHAT, key.substring(0, key.length() - 1) + (key.endsWith("0") ? "1" : "0"), "{}")))
                .isEqualTo("401 invalid_api_key");
        String platform = fixture.key(KeyType.PLATFORM, KeyScopes.UNRESTRICTED, Rates.UNLIMITED);
        assertThat(refusal(wire.post(CHAT, platform, chat(model, false)))).isEqualTo("403 wrong_key_type");
        assertThat(refusal(wire.post(CHAT, key, chat("nope", false)))).isEqualTo("404 model_not_found");
        assertThat(refusal(wire.post(CHAT, key, "{\"model\":\"" + model + "\",\"service_tier\":\"scale\"}")))
                .isEqualTo("400 invalid_value");
        assertThat(refusal(wire.post("/v1/embeddings", key, "{\"model\":\"" + model + "\"}")))
                .isEqualTo("400 invalid_value");
        assertThat(refusal(wire.get("/v1/nothing/here", key))).isEqualTo("404 not_found");
        Wire.Answer wrongMethod = wire.get(CHAT, key);
        assertThat(refusal(wrongMethod)).isEqualTo("405 method_not_allowed");
        assertThat(wrongMethod.header("allow")).isEqualTo("POST");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "not json",
                "",
                "[]",
                "{\"model\":\"a\",\"model\":\"b\"}",
                "{\"model\":\"a\",\"mod\\u0065l\":\"b\"}"
            })
    @Tag("S-11")
    void aMalformedBodyIsRefusedAndTheConnectionKept(String body) throws Exception {
        String key = fixture.key();
        assertThat(refusal(wire.post(CHAT, key, body))).isEqualTo("400 invalid_json");
        assertThat(refusal(wire.post(CHAT, key, "{\"model\":7}"))).isEqualTo("400 invalid_value");
        assertThat(wire.get("/v1/models", key).status()).isEqualTo(200);
    }

    @Test
    @Tag("S-05")
    void deepJsonIsRefused() throws Exception {
        assertThat(refusal(wire.post(CHAT, fixture.key(), "{\"model\":\"a\",\"x\":" + "[".repeat(5000))))
                .isEqualTo("400 invalid_json");
    }

    @Test
    @Tag("S-05")
    void theKeyIsCheckedBeforeTheBodyIsRead() throws Exception {
        wire.send(Wire.head("POST", CHAT, "nonsense", 100_000));
        assertThat(wire.answer().status()).as("no byte of the body was sent").isEqualTo(401);
        wire.send(new byte[100_000]);
        assertThat(wire.get("/v1/models", fixture.key()).status())
                .as("the body was dropped and the connection kept")
                .isEqualTo(200);
    }

    @Test
    @Tag("S-05")
    void aLargeBodyBehindARefusalEndsTheConnection() throws Exception {
        wire.send(Wire.head("POST", CHAT, "nonsense", 20_000_000));
        wire.send(new byte[300_000]);
        Wire.Answer answer = wire.answer();
        assertThat(answer.status()).isEqualTo(401);
        assertThat(answer.header("connection")).isEqualTo("close");
        assertThat(wire.closed()).isTrue();
    }

    @Test
    @Tag("S-05")
    void aBodyOverTheLimitIsRefusedWithAndWithoutALength() throws Exception {
        String key = fixture.key();
        wire.send(Wire.head("POST", CHAT, key, (32 << 20) + 1));
        Wire.Answer answer = wire.answer();
        assertThat(refusal(answer)).isEqualTo("413 request_too_large");
        try (Wire chunked = new Wire(server)) {
            chunked.send(Wire.head("POST", CHAT, key, -1, "Transfer-Encoding: chunked"));
            byte[] chunk = new byte[1 << 20];
            try {
                for (int i = 0; i < 33; i++) {
                    chunked.send("100000\r\n");
                    chunked.send(chunk);
                    chunked.send("\r\n");
                }
                chunked.send("0\r\n\r\n");
            } catch (IOException closedEarly) {
                // The server may close while we still write: the answer below is what counts.
            }
            assertThat(refusal(chunked.answer())).isEqualTo("413 request_too_large");
        }
    }

    @Test
    void aChunkedBodyAndOneInSingleBytesAreRead() throws Exception {
        String key = fixture.key();
        String body = chat(fixture.chat(""), false);
        wire.send(Wire.head("POST", CHAT, key, -1, "Transfer-Encoding: chunked"));
        for (byte b : body.getBytes(StandardCharsets.UTF_8)) {
            wire.send("1\r\n" + (char) b + "\r\n");
        }
        wire.send("0\r\n\r\n");
        assertThat(wire.answer().status()).isEqualTo(200);
        wire.send(Wire.head("POST", CHAT, key, body.length()));
        for (byte b : body.getBytes(StandardCharsets.UTF_8)) {
            wire.send(new byte[] {b});
        }
        assertThat(wire.answer().status()).isEqualTo(200);
    }

    @Test
    void expectContinueIsAnsweredAfterTheKeyCheck() throws Exception {
        String body = chat(fixture.chat(""), false);
        wire.send(Wire.head("POST", CHAT, fixture.key(), body.length(), "Expect: 100-continue"));
        assertThat(wire.answer().status()).isEqualTo(100);
        wire.send(body);
        assertThat(wire.answer().status()).isEqualTo(200);
        try (Wire refused = new Wire(server)) {
            refused.send(Wire.head("POST", CHAT, "nonsense", body.length(), "Expect: 100-continue"));
            assertThat(refused.answer().status()).isEqualTo(401);
        }
    }

    @Test
    @Tag("S-05")
    void compressedBodiesAreNotTaken() throws Exception {
        ByteArrayOutputStream bomb = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(bomb)) {
            gzip.write(new byte[50 << 20]);
        }
        wire.send(Wire.head("POST", CHAT, fixture.key(), bomb.size(), "Content-Encoding: gzip"));
        wire.send(bomb.toByteArray());
        assertThat(refusal(wire.answer())).isEqualTo("400 invalid_value");
    }

    @Test
    @Tag("S-05")
    void aFloodOfHeadersIsRefused() throws Exception {
        StringBuilder flood = new StringBuilder("GET /v1/models HTTP/1.1\r\nHost: test\r\n");
        for (int i = 0; i < 5000; i++) {
            flood.append("X-Flood-")
                    .append(i)
                    .append(": ")
                    .append("y".repeat(100))
                    .append("\r\n");
        }
        try {
            wire.send(flood + "\r\n");
        } catch (IOException closedEarly) {
            // It need not listen to the end.
        }
        assertThat(wire.startOfAnswer().status()).isEqualTo(431);
    }

    @Test
    @Tag("S-06")
    void internalHeadersOfAClientGoNowhere() throws Exception {
        String key = fixture.key();
        String model = fixture.chat("");
        Wire.Answer answer = wire.post(
                CHAT,
                key,
                chat(model, false),
                "x-dw-account: 1",
                "X-DW-Internal: yes",
                "x-custom: mine",
                "cookie: c=1");
        assertThat(answer.status()).isEqualTo(200);
        assertThat(fixture.simulated
                        .received()
                        .last(1)
                        .getFirst()
                        .headers()
                        .toString()
                        .toLowerCase(java.util.Locale.ROOT))
                .doesNotContain("x-dw-")
                .doesNotContain("x-custom")
                .doesNotContain("cookie")
                .doesNotContain(key);
    }

    @Test
    void limitsAreShownAndHeld() throws Exception {
        String key = fixture.key(KeyType.INFERENCE, KeyScopes.UNRESTRICTED, new Rates(2, 100_000, 0));
        String body = chat(fixture.chat(""), false);
        Wire.Answer first = wire.post(CHAT, key, body);
        assertThat(first.status()).isEqualTo(200);
        assertThat(first.header("x-ratelimit-limit-requests")).isEqualTo("2");
        assertThat(first.header("x-ratelimit-remaining-requests")).isEqualTo("1");
        assertThat(first.header("x-ratelimit-reset-requests")).matches("(\\d+m)?[0-9.]+m?s");
        assertThat(first.header("x-ratelimit-limit-tokens")).isEqualTo("100000");
        assertThat(wire.get("/v1/models", key).status())
                .as("only inference counts")
                .isEqualTo(200);
        wire.post(CHAT, key, body);
        Wire.Answer third = wire.post(CHAT, key, body);
        assertThat(refusal(third)).isEqualTo("429 rate_limit_requests");
        assertThat(Integer.parseInt(third.header("retry-after"))).isBetween(1, 60);
        assertThat(third.header("x-ratelimit-remaining-requests")).isEqualTo("0");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"429?retry-after=2", "500", "503", "error-body", "empty", "html", "close", "wrong-length", "401"
            })
    void anotherTargetAnswersWhereTheFirstFails(String fault) throws Exception {
        String key = fixture.key();
        String model = fixture.chat(fault, "");
        Wire.Answer answer = wire.post(CHAT, key, chat(model, false));
        assertThat(answer.status()).as(answer.body()).isEqualTo(200);
        assertThat(answer.json().get("model").asText()).isEqualTo(model);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "429?retry-after=2",
                "500",
                "error-body",
                "empty",
                "html",
                "close",
                "malformed-sse?after=0",
                "error-event?after=0"
            })
    void aStreamFallsBackBeforeItsFirstContent(String fault) throws Exception {
        Wire.Answer answer = wire.post(CHAT, fixture.key(), chat(fixture.chat(fault, ""), true));
        assertThat(answer.status()).as(answer.body()).isEqualTo(200);
        assertThat(answer.body()).endsWith("data: [DONE]\n\n").doesNotContain("error");
    }

    @ParameterizedTest
    @CsvSource({
        "429?retry-after=2, 503 no_capacity",
        "500, 502 upstream_error",
        "401, 502 upstream_error",
        "400, 400 invalid_value",
        "error-body, 502 upstream_error",
        "empty, 502 upstream_error",
        "html, 502 upstream_error",
        "close, 502 upstream_error",
        "cut, 502 upstream_error",
        "wrong-length, 502 upstream_error",
    })
    void aFaultWithoutFallbackHasItsAnswer(String fault, String expected) throws Exception {
        Wire.Answer answer = wire.post(CHAT, fixture.key(), chat(fixture.chat(fault), false));
        assertThat(answer.status() + " " + (expected.startsWith("400") ? "invalid_value" : answer.code()))
                .as(answer.body())
                .isEqualTo(expected);
        assertThat(answer.json().at("/error/request_id").asText()).isEqualTo(answer.header("x-request-id"));
        assertThat(answer.headers().containsKey("retry-after")).isEqualTo(answer.status() == 503);
    }

    @ParameterizedTest
    @CsvSource({
        "cut?after=3, upstream_disconnected",
        "malformed-sse?after=3, upstream_error",
        "error-event?after=3, upstream_error",
        "huge-event?after=3, upstream_error",
    })
    void aStreamThatBreaksEndsWithAnErrorEventAndNoDone(String fault, String code) throws Exception {
        Wire.Answer answer = wire.post(CHAT, fixture.key(), chat(fixture.chat(fault, ""), true));
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.body()).doesNotContain("[DONE]").contains("\"code\":\"" + code + "\"");
        assertThat(wire.get("/v1/models", fixture.key()).status())
                .as("the connection goes on")
                .isEqualTo(200);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "split-utf8",
                "bytewise",
                "one-packet",
                "cr",
                "crlf",
                "no-space",
                "multi-line",
                "comments",
                "no-usage",
                "no-done",
                "crlf+no-space+bytewise"
            })
    void everyWayToWriteAStreamReadsTheSame(String fault) throws Exception {
        String key = fixture.key();
        Wire.Answer answer = wire.post(CHAT, key, chat(fixture.chat(fault), true));
        assertThat(answer.body()).as(fault).endsWith("data: [DONE]\n\n");
        for (String line : answer.body().split("\n", -1)) {
            assertThat(line)
                    .matches(text -> text.isEmpty() || text.startsWith("data: {") || text.equals("data: [DONE]"));
            assertThat(line).doesNotContain("\r").doesNotContain("\ufffd");
        }
    }

    @Test
    void aModelThatItsProviderDoesNotHaveIsNotFoundAndNotTheProvidersFailure() throws Exception {
        Target unknown = fixture.target(0, "no-such-model");
        String name = "mapped-" + UUID.randomUUID();
        fixture.model(name, ModelType.CHAT, unknown);
        for (boolean stream : List.of(false, true)) {
            Wire.Answer answer = wire.post(CHAT, fixture.key(), chat(name, stream));
            assertThat(answer.status() + " " + answer.code()).isEqualTo("404 model_not_found");
            assertThat(answer.body()).contains("Models and routes").doesNotContain("no-such-model");
        }
        InMemory.Slots slots = (InMemory.Slots) unknown.state();
        assertThat(slots.failed).hasValue(0);
        assertThat(slots.open).hasValue(0);

        String elsewhere = "elsewhere-" + UUID.randomUUID();
        fixture.model(elsewhere, ModelType.CHAT, fixture.target(0, "no-such-model"), fixture.target(1, "sim-chat"));
        assertThat(wire.post(CHAT, fixture.key(), chat(elsewhere, false)).status())
                .isEqualTo(200);
        String busy = "busy-" + UUID.randomUUID();
        fixture.model(busy, ModelType.CHAT, fixture.target(0, "sim-chat!429"), fixture.target(1, "no-such-model"));
        assertThat(refusal(wire.post(CHAT, fixture.key(), chat(busy, false))))
                .as("one that is busy may have it")
                .isEqualTo("503 no_capacity");
    }

    @Test
    void aSlowProviderIsATimeoutAndOneThatIsDownAnError() throws Exception {
        String key = fixture.key();
        String slow = "slow-" + UUID.randomUUID();
        ServerSocket silent = new ServerSocket(0);
        String address = "http://127.0.0.1:" + silent.getLocalPort() + "/v1";
        fixture.model(slow, ModelType.CHAT, fixture.target(0, "x", address, 300));
        assertThat(refusal(wire.post(CHAT, key, chat(slow, false)))).isEqualTo("504 upstream_timeout");
        silent.close();
        assertThat(refusal(wire.post(CHAT, key, chat(slow, false)))).isEqualTo("502 upstream_error");
        String none = "none-" + UUID.randomUUID();
        fixture.model(none, ModelType.CHAT);
        assertThat(refusal(wire.post(CHAT, key, chat(none, false)))).isEqualTo("503 no_capacity");
    }

    @Test
    void aClientThatGoesCancelsTheProvider() throws Exception {
        String key = fixture.key();
        for (String fault : List.of("stall?after=2", "slow-first-byte?ms=20000")) {
            long cancelled = fixture.simulated.counts().cancelled();
            Wire gone = new Wire(server);
            gone.send(post(key, chat(fixture.chat(fault), true)));
            if (fault.startsWith("stall")) {
                gone.startOfAnswer();
                gone.chunk();
            } else {
                Thread.sleep(200);
            }
            gone.close();
            Await.until(() -> fixture.simulated.counts().cancelled() > cancelled);
            assertThat(fixture.simulated.counts().cancelled()).as(fault).isEqualTo(cancelled + 1);
        }
    }

    @Test
    void aClientThatGoesWithinItsBodyLeavesNothingBehind() throws Exception {
        Wire gone = new Wire(server);
        gone.send(Wire.head("POST", CHAT, fixture.key(), 100_000) + "{\"model\":");
        Thread.sleep(100);
        gone.close();
    }

    @Test
    void anIdempotencyKeyGivesTheFirstAnswerAgain() throws Exception {
        String key = fixture.key();
        String model = fixture.chat("");
        String header = "Idempotency-Key: " + UUID.randomUUID();
        long before = fixture.simulated.counts().received();
        Wire.Answer first = wire.post(CHAT, key, chat(model, false), header);
        Wire.Answer second = wire.post(CHAT, key, chat(model, false), header);
        assertThat(first.status()).as(first.body()).isEqualTo(200);
        assertThat(second.body()).isEqualTo(first.body());
        assertThat(second.header("content-type")).isEqualTo("application/json");
        assertThat(fixture.simulated.counts().received()).isEqualTo(before + 1);
        assertThat(refusal(wire.post(CHAT, key, chat(model, true), header))).isEqualTo("422 idempotency_key_reused");
        assertThat(wire.post(CHAT, fixture.key(), chat(model, false), header).status())
                .as("another caller's key is another key")
                .isEqualTo(200);
    }

    @Test
    void whatMayNotBeKeptIsNotRepeated() throws Exception {
        String key = fixture.key();
        String body = "{\"store\":false," + chat(fixture.chat(""), false).substring(1);
        String header = "Idempotency-Key: " + UUID.randomUUID();
        assertThat(wire.post(CHAT, key, body, header).status()).isEqualTo(200);
        Wire.Answer repeat = wire.post(CHAT, key, body, header);
        assertThat(refusal(repeat)).isEqualTo("409 idempotency_replay_unavailable");
        assertThat(repeat.header("x-should-retry")).isEqualTo("false");
    }

    @Test
    void aTwinWaitsForTheFirstsAnswerAndAFailureFreesTheKey() throws Exception {
        String key = fixture.key();
        String body = chat(fixture.chat("slow-first-byte?ms=1500"), true);
        String header = "Idempotency-Key: " + UUID.randomUUID();
        try (Wire twin = new Wire(server)) {
            wire.send(Wire.head("POST", CHAT, key, body.length(), header) + body);
            Thread.sleep(300);
            twin.send(Wire.head("POST", CHAT, key, body.length(), header) + body);
            Wire.Answer first = wire.answer();
            assertThat(first.body()).endsWith("[DONE]\n\n");
            assertThat(twin.answer().body()).isEqualTo(first.body());
        }
        String failing = chat(fixture.chat("500?times=1"), false);
        String other = "Idempotency-Key: " + UUID.randomUUID();
        assertThat(wire.post(CHAT, key, failing, other).status()).isEqualTo(502);
        assertThat(wire.post(CHAT, key, failing, other).status()).isEqualTo(200);
    }

    private static String post(String key, String body) {
        return Wire.head("POST", CHAT, key, body.getBytes(StandardCharsets.UTF_8).length) + body;
    }

    private static String chat(String model, boolean stream) {
        return "{\"model\":\"" + model + "\",\"stream\":" + stream
                + ",\"max_tokens\":40,\"messages\":[{\"role\":\"user\",\"content\":\"Say something.\"}]}";
    }

    private static String refusal(Wire.Answer answer) {
        return answer.status() + " " + answer.code();
    }
}
