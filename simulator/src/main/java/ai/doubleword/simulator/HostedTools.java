package ai.doubleword.simulator;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Map;

/// What runs at the provider itself: each tool of a request is said to have run, before the answer, and a conversation
/// that may be compacted is said to have been.
///
/// An MCP server at a host that ends in `.invalid`, which there never is, cannot list its tools. One whose label is
/// `failing` lists them, and its call fails. Confined to one thread.
final class HostedTools {
    private static final String CODE = "harbours";
    private static final String FAILING = "failing";

    /// The events between the beginning and the end of an item.
    private static final Map<String, List<String>> TOLD = Map.of(
            "web_search_call",
            List.of("web_search_call.in_progress", "web_search_call.searching", "web_search_call.completed"),
            "file_search_call",
            List.of("file_search_call.in_progress", "file_search_call.searching", "file_search_call.completed"),
            "code_interpreter_call",
            List.of(
                    "code_interpreter_call.in_progress",
                    "code_interpreter_call_code.delta",
                    "code_interpreter_call_code.done",
                    "code_interpreter_call.interpreting",
                    "code_interpreter_call.completed"),
            "image_generation_call",
            List.of(
                    "image_generation_call.in_progress",
                    "image_generation_call.generating",
                    "image_generation_call.partial_image",
                    "image_generation_call.completed"),
            "mcp_list_tools",
            List.of("mcp_list_tools.in_progress", "mcp_list_tools.completed"),
            "mcp_call",
            List.of(
                    "mcp_call.in_progress",
                    "mcp_call_arguments.delta",
                    "mcp_call_arguments.done",
                    "mcp_call.completed"),
            "shell_call",
            List.of("shell_call_command.added", "shell_call_command.delta", "shell_call_command.done"),
            "shell_call_output",
            List.of("shell_call_output_content.delta", "shell_call_output_content.done"),
            "compaction",
            List.of("compaction.compacting"));

    private final ResponseEvents events;
    private final Work work;

    HostedTools(ResponseEvents events, Work work) {
        this.events = events;
        this.work = work;
    }

    /// Runs all that a request asks for.
    void run(JsonNode request) {
        for (JsonNode way : request.path("context_management")) {
            item(way.path("type").asText(), way, false);
        }
        for (JsonNode tool : request.path("tools")) {
            String type = tool.path("type").asText();
            switch (type) {
                case "function", "custom" -> {
                    // The client runs it.
                }
                case "mcp" -> mcp(tool);
                case "shell" -> {
                    item("shell_call", tool, false);
                    item("shell_call_output", tool, false);
                }
                default -> item(type.startsWith("web_search") ? "web_search_call" : type + "_call", tool, false);
            }
        }
    }

    private void mcp(JsonNode server) {
        boolean away = server.path("server_url").asText().matches("https?://[^/]+\\.invalid(/.*)?");
        item("mcp_list_tools", server, away);
        if (!away) {
            item("mcp_call", server, server.path("server_label").asText().equals(FAILING));
        }
    }

    private void item(String type, JsonNode tool, boolean fails) {
        String id = work.id(type.equals("web_search_call") ? "ws_" : "ht_")
                + events.output().size();
        ObjectNode item = JsonNodeFactory.instance
                .objectNode()
                .put("id", id)
                .put("type", type)
                .put("status", "in_progress");
        fill(item, tool);
        events.added(item);
        for (String told : TOLD.getOrDefault(type, List.of())) {
            String name = fails ? told.replace(".completed", ".failed") : told;
            events.step("response." + name, id, event -> fill(event, type, told.substring(told.indexOf('.') + 1)));
        }
        ObjectNode done = item.deepCopy().put("status", fails ? "failed" : "completed");
        if (fails) {
            error(done);
        }
        events.done(done);
    }

    private static void error(ObjectNode item) {
        String words = "The server did not answer.";
        if (item.path("type").asText().equals("mcp_call")) {
            item.putObject("error").put("type", "http_error").put("code", 503).put("message", words);
        } else {
            item.put("error", words);
        }
    }

    /// The fields that a client cannot do without.
    private static void fill(ObjectNode item, JsonNode tool) {
        String label = tool.path("server_label").asText("lab");
        switch (item.path("type").asText()) {
            case "web_search_call" ->
                item.putObject("action").put("type", "search").put("query", CODE);
            case "file_search_call" -> item.putArray("queries").add(CODE);
            case "code_interpreter_call" ->
                item.put("code", CODE).put("container_id", "cntr_1").putNull("outputs");
            case "image_generation_call" -> item.putNull("result");
            case "mcp_call" -> item.put("arguments", CODE).put("name", "search").put("server_label", label);
            case "mcp_list_tools" -> item.put("server_label", label).putArray("tools");
            case "shell_call" ->
                item.put("call_id", "call_shell")
                        .putObject("action")
                        .putArray("commands")
                        .add(CODE);
            case "shell_call_output" ->
                item.put("call_id", "call_shell").putArray("output").add(printed());
            case "compaction" -> item.put("encrypted_content", "AA==");
            default -> {
                // No field of its own that a client needs.
            }
        }
    }

    private static void fill(ObjectNode event, String type, String step) {
        boolean shell = type.startsWith("shell_call");
        if (shell) {
            event.put("command_index", 0);
        }
        switch (step) {
            case "added" -> event.put("command", "");
            case "delta" -> {
                if (type.equals("shell_call_output")) {
                    event.putObject("delta").put("stdout", CODE);
                } else {
                    event.put("delta", CODE.substring(0, CODE.length() / 2));
                }
            }
            case "done" -> {
                switch (type) {
                    case "shell_call_output" -> event.putArray("output").add(printed());
                    case "shell_call" -> event.put("command", CODE);
                    case "mcp_call" -> event.put("arguments", CODE);
                    default -> event.put("code", CODE);
                }
            }
            case "partial_image" -> event.put("partial_image_b64", "AA==").put("partial_image_index", 0);
            default -> {
                // Its name says it all.
            }
        }
    }

    private static ObjectNode printed() {
        ObjectNode printed =
                JsonNodeFactory.instance.objectNode().put("stdout", CODE).put("stderr", "");
        printed.putObject("outcome").put("type", "exit").put("exit_code", 0);
        return printed;
    }
}
