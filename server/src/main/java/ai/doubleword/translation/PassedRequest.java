package ai.doubleword.translation;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Set;

/// Makes a request of Responses for a model that speaks it: the client's own, with the turns before it put in, and with
/// nothing kept there. Stateless.
final class PassedRequest {
    private static final Set<String> TIERS = Set.of("auto", "default", "flex", "priority");

    private PassedRequest() {}

    static ObjectNode of(ResponsesRequest request, List<ObjectNode> history, boolean stream) {
        ObjectNode made = Json.object();
        request.body().properties().forEach(field -> {
            boolean ours = ResponsesRequest.OURS.contains(field.getKey());
            boolean unknownTier = field.getKey().equals("service_tier")
                    && !TIERS.contains(field.getValue().asText());
            if (!ours && !unknownTier) {
                made.set(field.getKey(), field.getValue());
            }
        });
        ArrayNode input = made.putArray("input");
        history.forEach(item -> add(item, input));
        request.input().forEach(item -> add((ObjectNode) item, input));
        made.put("store", false);
        if (stream) {
            made.put("stream", true);
        }
        return made;
    }

    /// Ids are ours, and the provider knows none of them: they stay only where the form of an item asks for one. What a
    /// model thought can be read again if it is there, as text or encrypted; a summary alone cannot.
    private static void add(ObjectNode item, ArrayNode input) {
        boolean keepsId = switch (Json.text(item, "type")) {
            case "message" -> Json.text(item, "role").equals("assistant");
            case "function_call", "custom_tool_call", "item_reference" -> true;
            case "reasoning" -> !Json.has(item, "encrypted_content");
            default -> false;
        };
        JsonNode thought = item.path("content");
        boolean forgotten = Json.text(item, "type").equals("reasoning") && keepsId && thought.isEmpty();
        if (!forgotten) {
            ObjectNode copy = item;
            if (!keepsId && item.has("id")) {
                copy = item.deepCopy();
                copy.remove("id");
            }
            input.add(copy);
        }
    }
}
