package ai.doubleword.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;

/// The management API of a server on this machine, with the token that lets the local operator in. Thread-safe.
final class AdminApi {
    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final URI url;
    private final String token;

    private AdminApi(URI url, String token) {
        this.url = url;
        this.token = token;
    }

    /// Waits until the server of this home has said where it is.
    static AdminApi of(Path home) {
        Path run = home.resolve("run");
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (!Files.exists(run.resolve("server.json"))) {
            if (System.nanoTime() > end) {
                throw new IllegalStateException("the server did not announce itself in " + run);
            }
            Child.pause(Duration.ofMillis(20));
        }
        try {
            JsonNode server = MAPPER.readTree(Files.readString(run.resolve("server.json")));
            return new AdminApi(
                    URI.create(server.path("url").asText()), Files.readString(run.resolve("operator.token")));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    JsonNode post(String path, Map<String, ?> body) {
        return call("POST", path, body);
    }

    JsonNode patch(String path, Map<String, ?> body) {
        return call("PATCH", path, body);
    }

    /// @throws IllegalStateException with the answer, unless it is 2xx
    private JsonNode call(String method, String path, Map<String, ?> body) {
        try {
            HttpRequest request = HttpRequest.newBuilder(url.resolve("/admin/api/v1" + path))
                    .timeout(PATIENCE)
                    .header("authorization", "Bearer " + token)
                    .header("content-type", "application/json")
                    .method(method, HttpRequest.BodyPublishers.ofString(MAPPER.writeValueAsString(body)))
                    .build();
            HttpResponse<String> answer = client.send(request, HttpResponse.BodyHandlers.ofString());
            if (answer.statusCode() / 100 != 2) {
                throw new IllegalStateException(
                        method + " " + path + " → " + answer.statusCode() + " " + answer.body());
            }
            return answer.body().isEmpty() ? MAPPER.nullNode() : MAPPER.readTree(answer.body());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }
}
