package ai.doubleword.platform;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.io.IOException;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/// The management API of the server on this machine, for operator commands. Connects to nothing but its loopback
/// address, which is why it needs no egress rules. Every method blocks, and throws [CommandFailedException] with the
/// server's own message where the answer is not a success.
public final class OperatorClient implements AutoCloseable {
    private static final Duration TIMEOUT = Duration.ofMinutes(2);

    private final RunningServer server;
    private final HttpClient http;
    private final ObjectMapper json = JsonFormat.mapper();

    OperatorClient(RunningServer server) {
        this.server = server;
        HttpClient.Builder builder = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .proxy(HttpClient.Builder.NO_PROXY)
                .connectTimeout(Duration.ofSeconds(5));
        server.certificate().ifPresent(file -> builder.sslContext(PinnedCertificate.of(file)));
        this.http = builder.build();
    }

    /// Text as it stands in a path, as one segment, or in a query.
    public static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }

    /// Reads what is at a path such as `/admin/api/v1/models?limit=100`.
    public JsonNode get(String path) {
        return call("GET", path, BodyPublishers.noBody());
    }

    /// Sends a body, which becomes JSON in the API's format; the answer is missing where there is none.
    public JsonNode post(String path, Object body) {
        return call("POST", path, publisher(body));
    }

    /// Changes part of what is at a path.
    public JsonNode patch(String path, Object body) {
        return call("PATCH", path, publisher(body));
    }

    /// Replaces what is at a path.
    public JsonNode put(String path, Object body) {
        return call("PUT", path, publisher(body));
    }

    /// Removes what is at a path.
    public JsonNode delete(String path) {
        return call("DELETE", path, BodyPublishers.noBody());
    }

    private BodyPublisher publisher(Object body) {
        try {
            return BodyPublishers.ofByteArray(json.writeValueAsBytes(body));
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("not representable as JSON", e);
        }
    }

    private JsonNode call(String method, String path, BodyPublisher body) {
        HttpRequest request = HttpRequest.newBuilder(server.url().resolve(path))
                .timeout(TIMEOUT)
                .header("authorization", "Bearer " + server.token().revealText())
                .header("content-type", "application/json")
                .header("accept", "application/json")
                .method(method, body)
                .build();
        try {
            HttpResponse<byte[]> answer = http.send(request, BodyHandlers.ofByteArray());
            JsonNode read = answer.body().length == 0 ? MissingNode.getInstance() : json.readTree(answer.body());
            if (answer.statusCode() >= 300) {
                throw refusal(answer.statusCode(), read);
            }
            return read;
        } catch (IOException e) {
            throw new CommandFailedException(
                    "The server at " + server.url() + " (process " + server.pid() + ") does not answer: "
                            + e.getMessage(),
                    "Look at its log; if the process is no Doubleword server, delete run/server.json in the home.");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CommandFailedException("Interrupted.", "");
        }
    }

    private static CommandFailedException refusal(int status, JsonNode body) {
        // The AI API's own routes answer OpenAI's envelope.
        JsonNode flat = body.path("error").isObject() ? body.path("error") : body;
        String message = flat.path("message").asText("The server answered with status " + status + ".");
        String requestId = flat.path("request_id").asText("");
        return new CommandFailedException(
                message,
                status == 500 ? "The server's log says more under " + requestId + "." : "",
                flat.path("param").asText(""));
    }

    @Override
    public void close() {
        http.close();
    }
}
