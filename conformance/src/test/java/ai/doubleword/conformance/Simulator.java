package ai.doubleword.conformance;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Map;

/// The simulator behind the server under test: what reached it, and what it shall do wrong.
final class Simulator {
    private static final String ORIGIN = System.getenv("CONFORMANCE_SIMULATOR");

    private Simulator() {}

    /// The next requests for this upstream model get these faults, in order.
    static void script(String model, String... faults) {
        var body = World.JSON.valueToTree(Map.of("model", model, "faults", List.of(faults)));
        World.send(ORIGIN + "/sim/script", "none", body.toString());
    }

    /// The newest body with this `marker`.
    static JsonNode lastBody(String marker) throws JsonProcessingException {
        JsonNode requests =
                World.send(ORIGIN + "/sim/requests?last=100", "none", "").path("requests");
        for (int i = requests.size() - 1; i >= 0; i--) {
            JsonNode body = World.JSON.readTree(requests.get(i).path("body").asText());
            if (marker.equals(body.path("marker").asText())) {
                return body;
            }
        }
        throw new AssertionError("no request with " + marker + " reached the simulator");
    }
}
