package ai.doubleword.batch;

import static org.assertj.core.api.Assertions.assertThat;

import ai.doubleword.gateway.DataPlaneFixture;
import ai.doubleword.platform.Database;
import ai.doubleword.platform.Ids;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.quarkus.test.common.http.TestHTTPResource;
import jakarta.inject.Inject;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.junit.jupiter.api.BeforeEach;

/// How tests speak of batches over HTTP, with the simulator behind every model.
abstract class BatchClient {
    static final ObjectMapper JSON = new ObjectMapper();
    private static final HttpClient CLIENT = HttpClient.newHttpClient();
    static final long PATIENCE_NANOS = 60_000_000_000L;

    @TestHTTPResource("/")
    URI server;

    @Inject
    DataPlaneFixture fixture;

    @Inject
    Database database;

    String key = "";

    @BeforeEach
    void newKey() {
        key = fixture.key();
    }

    record Answer(int status, JsonNode body, HttpResponse<String> response) {
        String code() {
            return body.at("/error/code").asText();
        }

        List<JsonNode> lines() throws IOException {
            List<JsonNode> lines = new ArrayList<>();
            for (String line : response.body().lines().toList()) {
                lines.add(JSON.readTree(line));
            }
            return lines;
        }
    }

    /// The simulator counts requests that ask for a fault in the same words: these are this test's alone.
    static String own() {
        return java.util.UUID.randomUUID().toString();
    }

    String chatLine(String customId, String model, boolean stream) {
        return """
                {"custom_id":"%s","method":"POST","url":"/v1/chat/completions","body":{"model":"%s",\
                "messages":[{"role":"user","content":"hello %s"}],"max_tokens":5%s}}
                """.formatted(
                        customId,
                        model,
                        customId,
                        stream ? ",\"stream\":true,\"stream_options\":{\"include_usage\":true}" : "");
    }

    static String embeddingLine(String customId, String model) {
        return """
                {"custom_id":"%s","method":"POST","url":"/v1/embeddings","body":{"model":"%s","input":"hello"}}
                """.formatted(customId, model);
    }

    static String order(String file, String window) {
        return """
                {"input_file_id":"%s","endpoint":"/v1/chat/completions","completion_window":"%s",
                 "metadata":{"purpose":"test"}}
                """.formatted(file, window);
    }

    JsonNode create(String file, String window) throws Exception {
        Answer answer = post("/v1/batches", order(file, window));
        assertThat(answer.status()).as(answer.response().body()).isEqualTo(201);
        return answer.body();
    }

    JsonNode await(JsonNode batch, Predicate<String> status) throws Exception {
        return await(batch, status, done -> true);
    }

    JsonNode await(JsonNode batch, Predicate<String> status, Predicate<JsonNode> more) throws Exception {
        long end = System.nanoTime() + PATIENCE_NANOS;
        while (true) {
            JsonNode now = get("/v1/batches/" + batch.get("id").asText()).body();
            if (status.test(now.path("status").asText()) && more.test(now)) {
                return now;
            }
            assertThat(System.nanoTime()).as("within a minute: " + now).isLessThan(end);
            Thread.sleep(20);
        }
    }

    String upload(String lines) throws Exception {
        String boundary = "----test";
        String body = "--" + boundary + "\r\ncontent-disposition: form-data; name=\"purpose\"\r\n\r\nbatch\r\n--"
                + boundary
                + "\r\ncontent-disposition: form-data; name=\"file\"; filename=\"in.jsonl\"\r\n"
                + "content-type: application/jsonl\r\n\r\n" + lines + "\r\n--" + boundary + "--\r\n";
        Answer answer = send("POST", "/v1/files", body, "content-type", "multipart/form-data; boundary=" + boundary);
        assertThat(answer.status()).as(answer.response().body()).isBetween(200, 201);
        return answer.body().get("id").asText();
    }

    Answer content(String file) throws Exception {
        return send("GET", "/v1/files/" + file + "/content", null);
    }

    Answer get(String path) throws Exception {
        return send("GET", path, null);
    }

    Answer post(String path, String body, String... headers) throws Exception {
        String[] all = java.util.Arrays.copyOf(headers, headers.length + 2);
        all[headers.length] = "content-type";
        all[headers.length + 1] = "application/json";
        return send("POST", path, body, all);
    }

    Answer send(String method, String path, @org.jspecify.annotations.Nullable String body, String... headers)
            throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(server.resolve(path))
                .header("authorization", "Bearer " + key)
                .method(method, body == null ? BodyPublishers.noBody() : BodyPublishers.ofString(body));
        for (int i = 0; i < headers.length; i += 2) {
            request.header(headers[i], headers[i + 1]);
        }
        HttpResponse<String> response = CLIENT.send(request.build(), BodyHandlers.ofString());
        String text = response.body();
        boolean json = response.headers().firstValue("content-type").orElse("").startsWith("application/json");
        return new Answer(response.statusCode(), JSON.readTree(json && !text.isEmpty() ? text : "{}"), response);
    }

    static long id(JsonNode batch) {
        return Ids.parse(Batch.PREFIX, batch.get("id").asText()).orElseThrow();
    }

    long number(String sql) {
        return database.engine()
                .withHandle(handle -> handle.createQuery(sql).mapTo(Long.class).one());
    }
}
