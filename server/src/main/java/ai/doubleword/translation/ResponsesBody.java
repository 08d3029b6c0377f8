package ai.doubleword.translation;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Map;
import java.util.Set;

/// Makes a request of Responses of one of chat completions. What Responses has no word for is left out where nothing is
/// lost by it, and refused by name where something would be; unknown fields go along as they are. Nothing is stored at
/// the provider. Stateless.
final class ResponsesBody {
    /// Said in another way below, or only hints.
    private static final Set<String> KNOWN = Set.of(
            "messages",
            "max_tokens",
            "max_completion_tokens",
            "tools",
            "tool_choice",
            "response_format",
            "verbosity",
            "reasoning_effort",
            "logprobs",
            "stream",
            "stream_options",
            "store",
            "n",
            "stop",
            "seed",
            "prediction",
            "modalities",
            "audio",
            "logit_bias",
            "frequency_penalty",
            "presence_penalty",
            "functions",
            "function_call",
            "web_search_options");

    /// What a model that serves Responses alone cannot do, and what may be said of it all the same.
    private static final Map<String, Set<String>> IMPOSSIBLE = Map.of(
            "n", Set.of("1"),
            "stop", Set.of("[]", "\"\""),
            "modalities", Set.of("[\"text\"]", "[]"),
            "audio", Set.of(),
            "logit_bias", Set.of("{}"),
            "frequency_penalty", Set.of("0", "0.0"),
            "presence_penalty", Set.of("0", "0.0"),
            "functions", Set.of("[]"),
            "function_call", Set.of("\"none\"", "\"auto\""),
            "web_search_options", Set.of());

    private ResponsesBody() {}

    static ObjectNode of(byte[] chat) {
        ObjectNode body = RequestReader.parse(chat);
        IMPOSSIBLE.forEach((name, allowed) -> {
            if (Json.has(body, name) && !allowed.contains(body.get(name).toString())) {
                throw Refusal.unsupported(
                        name,
                        "The provider of this model serves the Responses API alone, which has no `" + name + "`.");
            }
        });
        ObjectNode made = Json.object();
        body.properties().forEach(field -> {
            if (!KNOWN.contains(field.getKey())) {
                made.set(field.getKey(), field.getValue());
            }
        });
        made.set("input", input(body.path("messages")));
        JsonNode most =
                Json.has(body, "max_completion_tokens") ? body.get("max_completion_tokens") : body.path("max_tokens");
        if (most.isNumber()) {
            made.set("max_output_tokens", most);
        }
        tools(body, made);
        text(body, made);
        if (Json.has(body, "reasoning_effort")) {
            made.putObject("reasoning").set("effort", body.get("reasoning_effort"));
        }
        if (body.path("logprobs").asBoolean()) {
            made.putArray("include").add("message.output_text.logprobs");
        }
        made.put("store", false);
        if (body.path("stream").asBoolean()) {
            made.put("stream", true);
        }
        return made;
    }

    private static ArrayNode input(JsonNode messages) {
        RequestReader.require(messages.isArray(), "messages", "a list of messages");
        ArrayNode items = Json.array();
        for (int i = 0; i < messages.size(); i++) {
            JsonNode message = messages.get(i);
            String path = "messages[" + i + "]";
            RequestReader.require(message.isObject(), path, "an object");
            String role = RequestReader.requireText(message, "role", path);
            switch (role) {
                case "system", "developer", "user" -> {
                    ObjectNode item = items.addObject().put("type", "message").put("role", role);
                    item.set("content", parts(message.path("content"), "input_text", path + ".content"));
                }
                case "assistant" -> assistant(message, items, path);
                case "tool" -> {
                    ObjectNode item = items.addObject().put("type", "function_call_output");
                    item.put("call_id", RequestReader.requireText(message, "tool_call_id", path));
                    JsonNode content = message.path("content");
                    item.set(
                            "output",
                            content.isArray() ? parts(content, "input_text", path + ".content") : text(content));
                }
                default -> throw Refusal.wrong(path + ".role", "one of system, developer, user, assistant and tool");
            }
        }
        return items;
    }

    private static JsonNode text(JsonNode content) {
        return Json.object().textNode(content.asText(""));
    }

    private static void assistant(JsonNode message, ArrayNode items, String path) {
        JsonNode calls = message.path("tool_calls");
        String thought = Json.text(message, "reasoning_content");
        // Models ask for it back only where calls follow it.
        if (!thought.isEmpty() && !calls.isEmpty()) {
            ObjectNode reasoning = items.addObject().put("type", "reasoning");
            reasoning.putArray("summary");
            reasoning
                    .putArray("content")
                    .addObject()
                    .put("type", "reasoning_text")
                    .put("text", thought);
        }
        ArrayNode said = parts(message.path("content"), "output_text", path + ".content");
        if (Json.has(message, "refusal")) {
            said.addObject().put("type", "refusal").put("refusal", Json.text(message, "refusal"));
        }
        if (!said.isEmpty()) {
            items.addObject().put("type", "message").put("role", "assistant").set("content", said);
        }
        for (int i = 0; i < calls.size(); i++) {
            JsonNode call = calls.get(i);
            String place = path + ".tool_calls[" + i + "]";
            boolean custom = Json.text(call, "type").equals("custom");
            JsonNode called = call.path(custom ? "custom" : "function");
            ObjectNode item = items.addObject().put("type", custom ? "custom_tool_call" : "function_call");
            item.put("call_id", RequestReader.requireText(call, "id", place));
            item.put("name", RequestReader.requireText(called, "name", place));
            item.put(custom ? "input" : "arguments", Json.text(called, custom ? "input" : "arguments"));
        }
    }

    private static ArrayNode parts(JsonNode content, String textType, String path) {
        ArrayNode parts = Json.array();
        if (content.isTextual()) {
            if (!content.textValue().isEmpty() || textType.equals("input_text")) {
                parts.addObject().put("type", textType).put("text", content.textValue());
            }
            return parts;
        }
        for (int i = 0; i < content.size(); i++) {
            JsonNode part = content.get(i);
            String place = path + "[" + i + "]";
            switch (Json.text(part, "type")) {
                case "text" -> parts.addObject().put("type", textType).put("text", Json.text(part, "text"));
                case "refusal" -> parts.addObject().put("type", "refusal").put("refusal", Json.text(part, "refusal"));
                case "image_url" -> {
                    JsonNode image = part.path("image_url");
                    ObjectNode made = parts.addObject().put("type", "input_image");
                    made.put("image_url", image.isTextual() ? image.textValue() : Json.text(image, "url"));
                    if (Json.has(image, "detail")) {
                        made.set("detail", image.get("detail"));
                    }
                }
                case "file" -> {
                    ObjectNode made = parts.addObject().put("type", "input_file");
                    part.path("file").properties().forEach(field -> made.set(field.getKey(), field.getValue()));
                }
                case "input_audio" -> parts.add(part);
                default ->
                    throw Refusal.wrong(place + ".type", "one of text, image_url, file, input_audio and refusal");
            }
        }
        return parts;
    }

    private static void tools(ObjectNode body, ObjectNode made) {
        if (Json.has(body, "tools")) {
            ArrayNode tools = made.putArray("tools");
            body.get("tools").forEach(tool -> tools.add(flat(tool)));
        }
        JsonNode choice = body.path("tool_choice");
        if (choice.isTextual()) {
            made.set("tool_choice", choice);
        } else if (Json.text(choice, "type").equals("allowed_tools")) {
            JsonNode allowed = choice.path("allowed_tools");
            ObjectNode flat = made.putObject("tool_choice").put("type", "allowed_tools");
            flat.set("mode", allowed.path("mode"));
            ArrayNode tools = flat.putArray("tools");
            allowed.path("tools").forEach(tool -> tools.add(flat(tool)));
        } else if (choice.isObject()) {
            made.set("tool_choice", flat(choice));
        }
    }

    /// A tool, or the choice of one, whose fields stand beside its type.
    private static JsonNode flat(JsonNode tool) {
        String type = Json.text(tool, "type");
        if (!tool.path(type).isObject()) {
            return tool;
        }
        ObjectNode made = Json.object().put("type", type);
        tool.get(type).properties().forEach(field -> made.set(field.getKey(), field.getValue()));
        JsonNode format = made.path("format");
        if (format.path("grammar").isObject()) {
            ObjectNode grammar = made.putObject("format").put("type", "grammar");
            format.get("grammar").properties().forEach(field -> grammar.set(field.getKey(), field.getValue()));
        }
        // Responses takes functions for strict that do not say it; chat completions does not.
        if (type.equals("function") && tool.path(type).has("parameters") && !Json.has(made, "strict")) {
            made.put("strict", false);
        }
        return made;
    }

    private static void text(ObjectNode body, ObjectNode made) {
        JsonNode format = body.path("response_format");
        if (format.isObject()) {
            ObjectNode flat = made.putObject("text").putObject("format").put("type", Json.text(format, "type"));
            format.path("json_schema").properties().forEach(field -> flat.set(field.getKey(), field.getValue()));
        }
        if (Json.has(body, "verbosity")) {
            made.withObject("/text").set("verbosity", body.get("verbosity"));
        }
    }
}
