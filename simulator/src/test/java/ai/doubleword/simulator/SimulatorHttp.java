package ai.doubleword.simulator;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/// A running simulator and a client for it.
final class SimulatorHttp implements AutoCloseable {
    static final ObjectMapper MAPPER = new ObjectMapper();

    private final HttpClient client = HttpClient.newHttpClient();
    private final SimulatorServer server;

    SimulatorHttp(SimulatorConfig config) {
        server = SimulatorServer.start(new SimulatedModels(config), "127.0.0.1", 0, 2);
    }

    HttpResponse<byte[]> post(String path, String body, String... headers) throws IOException, InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(uri(path))
                .version(HttpClient.Version.HTTP_1_1)
                .POST(HttpRequest.BodyPublishers.ofString(body));
        for (int i = 0; i < headers.length; i += 2) {
            request.header(headers[i], headers[i + 1]);
        }
        return client.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
    }

    JsonNode json(String path, String body, String... headers) throws IOException, InterruptedException {
        return MAPPER.readTree(post(path, body, headers).body());
    }

    JsonNode get(String path) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(uri(path)).build();
        return MAPPER.readTree(
                client.send(request, HttpResponse.BodyHandlers.ofByteArray()).body());
    }

    /// The JSON of each event, without the closing `[DONE]`.
    List<JsonNode> events(String path, String body) throws IOException, InterruptedException {
        String text = new String(post(path, body).body(), StandardCharsets.UTF_8);
        List<JsonNode> events = new ArrayList<>();
        for (String event : text.split("\n\n", -1)) {
            String data = event.startsWith("event: ") ? event.substring(event.indexOf('\n') + 1) : event;
            if (data.startsWith("data: ") && !data.equals("data: [DONE]")) {
                events.add(MAPPER.readTree(data.substring(6)));
            }
        }
        return events;
    }

    private URI uri(String path) {
        return URI.create("http://127.0.0.1:" + server.port() + path);
    }

    @Override
    public void close() {
        client.close();
        server.close();
    }
}
