package ai.doubleword.responses;

import static org.assertj.core.api.Assertions.assertThat;

import ai.doubleword.gateway.DataPlaneFixture;
import ai.doubleword.platform.Database;
import ai.doubleword.simulator.ReceivedRequests;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.quarkus.test.common.http.TestHTTPResource;
import jakarta.inject.Inject;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpHeaders;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.function.Predicate;
import org.junit.jupiter.api.BeforeEach;

/// Tests that ask a server for responses over HTTP, each with a key of its own.
abstract class OverHttp {
    static final ObjectMapper JSON = new ObjectMapper();
    static final HttpClient CLIENT = HttpClient.newHttpClient();

    private static final Set<String> OPEN = Set.of("queued", "in_progress");
    private static final long PATIENCE_NANOS = 60_000_000_000L;

    @TestHTTPResource("/")
    URI server;

    @Inject
    DataPlaneFixture fixture;

    @Inject
    Database database;

    String key = "";

    /// What this test's requests say, to be found again among those of others.
    String own = "";

    @BeforeEach
    void newKey() {
        key = fixture.key();
        own = "Hello " + UUID.randomUUID();
    }

    record Answer(int status, HttpHeaders headers, String text) {
        JsonNode body() throws IOException {
            return JSON.readTree(text);
        }

        /// Of a stream of responses, in which each line of data is an event.
        List<JsonNode> events() throws IOException {
            List<JsonNode> events = new ArrayList<>();
            for (String line : text.lines().toList()) {
                if (line.startsWith("data: ")) {
                    events.add(JSON.readTree(line.substring("data: ".length())));
                }
            }
            return events;
        }

        /// Of a stream of chat completions, which ends with `[DONE]`.
        List<JsonNode> chunks() throws IOException {
            return new Answer(status, headers, text.replace("data: [DONE]", "")).events();
        }
    }

    /// How a response in the background ended.
    JsonNode ended(JsonNode made) throws Exception {
        String path = "/v1/responses/" + made.path("id").asText();
        await(() -> !OPEN.contains(get(path).body().path("status").asText()));
        return get(path).body();
    }

    /// Rows of usage of this test's key.
    long rows(String condition) {
        return number("SELECT count(*) FROM usage WHERE key_id = '" + keyId() + "' AND " + condition);
    }

    /// The public id of this test's key.
    String keyId() {
        return key.substring("dw_sk_".length(), "dw_sk_".length() + 12);
    }

    /// What the simulator was asked that says a text, in order.
    List<ReceivedRequests.Received> asksOf(String text) {
        return fixture.simulated.received().last(512).stream()
                .filter(one -> one.body().toString().contains(text))
                .toList();
    }

    long number(String query) {
        return database.engine()
                .withHandle(
                        handle -> handle.createQuery(query).mapTo(Long.class).one());
    }

    static void await(Callable<Boolean> condition) throws Exception {
        long deadline = System.nanoTime() + PATIENCE_NANOS;
        while (!condition.call() && System.nanoTime() < deadline) {
            Thread.sleep(50);
        }
        assertThat(condition.call()).isTrue();
    }

    Answer get(String path) throws Exception {
        return send("GET", path, key, "");
    }

    Answer post(String path, ObjectNode body) throws Exception {
        return send("POST", path, key, body.toString());
    }

    Answer send(String method, String path, String as, String body, String... headers) throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(server.resolve(path))
                .header("authorization", "Bearer " + as)
                .method(method, body.isEmpty() ? BodyPublishers.noBody() : BodyPublishers.ofString(body));
        if (headers.length > 0) {
            request.headers(headers);
        }
        if (!body.isEmpty()) {
            request.header("content-type", "application/json");
        }
        var answer = CLIENT.send(request.build(), BodyHandlers.ofString());
        return new Answer(answer.statusCode(), answer.headers(), answer.body());
    }

    /// Events as they come.
    record Reader(BufferedReader lines) implements AutoCloseable {
        private List<JsonNode> until(Predicate<JsonNode> last) throws IOException {
            List<JsonNode> events = new ArrayList<>();
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                if (line.startsWith("data: ")) {
                    events.add(JSON.readTree(line.substring("data: ".length())));
                    if (last.test(events.getLast())) {
                        return events;
                    }
                }
            }
            return events;
        }

        List<JsonNode> until(String type) throws IOException {
            return until(event -> event.path("type").asText().equals(type));
        }

        List<JsonNode> rest() throws IOException {
            return until(event -> false);
        }

        @Override
        public void close() throws IOException {
            lines.close();
        }
    }

    /// Asks for a response whose events are read as they come.
    Reader stream(ObjectNode request) throws Exception {
        return stream(HttpRequest.newBuilder(server.resolve("/v1/responses"))
                .header("content-type", "application/json")
                .POST(BodyPublishers.ofString(request.put("stream", true).toString())));
    }

    /// Reads the events of a response that is there.
    Reader stream(String path) throws Exception {
        return stream(HttpRequest.newBuilder(server.resolve(path)));
    }

    private Reader stream(HttpRequest.Builder request) throws Exception {
        HttpRequest signed = request.header("authorization", "Bearer " + key).build();
        return new Reader(new BufferedReader(new InputStreamReader(
                CLIENT.send(signed, BodyHandlers.ofInputStream()).body(), StandardCharsets.UTF_8)));
    }
}
