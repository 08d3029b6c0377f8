package ai.doubleword.simulator;

import ai.doubleword.simulator.ReceivedRequests.Received;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What tests use to steer and to look:
/// - `POST /sim/script` `{"faults":["429?retry-after=2","ok","cut?after=3"],"model":"sim-chat"}`: the next requests get
///   these faults, in order; without `model`, any model's.
/// - `GET /sim/requests?last=N`: the newest requests with headers and body, the newest last; and their number in all.
/// - `GET /sim/counts`: received, active, cancelled.
/// - `POST /sim/reset`: forgets script, requests, counts, and the prefix cache.
final class ControlRoutes {
    private static final ObjectMapper MAPPER = new ObjectMapper();

    private final SimulatedModels models;

    ControlRoutes(SimulatedModels models) {
        this.models = models;
    }

    void handle(HttpServerRequest request, Buffer body) {
        String route = request.method().name() + " " + request.path();
        try {
            switch (route) {
                case "POST /sim/script" -> {
                    script(body);
                    reply(request, 200, JsonNodeFactory.instance.objectNode().put("ok", true));
                }
                case "POST /sim/reset" -> {
                    models.reset();
                    reply(request, 200, JsonNodeFactory.instance.objectNode().put("ok", true));
                }
                case "GET /sim/requests" -> reply(request, 200, requests(request.getParam("last")));
                case "GET /sim/counts" -> reply(request, 200, MAPPER.valueToTree(models.counts()));
                default -> reply(request, 404, error("no such path: " + route));
            }
        } catch (IOException | IllegalArgumentException e) {
            reply(request, 400, error(String.valueOf(e.getMessage())));
        }
    }

    private void script(Buffer body) throws IOException {
        JsonNode root = MAPPER.readTree(body.getBytes());
        List<String> faults = new ArrayList<>();
        root.path("faults").forEach(fault -> faults.add(fault.asText()));
        models.script(root.path("model").isTextual() ? root.path("model").asText() : null, faults);
    }

    private ObjectNode requests(@Nullable String last) {
        ObjectNode root = JsonNodeFactory.instance.objectNode();
        root.put("count", models.received().count());
        for (Received received : models.received().last(last == null ? 20 : Integer.parseInt(last))) {
            ObjectNode item = root.withArray("requests").addObject();
            item.put("number", received.number());
            item.put("at", received.at().toString());
            item.put("method", received.method());
            item.put("path", received.path());
            item.set("headers", MAPPER.valueToTree(received.headers()));
            item.put("body", received.body().toString());
        }
        return root;
    }

    private static ObjectNode error(String message) {
        return JsonNodeFactory.instance.objectNode().put("error", message);
    }

    private static void reply(HttpServerRequest request, int status, JsonNode body) {
        request.response()
                .setStatusCode(status)
                .putHeader("content-type", "application/json")
                .end(body.toString());
    }
}
