package ai.doubleword.translation;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.HashSet;
import java.util.Set;

/// Tools and the choice among them, as chat completions has them. A custom tool, which takes plain text, becomes a
/// function with that text as its one argument; tools that run at OpenAI are refused by name. Stateless.
final class ChatTools {
    /// The one argument of a custom tool.
    static final String INPUT = "input";

    private ChatTools() {}

    static void add(ObjectNode body, ObjectNode chat) {
        JsonNode tools = body.path("tools");
        JsonNode choice = body.path("tool_choice");
        Set<String> allowed = allowed(choice);
        ArrayNode functions = Json.array();
        for (int i = 0; i < tools.size(); i++) {
            JsonNode tool = tools.get(i);
            ObjectNode function = function(tool, "tools[" + i + "]");
            if (allowed.isEmpty() || allowed.contains(Json.text(tool, "name"))) {
                functions.add(function);
            }
        }
        if (functions.isEmpty()) {
            if (choice.isObject() || choice.asText().equals("required")) {
                throw Refusal.unsupported("tool_choice", "`tool_choice` asks for a tool, and `tools` names none.");
            }
            return;
        }
        chat.set("tools", functions);
        choose(choice, chat);
        if (Json.has(body, "parallel_tool_calls")) {
            chat.set("parallel_tool_calls", body.get("parallel_tool_calls"));
        }
    }

    /// Whether a name is one of the request's custom tools.
    static boolean isCustom(ObjectNode body, String name) {
        for (JsonNode tool : body.path("tools")) {
            if (Json.text(tool, "type").equals("custom")
                    && Json.text(tool, "name").equals(name)) {
                return true;
            }
        }
        return false;
    }

    private static ObjectNode function(JsonNode tool, String path) {
        ObjectNode made = Json.object().put("type", "function");
        ObjectNode function = made.putObject("function");
        function.put("name", Json.text(tool, "name"));
        if (Json.has(tool, "description")) {
            function.set("description", tool.get("description"));
        }
        switch (Json.text(tool, "type")) {
            case "function" -> {
                if (Json.has(tool, "parameters")) {
                    function.set("parameters", tool.get("parameters"));
                }
                if (Json.has(tool, "strict")) {
                    function.set("strict", tool.get("strict"));
                }
            }
            case "custom" -> {
                ObjectNode parameters = function.putObject("parameters").put("type", "object");
                parameters.putObject("properties").putObject(INPUT).put("type", "string");
                parameters.putArray("required").add(INPUT);
                parameters.put("additionalProperties", false);
            }
            default ->
                throw Refusal.unsupported(
                        path + ".type",
                        "The tool '" + shortened(Json.text(tool, "type"))
                                + "' runs at OpenAI, and this model cannot use it; define a tool of type `function`.");
        }
        return made;
    }

    private static Set<String> allowed(JsonNode choice) {
        Set<String> names = new HashSet<>();
        if (Json.text(choice, "type").equals("allowed_tools")) {
            RequestReader.require(choice.path("tools").isArray(), "tool_choice.tools", "a list of tools");
            choice.path("tools").forEach(tool -> names.add(Json.text(tool, "name")));
            RequestReader.require(!names.isEmpty(), "tool_choice.tools", "a list of at least one tool");
        }
        return names;
    }

    private static void choose(JsonNode choice, ObjectNode chat) {
        if (choice.isTextual()) {
            chat.set("tool_choice", choice);
            return;
        }
        if (!choice.isObject()) {
            return;
        }
        switch (Json.text(choice, "type")) {
            case "function", "custom" -> {
                String name = RequestReader.requireText(choice, "name", "tool_choice");
                ObjectNode chosen = chat.putObject("tool_choice").put("type", "function");
                chosen.putObject("function").put("name", name);
            }
            case "allowed_tools" -> {
                String mode = RequestReader.requireText(choice, "mode", "tool_choice");
                RequestReader.require(
                        Set.of("auto", "required").contains(mode), "tool_choice.mode", "auto or required");
                chat.put("tool_choice", mode);
            }
            default ->
                throw Refusal.unsupported(
                        "tool_choice",
                        "`tool_choice` names '" + shortened(Json.text(choice, "type"))
                                + "', which runs at OpenAI; this model can choose functions only.");
        }
    }

    static String shortened(String text) {
        return text.length() <= 60 ? text : text.substring(0, 60) + "…";
    }
}
