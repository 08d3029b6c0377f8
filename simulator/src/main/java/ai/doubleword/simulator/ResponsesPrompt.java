package ai.doubleword.simulator;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;

/// A request of `/v1/responses` as the chat request that says the same, so that a model says the same words to
/// both. The request itself stands in it as [#ORIGINAL].
final class ResponsesPrompt {
    static final String ORIGINAL = "responses_request";

    /// The one argument of a custom tool, whose input is plain text.
    static final String INPUT = "input";

    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

    private ResponsesPrompt() {}

    static ObjectNode chat(ObjectNode request) {
        ObjectNode chat = JSON.objectNode();
        for (String same : new String[] {"model", "stream", "seed", "top_logprobs"}) {
            if (request.has(same)) {
                chat.set(same, request.get(same));
            }
        }
        ArrayNode messages = chat.putArray("messages");
        String instructions = request.path("instructions").asText("");
        if (!instructions.isEmpty()) {
            messages.addObject().put("role", "system").put("content", instructions);
        }
        JsonNode input = request.path("input");
        if (input.isTextual()) {
            messages.addObject().put("role", "user").put("content", input.textValue());
        }
        input.forEach(item -> message(item, messages));
        tools(request, chat);
        JsonNode format = request.path("text").path("format");
        if (format.path("type").asText().equals("json_schema")) {
            chat.putObject("response_format").put("type", "json_schema").set("json_schema", format);
        } else if (format.path("type").asText().equals("json_object")) {
            chat.putObject("response_format").put("type", "json_object");
        }
        if (request.path("max_output_tokens").isNumber()) {
            chat.set("max_tokens", request.get("max_output_tokens"));
        }
        chat.put("logprobs", wantsLogprobs(request));
        chat.set(ORIGINAL, request);
        return chat;
    }

    private static boolean wantsLogprobs(ObjectNode request) {
        for (JsonNode include : request.path("include")) {
            if (include.asText().equals("message.output_text.logprobs")) {
                return true;
            }
        }
        return false;
    }

    private static void message(JsonNode item, ArrayNode messages) {
        switch (item.path("type").asText("message")) {
            case "message" -> {
                ObjectNode message =
                        messages.addObject().put("role", item.path("role").asText());
                message.set("content", content(item.path("content")));
            }
            case "function_call", "custom_tool_call" -> {
                ObjectNode message =
                        messages.addObject().put("role", "assistant").putNull("content");
                ObjectNode call = message.putArray("tool_calls").addObject();
                call.put("id", item.path("call_id").asText()).put("type", "function");
                call.putObject("function")
                        .put("name", item.path("name").asText())
                        .put(
                                "arguments",
                                item.path("arguments").asText(item.path(INPUT).asText()));
            }
            case "function_call_output", "custom_tool_call_output" -> {
                ObjectNode message = messages.addObject().put("role", "tool");
                message.put("tool_call_id", item.path("call_id").asText());
                message.set("content", content(item.path("output")));
            }
            default -> {}
        }
    }

    private static JsonNode content(JsonNode content) {
        if (content.isTextual()) {
            return content;
        }
        boolean plain = true;
        StringBuilder text = new StringBuilder();
        ArrayNode parts = JSON.arrayNode();
        for (JsonNode part : content) {
            String said = part.path("text").asText(part.path("refusal").asText());
            plain &= part.has("text") || part.has("refusal");
            text.append(text.isEmpty() ? "" : "\n").append(said);
            parts.addObject()
                    .put("type", part.has("text") ? "text" : part.path("type").asText())
                    .put("text", said);
        }
        return plain ? JSON.textNode(text.toString()) : parts;
    }

    private static void tools(ObjectNode request, ObjectNode chat) {
        ArrayNode tools = JSON.arrayNode();
        for (JsonNode tool : request.path("tools")) {
            String type = tool.path("type").asText();
            if (type.equals("function")) {
                ObjectNode function = tools.addObject().put("type", type).putObject("function");
                tool.properties().forEach(field -> {
                    if (!field.getKey().equals("type")) {
                        function.set(field.getKey(), field.getValue());
                    }
                });
            } else if (type.equals("custom")) {
                ObjectNode function = tools.addObject().put("type", "function").putObject("function");
                function.put("name", tool.path("name").asText());
                function.putObject("parameters")
                        .put("type", "object")
                        .putObject("properties")
                        .putObject(INPUT)
                        .put("type", "string");
            }
        }
        if (!tools.isEmpty()) {
            chat.set("tools", tools);
        }
        JsonNode choice = request.path("tool_choice");
        if (choice.isTextual()) {
            chat.set("tool_choice", choice);
        } else if (choice.has("name")) {
            chat.putObject("tool_choice")
                    .put("type", "function")
                    .putObject("function")
                    .set("name", choice.get("name"));
        }
    }
}
