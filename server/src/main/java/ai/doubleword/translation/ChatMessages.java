package ai.doubleword.translation;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.jspecify.annotations.Nullable;

/// Gathers items into messages of chat completions: an assistant's text and the calls after it are one message, and
/// what the instructions and the first system messages say is one system message, since many chat templates take no
/// second. Reasoning goes back to the model only where calls follow it, which is where models ask for it. Not
/// thread-safe.
final class ChatMessages {
    private final ArrayNode messages = Json.array();
    private String reasoning = "";

    /// The last message, while calls may still join it.
    private @Nullable ObjectNode assistant;

    ChatMessages(String instructions) {
        if (!instructions.isEmpty()) {
            messages.addObject().put("role", "system").put("content", instructions);
        }
    }

    ArrayNode all() {
        return messages;
    }

    void add(ObjectNode item, String path) {
        switch (Json.text(item, "type")) {
            case "message" -> message(item, path);
            case "function_call" -> call(item, Json.text(item, "arguments"));
            case "custom_tool_call" ->
                call(
                        item,
                        Json.object()
                                .put(ChatTools.INPUT, Json.text(item, "input"))
                                .toString());
            case "function_call_output", "custom_tool_call_output" -> {
                ends();
                ObjectNode tool = messages.addObject().put("role", "tool");
                tool.put("tool_call_id", Json.text(item, "call_id"));
                JsonNode output = item.path("output");
                tool.set("content", output.isArray() ? content(output, path + ".output") : output);
            }
            case "reasoning" -> reasoning += reasoningOf(item);
            case "item_reference" ->
                throw Refusal.unsupported(
                        path + ".id",
                        "No stored item has the id '" + ChatTools.shortened(Json.text(item, "id"))
                                + "'; send the item itself.");
            default ->
                throw Refusal.unsupported(
                        path + ".type",
                        "Items of type '" + ChatTools.shortened(Json.text(item, "type"))
                                + "' belong to tools that run at OpenAI; this model cannot read them.");
        }
    }

    private void ends() {
        assistant = null;
        reasoning = "";
    }

    private void message(ObjectNode item, String path) {
        String role = Json.text(item, "role");
        if (role.equals("assistant")) {
            ObjectNode message = messages.addObject().put("role", "assistant");
            StringBuilder text = new StringBuilder();
            StringBuilder refusal = new StringBuilder();
            for (JsonNode part : item.path("content")) {
                text.append(Json.text(part, "text"));
                refusal.append(Json.text(part, "refusal"));
            }
            message.put("content", text.toString());
            if (!refusal.isEmpty()) {
                message.put("refusal", refusal.toString());
            }
            assistant = message;
            return;
        }
        ends();
        JsonNode content = content(item.path("content"), path + ".content");
        if (role.equals("user")) {
            messages.addObject().put("role", "user").set("content", content);
            return;
        }
        JsonNode first = messages.path(0);
        boolean joins = messages.size() == 1
                && Json.text(first, "role").equals("system")
                && first.path("content").isTextual()
                && content.isTextual();
        if (joins) {
            ((ObjectNode) first).put("content", Json.text(first, "content") + "\n\n" + content.textValue());
        } else {
            messages.addObject().put("role", "system").set("content", content);
        }
    }

    private void call(ObjectNode item, String arguments) {
        ObjectNode message = assistant;
        if (message == null) {
            message = messages.addObject().put("role", "assistant");
            message.putNull("content");
            assistant = message;
        }
        if (!reasoning.isEmpty()) {
            message.put("reasoning_content", reasoning);
            reasoning = "";
        }
        ObjectNode call = message.withArray("/tool_calls").addObject();
        call.put("id", Json.text(item, "call_id"));
        call.put("type", "function");
        call.putObject("function").put("name", Json.text(item, "name")).put("arguments", arguments);
    }

    /// Text alone as a string, which every server takes; anything else in parts.
    private static JsonNode content(JsonNode parts, String path) {
        ArrayNode made = Json.array();
        StringBuilder text = new StringBuilder();
        boolean plain = true;
        for (int i = 0; i < parts.size(); i++) {
            JsonNode part = parts.get(i);
            String place = path + "[" + i + "]";
            switch (Json.text(part, "type")) {
                case "input_text", "output_text", "text", "summary_text", "reasoning_text" -> {
                    text.append(i == 0 ? "" : "\n").append(Json.text(part, "text"));
                    made.addObject().put("type", "text").put("text", Json.text(part, "text"));
                }
                case "refusal" -> {
                    text.append(Json.text(part, "refusal"));
                    made.addObject().put("type", "text").put("text", Json.text(part, "refusal"));
                }
                case "input_image" -> {
                    plain = false;
                    image(part, made.addObject(), place);
                }
                case "input_file" -> {
                    plain = false;
                    file(part, made.addObject(), place);
                }
                case "input_audio" -> {
                    plain = false;
                    made.add(part);
                }
                default ->
                    throw Refusal.wrong(place + ".type", "one of input_text, input_image, input_file and input_audio");
            }
        }
        return plain ? made.textNode(text.toString()) : made;
    }

    private static void image(JsonNode part, ObjectNode made, String path) {
        if (!Json.has(part, "image_url")) {
            throw Refusal.unsupported(
                    path + ".file_id", "This model reads images by `image_url` only: a URL, or `data:` with base64.");
        }
        ObjectNode url = made.put("type", "image_url").putObject("image_url");
        url.put("url", Json.text(part, "image_url"));
        if (Json.has(part, "detail")) {
            url.put("detail", Json.text(part, "detail"));
        }
    }

    private static void file(JsonNode part, ObjectNode made, String path) {
        if (!Json.has(part, "file_data")) {
            String named = Json.has(part, "file_url") ? ".file_url" : ".file_id";
            throw Refusal.unsupported(
                    path + named, "This model reads files by `file_data` only: `data:` with base64, and `filename`.");
        }
        ObjectNode file = made.put("type", "file").putObject("file");
        file.put("file_data", Json.text(part, "file_data"));
        if (Json.has(part, "filename")) {
            file.put("filename", Json.text(part, "filename"));
        }
    }

    private static String reasoningOf(ObjectNode item) {
        StringBuilder text = new StringBuilder();
        JsonNode parts = item.path("content").isEmpty() ? item.path("summary") : item.path("content");
        parts.forEach(part -> text.append(Json.text(part, "text")));
        return text.toString();
    }
}
