package ai.doubleword.translation;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Set;

/// Makes a request of chat completions of one of Responses. What chat completions has no word for is left out where
/// nothing is lost by it, and refused by name where something would be; unknown fields go along as they are. Stateless.
final class ChatRequest {
    /// The same word for the same thing.
    private static final Set<String> SHARED = Set.of(
            "model",
            "temperature",
            "top_p",
            "service_tier",
            "prompt_cache_key",
            "prompt_cache_retention",
            "safety_identifier",
            "user");

    /// Said in another way below, or of no concern to such a model.
    private static final Set<String> REPLACED = Set.of(
            "instructions",
            "include",
            "max_output_tokens",
            "max_tool_calls",
            "truncation",
            "context_management",
            "text",
            "reasoning",
            "tools",
            "tool_choice",
            "parallel_tool_calls",
            "top_logprobs",
            "prompt",
            "prompt_cache_options");

    private ChatRequest() {}

    static ObjectNode of(ResponsesRequest request, List<ObjectNode> history) {
        ObjectNode body = request.body();
        ObjectNode chat = Json.object();
        chat.put("model", request.model());
        ChatMessages messages = new ChatMessages(Json.text(body, "instructions"));
        for (ObjectNode item : history) {
            messages.add(item, "previous_response_id");
        }
        for (int i = 0; i < request.input().size(); i++) {
            messages.add((ObjectNode) request.input().get(i), "input[" + i + "]");
        }
        chat.set("messages", messages.all());
        body.properties().forEach(field -> {
            boolean known = ResponsesRequest.OURS.contains(field.getKey()) || REPLACED.contains(field.getKey());
            if (!known && (!SHARED.contains(field.getKey()) || !field.getValue().isNull())) {
                chat.set(field.getKey(), field.getValue());
            }
        });
        if (Json.has(body, "max_output_tokens")) {
            chat.set("max_tokens", body.get("max_output_tokens"));
        }
        ChatTools.add(body, chat);
        text(body.path("text"), chat);
        if (Json.has(body.path("reasoning"), "effort")) {
            chat.set("reasoning_effort", body.get("reasoning").get("effort"));
        }
        logprobs(body, chat);
        if (request.stream()) {
            chat.put("stream", true);
            chat.putObject("stream_options").put("include_usage", true);
        }
        return chat;
    }

    private static void text(JsonNode text, ObjectNode chat) {
        if (Json.has(text, "verbosity")) {
            chat.set("verbosity", text.get("verbosity"));
        }
        JsonNode format = text.path("format");
        switch (Json.text(format, "type")) {
            case "json_object" -> chat.putObject("response_format").put("type", "json_object");
            case "json_schema" -> {
                ObjectNode response = chat.putObject("response_format").put("type", "json_schema");
                ObjectNode schema = ((ObjectNode) format).deepCopy();
                schema.remove("type");
                response.set("json_schema", schema);
            }
            default -> {}
        }
    }

    private static void logprobs(ObjectNode body, ObjectNode chat) {
        boolean named = false;
        for (JsonNode include : body.path("include")) {
            named |= include.asText().equals("message.output_text.logprobs");
        }
        int top = body.path("top_logprobs").asInt(0);
        if (named || top > 0) {
            chat.put("logprobs", true);
            if (top > 0) {
                chat.put("top_logprobs", top);
            }
        }
    }
}
