package ai.doubleword.translation;

import static ai.doubleword.translation.RequestReader.require;
import static ai.doubleword.translation.RequestReader.requireText;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Set;

/// The items that a conversation is made of, as clients put them in. Stateless.
final class InputItems {
    private static final Set<String> ROLES = Set.of("user", "assistant", "system", "developer");

    private InputItems() {}

    /// Proves an item's shape.
    ///
    /// @return the item with the `type` that it may leave out, and with content in parts
    static ObjectNode checked(ObjectNode item, String path) {
        return switch (typeOf(item, path)) {
            case "message" -> message(item, path);
            case "function_call" -> {
                requireText(item, "name", path);
                requireText(item, "call_id", path);
                requireText(item, "arguments", path);
                yield item;
            }
            case "custom_tool_call" -> {
                requireText(item, "name", path);
                requireText(item, "call_id", path);
                requireText(item, "input", path);
                yield item;
            }
            case "function_call_output", "custom_tool_call_output" -> {
                requireText(item, "call_id", path);
                output(item.get("output"), path + ".output");
                yield item;
            }
            case "reasoning" -> reasoning(item, path);
            case "item_reference" -> {
                requireText(item, "id", path);
                yield Json.object().put("type", "item_reference").put("id", Json.text(item, "id"));
            }
            // Of hosted tools and the like: another model may know what to do with it.
            default -> item;
        };
    }

    private static String typeOf(ObjectNode item, String path) {
        JsonNode type = item.get("type");
        if (type != null && !type.isNull()) {
            require(type.isTextual(), path + ".type", "a string");
            return type.textValue();
        }
        if (Json.has(item, "role")) {
            return "message";
        }
        if (item.size() == 1 && Json.has(item, "id")) {
            return "item_reference";
        }
        throw Refusal.missing(path + ".type");
    }

    private static ObjectNode message(ObjectNode item, String path) {
        String role = requireText(item, "role", path);
        require(ROLES.contains(role), path + ".role", "user, assistant, system or developer");
        JsonNode content = item.get("content");
        if (content == null || content.isNull()) {
            throw Refusal.missing(path + ".content");
        }
        String place = path + ".content";
        ObjectNode message = Json.object();
        message.put("type", "message");
        message.setAll(item);
        message.put("type", "message");
        if (content.isTextual()) {
            ObjectNode part = message.putArray("content").addObject();
            part.put("type", role.equals("assistant") ? "output_text" : "input_text");
            part.put("text", content.textValue());
            if (role.equals("assistant")) {
                part.putArray("annotations");
            }
            return message;
        }
        require(content.isArray(), place, "a string or a list of parts");
        for (int i = 0; i < content.size(); i++) {
            part(content.get(i), place + "[" + i + "]");
        }
        return message;
    }

    private static void part(JsonNode part, String path) {
        require(part.isObject(), path, "an object");
        switch (requireText(part, "type", path)) {
            case "input_text", "output_text", "text", "summary_text", "reasoning_text" ->
                requireText(part, "text", path);
            case "refusal" -> requireText(part, "refusal", path);
            case "input_image" -> {
                optionalText(part, "image_url", path);
                optionalText(part, "file_id", path);
                optionalText(part, "detail", path);
                if (!Json.has(part, "image_url") && !Json.has(part, "file_id")) {
                    throw Refusal.missing(path + ".image_url");
                }
            }
            case "input_file" -> {
                optionalText(part, "file_data", path);
                optionalText(part, "file_id", path);
                optionalText(part, "file_url", path);
                optionalText(part, "filename", path);
                if (!Json.has(part, "file_data") && !Json.has(part, "file_id") && !Json.has(part, "file_url")) {
                    throw Refusal.missing(path + ".file_data");
                }
            }
            case "input_audio" -> {
                JsonNode audio = part.path("input_audio");
                require(audio.isObject(), path + ".input_audio", "an object");
                requireText(audio, "data", path + ".input_audio");
                requireText(audio, "format", path + ".input_audio");
            }
            default ->
                throw Refusal.wrong(
                        path + ".type",
                        "one of input_text, input_image, input_file, input_audio, output_text and refusal");
        }
    }

    private static void output(@org.jspecify.annotations.Nullable JsonNode output, String path) {
        if (output == null || output.isNull()) {
            throw Refusal.missing(path);
        }
        if (output instanceof ArrayNode parts) {
            for (int i = 0; i < parts.size(); i++) {
                part(parts.get(i), path + "[" + i + "]");
            }
        } else {
            require(output.isTextual(), path, "a string or a list of parts");
        }
    }

    private static ObjectNode reasoning(ObjectNode item, String path) {
        for (String name : new String[] {"summary", "content"}) {
            JsonNode parts = item.get(name);
            if (parts != null && !parts.isNull()) {
                require(parts.isArray(), path + "." + name, "a list of parts");
                for (int i = 0; i < parts.size(); i++) {
                    String place = path + "." + name + "[" + i + "]";
                    require(parts.get(i).isObject(), place, "an object");
                    requireText(parts.get(i), "text", place);
                }
            }
        }
        return item;
    }

    private static void optionalText(JsonNode part, String name, String path) {
        if (Json.has(part, name)) {
            require(part.get(name).isTextual(), path + "." + name, "a string");
        }
    }
}
