package ai.doubleword.models;

import static org.assertj.core.api.Assertions.assertThat;

import ai.doubleword.keys.Await;
import ai.doubleword.keys.DatabaseDump;
import ai.doubleword.keys.Http;
import ai.doubleword.keys.TestKeys;
import ai.doubleword.simulator.SimulatedModels;
import ai.doubleword.simulator.SimulatorConfig;
import ai.doubleword.simulator.SimulatorServer;
import com.fasterxml.jackson.databind.JsonNode;
import com.sun.net.httpserver.HttpServer;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.UUID;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@QuarkusTest
class ProvidersApiTest {
    private static final String PROVIDERS = "/admin/api/v1/providers";
    private static final String MODELS = "/admin/api/v1/models";
    private static final SimulatorServer SIMULATOR =
            SimulatorServer.start(new SimulatedModels(SimulatorConfig.defaults()), "127.0.0.1", 0, 1);

    @Inject
    TestKeys keys;

    @Inject
    @ConfigProperty(name = "doubleword.database.migration-url")
    String databaseUrl;

    @TestHTTPResource("/")
    URI server;

    private final String name = "p-" + UUID.randomUUID();
    private Http root;

    @BeforeEach
    void makeAdministrator() {
        root = keys.administrator(server);
    }

    @AfterAll
    static void stopSimulator() {
        SIMULATOR.close();
    }

    @Test
    void providerIsAddedListedChangedAndRemoved() {
        Http.Answer added = add("\"concurrency\":4");
        assertThat(added.status()).isEqualTo(201);
        assertThat(added.body().get("kind").textValue()).isEqualTo("openai-compatible");
        assertThat(added.body().at("/api_key/set").booleanValue()).isFalse();
        assertThat(added.body().at("/timeouts/connect_ms").intValue()).isEqualTo(5_000);
        assertThat(added.body().at("/quirks/responses").textValue()).isEqualTo("none");
        assertThat(added.body().at("/state/status").textValue()).isEqualTo("unknown");
        assertThat(root.get(PROVIDERS + "/" + name).body()).isEqualTo(added.body());
        JsonNode page = root.get(PROVIDERS + "?limit=100").body();
        assertThat(page.get("data").findValuesAsText("name")).contains(name);
        assertThat(page.get("total_count").intValue()).isGreaterThanOrEqualTo(3);
        assertThat(root.get(PROVIDERS + "?limit=1&skip=1").body().get("data")).hasSize(1);

        Http.Answer changed = root.patch(
                PROVIDERS + "/" + name,
                "{\"timeouts\":{\"idle_ms\":7},\"quirks\":{\"responses\":\"only\"},\"health\":{\"path\":\"/health\",\"interval_ms\":1000}}");
        assertThat(changed.status()).isEqualTo(200);
        assertThat(changed.body().at("/timeouts/idle_ms").intValue()).isEqualTo(7);
        assertThat(changed.body().at("/timeouts/connect_ms").intValue()).isEqualTo(5_000);
        assertThat(changed.body().at("/quirks/responses").textValue()).isEqualTo("only");
        assertThat(changed.body().at("/quirks/base64").booleanValue()).isTrue();
        assertThat(changed.body().get("concurrency").intValue()).isEqualTo(4);
        assertThat(changed.body().at("/health/path").textValue()).isEqualTo("/health");

        Http.Answer removed = root.delete(PROVIDERS + "/" + name);
        assertThat(removed.status()).isEqualTo(200);
        assertThat(removed.body().get("models_without_target")).isEmpty();
        assertThat(root.get(PROVIDERS + "/" + name).status()).isEqualTo(404);
        assertThat(root.delete(PROVIDERS + "/" + name).status()).isEqualTo(404);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{}|invalid_value|name",
                "{\"name\":\"a b\"}|invalid_value|name",
                "{\"name\":\"NEW\"}|invalid_value|base_url",
                "{\"name\":\"NEW\",\"base_url\":\"ftp://host/v1\"}|invalid_value|base_url",
                "{\"name\":\"NEW\",\"base_url\":\"http://user:pass@host/v1\"}|invalid_value|base_url",
                "{\"name\":\"NEW\",\"kind\":\"magic\"}|invalid_value|kind",
                "{\"name\":\"NEW\",\"base_url\":\"http://h/v1\",\"api_key\":\"a\\nb\"}|invalid_value|api_key",
                "{\"name\":\"NEW\",\"base_url\":\"http://h/v1\",\"headers\":{\"host\":\"x\"}}|invalid_value|headers",
                "{\"name\":\"NEW\",\"base_url\":\"http://h/v1\",\"timeouts\":{\"idle_ms\":0}}|invalid_value|timeouts.idle_ms",
                "{\"name\":\"NEW\",\"base_url\":\"http://h/v1\",\"timeouts\":{\"idle\":1}}|invalid_value|timeouts.idle",
                "{\"name\":\"NEW\",\"base_url\":\"http://h/v1\",\"concurrency\":-1}|invalid_value|concurrency",
                "{\"name\":\"NEW\",\"base_url\":\"http://h/v1\",\"concurrency\":\"x\"}|invalid_value|concurrency",
                "{\"name\":\"NEW\",\"base_url\":\"http://h/v1\",\"health\":{\"path\":\"x\"}}|invalid_value|health.path",
                "{\"name\":\"NEW\",\"base_url\":\"http://h/v1\",\"quirks\":{\"responses\":\"x\"}}|invalid_value|quirks.responses",
                "{\"name\":\"NEW\",\"url\":\"http://h/v1\"}|invalid_value|url",
                "{\"name\":\"simulator\",\"kind\":\"simulator\"}|conflict|name",
            })
    void badInputNamesTheField(String body, String code, String param) {
        Http.Answer answer = root.post(PROVIDERS, body.replace("NEW", name));
        assertThat(answer.code()).as(answer.message()).isEqualTo(code);
        assertThat(answer.body().path("param").asText()).as(answer.message()).isEqualTo(param);
        assertThat(root.get(PROVIDERS + "/" + name).status()).isEqualTo(404);
    }

    @Test
    void onlyAdministratorsReachProviders() {
        Http user = keys.user(server);
        add("\"concurrency\":1");
        for (Http.Answer answer : List.of(
                user.get(PROVIDERS),
                user.get(PROVIDERS + "/" + name),
                user.post(PROVIDERS, "{\"name\":\"x\"}"),
                user.patch(PROVIDERS + "/" + name, "{}"),
                user.delete(PROVIDERS + "/" + name),
                user.post(PROVIDERS + "/" + name + "/discover", ""),
                user.post(PROVIDERS + "/" + name + "/test", ""))) {
            assertThat(answer.status()).isEqualTo(403);
            assertThat(answer.message()).contains("'admin'");
        }
        assertThat(root.get(PROVIDERS + "/" + name).status()).isEqualTo(200);
    }

    @Test
    void discoveryAddsModelsOnceAndNamesThoseThatAreTakenByProvider() {
        add("\"concurrency\":0");
        String second = name + "-2";
        JsonNode found =
                root.post(PROVIDERS + "/" + name + "/discover", "").body().get("data");
        assertThat(found.findValuesAsText("upstream_model")).contains("sim-chat", "sim-embedding");
        for (JsonNode model : found) {
            assertThat(model.get("type").textValue())
                    .isEqualTo(model.get("upstream_model").textValue().equals("sim-embedding") ? "embedding" : "chat");
        }
        String chat = nameOf(found, "sim-chat");
        assertThat(root.get(MODELS + "/" + chat)
                        .body()
                        .at("/targets/0/provider")
                        .textValue())
                .isEqualTo(name);

        Http.Answer repeated = root.post(PROVIDERS + "/" + name + "/discover", "");
        assertThat(repeated.body().get("responses").textValue()).isEqualTo("native");
        assertThat(root.get(PROVIDERS + "/" + name)
                        .body()
                        .at("/quirks/responses")
                        .textValue())
                .as("found out, not set")
                .isEqualTo("none");
        assertThat(repeated.body().get("data"))
                .allMatch(model -> !model.get("added").booleanValue());

        root.post(PROVIDERS, provider(second, "\"concurrency\":0"));
        JsonNode again =
                root.post(PROVIDERS + "/" + second + "/discover", "").body().get("data");
        assertThat(nameOf(again, "sim-chat")).isEqualTo(second + "/sim-chat");

        JsonNode tested = root.post(PROVIDERS + "/" + second + "/test", "").body();
        assertThat(tested.at("/result/ok").booleanValue()).as(tested.toString()).isTrue();
        assertThat(tested.at("/result/status").intValue()).isEqualTo(200);
        assertThat(root.post(MODELS + "/" + second + "/sim-chat/test", "")
                        .body()
                        .at("/targets/0/result/ok"))
                .hasToString("true");
        assertThat(root.delete(PROVIDERS + "/" + second).body().get("models_without_target"))
                .extracting(JsonNode::textValue)
                .contains(second + "/sim-chat");
        remove(name);
    }

    @Test
    void providerThatIsNoModelServerSaysWhatItAnswered() {
        root.post(PROVIDERS, "{\"name\":\"%s\",\"base_url\":\"http://127.0.0.1:9/v1\"}".formatted(name));
        Http.Answer closed = root.post(PROVIDERS + "/" + name + "/discover", "");
        assertThat(closed.status()).isEqualTo(502);
        assertThat(closed.message()).contains("http://127.0.0.1:9/v1/models cannot be reached");

        root.patch(PROVIDERS + "/" + name, "{\"base_url\":\"%snowhere\"}".formatted(server));
        assertThat(root.post(PROVIDERS + "/" + name + "/discover", "").message())
                .contains("/nowhere/models answered 404");
        assertThat(root.post(PROVIDERS + "/" + name + "/test", "").code()).isEqualTo("conflict");
    }

    @Test
    @Tag("S-08")
    void secretsOfAProviderAreNowhereToBeSeen() throws Exception {
        String canary = "canary-" + UUID.randomUUID();
        List<String> seen = Collections.synchronizedList(new ArrayList<>());
        HttpServer echo = echo();
        Handler log = logInto(seen);
        try {
            String at =
                    "{\"name\":\"%s\",\"base_url\":\"http://127.0.0.1:%d/v1\",\"api_key\":\"%s\",\"headers\":{\"x-org\":\"%s\"}}"
                            .formatted(name, echo.getAddress().getPort(), canary, canary);
            Http.Answer added = root.post(PROVIDERS, at);
            assertThat(added.body().at("/api_key/set").booleanValue()).isTrue();
            seen.add(said(added));
            seen.add(said(root.get(PROVIDERS + "?limit=100")));
            seen.add(said(root.get(PROVIDERS + "/" + name)));
            seen.add(said(root.patch(PROVIDERS + "/" + name, "{\"api_key\":\"%s\"}".formatted(canary))));
            seen.add(said(root.post(PROVIDERS + "/" + name + "/discover", "")));
            Http.Answer echoed = root.post(PROVIDERS + "/" + name + "/test", "");
            assertThat(echoed.body().at("/result/message").textValue())
                    .contains("you sent Bearer ")
                    .contains("and ");
            seen.add(said(echoed));
            String model = "{\"name\":\"echo-%s\",\"targets\":[{\"provider\":\"%s\",\"model\":\"echo\"}]}"
                    .formatted(name, name);
            seen.add(said(root.post(MODELS, model)));
            seen.add(said(root.post(MODELS + "/echo-" + name + "/test", "")));
            Http caller = keys.caller(server);
            String chat = "{\"model\":\"echo-%s\",\"messages\":[]}".formatted(name);
            Await.until(() -> caller.post("/v1/chat/completions", chat).status() == 400);
            seen.add(said(caller.post("/v1/chat/completions", chat)));
            seen.add(said(root.get("/admin/api/v1/catalogue")));
            String document = "{\"providers\":[{\"name\":\"%s\",\"api_key\":\"%s\"}]}".formatted(name, canary + 2);
            seen.add(said(root.post("/admin/api/v1/catalogue/plan?remove=false", document)));
            seen.add(said(root.post("/admin/api/v1/catalogue/apply?remove=false", document)));
            seen.add(said(root.post(PROVIDERS, "{\"name\":\"x\",\"api_key\":{\"a\":\"%s\"}}".formatted(canary))));
            seen.add(said(root.post(PROVIDERS, "{\"name\":\"x\",\"api_key\":\"%s\\nx\"}".formatted(canary))));
            seen.add(said(root.post(PROVIDERS, "{\"name\":\"x\",\"api_key\":\"%s".formatted(canary))));
        } finally {
            Logger.getLogger("").removeHandler(log);
            echo.stop(0);
        }
        assertThat(seen).hasSizeGreaterThan(12).noneMatch(text -> text.contains(canary));
        assertThat(DatabaseDump.of(databaseUrl)).contains(name).doesNotContain(canary);
        remove(name);
    }

    /// A model server that repeats the secrets it was sent, as some do of a wrong key.
    private static HttpServer echo() throws IOException {
        HttpServer echo = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        echo.createContext("/", exchange -> {
            boolean list = exchange.getRequestMethod().equals("GET");
            byte[] body = (list
                            ? "{\"data\":[{\"id\":\"echo\"}]}"
                            : "{\"error\":{\"message\":\"you sent %s and %s\"}}"
                                    .formatted(
                                            exchange.getRequestHeaders().getFirst("authorization"),
                                            exchange.getRequestHeaders().getFirst("x-org")))
                    .getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(list ? 200 : 400, body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
        echo.start();
        return echo;
    }

    private static Handler logInto(List<String> lines) {
        Handler handler = new Handler() {
            @Override
            public void publish(LogRecord line) {
                lines.add(line.getMessage() + " " + java.util.Arrays.toString(line.getParameters()) + " "
                        + line.getThrown());
            }

            @Override
            public void flush() {}

            @Override
            public void close() {}
        };
        handler.setLevel(Level.ALL);
        Logger.getLogger("").addHandler(handler);
        return handler;
    }

    private Http.Answer add(String more) {
        return root.post(PROVIDERS, provider(name, more));
    }

    private static String provider(String name, String more) {
        return "{\"name\":\"%s\",\"base_url\":\"%s\",%s}".formatted(name, SIMULATOR.baseUrl(), more);
    }

    private void remove(String provider) {
        root.delete(PROVIDERS + "/" + provider)
                .body()
                .get("models_without_target")
                .forEach(model -> root.delete(MODELS + "/" + model.textValue()));
    }

    private static String said(Http.Answer answer) {
        return answer.response().body() + answer.response().headers().map();
    }

    private static String nameOf(JsonNode found, String upstream) {
        for (JsonNode model : found) {
            if (model.get("upstream_model").textValue().equals(upstream)) {
                return model.get("name").textValue();
            }
        }
        throw new AssertionError(found);
    }
}
