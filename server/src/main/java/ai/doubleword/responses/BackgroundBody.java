package ai.doubleword.responses;

import ai.doubleword.platform.JsonFormat;
import ai.doubleword.translation.ResponsesRequest;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/// What the engine keeps of a background request: all that it needs to run long after, on any node.
///
/// @param request as the client wrote it
/// @param history the turns before it, as they were then
/// @param serviceTier what it is sold as, in OpenAI's words
record BackgroundBody(ResponsesRequest request, List<ObjectNode> history, String serviceTier) {
    private static final ObjectMapper JSON = JsonFormat.trees();

    byte[] bytes() {
        ObjectNode all = JSON.createObjectNode();
        all.put("service_tier", serviceTier);
        all.putArray("history").addAll(history);
        all.set("request", request.body());
        return all.toString().getBytes(StandardCharsets.UTF_8);
    }

    static BackgroundBody read(byte[] bytes) {
        try {
            JsonNode all = JSON.readTree(bytes);
            List<ObjectNode> history = new ArrayList<>();
            all.path("history").forEach(item -> history.add((ObjectNode) item));
            return new BackgroundBody(
                    ResponsesRequest.accepted(all.path("request")),
                    history,
                    all.path("service_tier").asText());
        } catch (IOException e) {
            throw new IllegalStateException("a background request is no JSON", e);
        }
    }
}
