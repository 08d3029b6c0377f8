package ai.doubleword.simulator;

import ai.doubleword.simulator.SimulatedModel.Kind;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/// What a model says in one choice, in the pieces it would stream.
///
/// @param reasoning before the answer; empty for most models
/// @param content the answer; empty where a tool is called
/// @param call the tool called
/// @param finish OpenAI's `finish_reason`
/// @param tokens generated in all
record Generation(
        List<String> reasoning,
        List<String> content,
        @Nullable ToolCall call,
        String finish,
        int tokens) {
    /// @param arguments the JSON in pieces
    record ToolCall(String id, String name, List<String> arguments) {
        String wholeArguments() {
            return String.join("", arguments);
        }
    }

    String wholeContent() {
        return String.join("", content);
    }

    int reasoningTokens() {
        return reasoning.size();
    }

    /// @param limit tokens at most, reasoning included
    static Generation chat(Work work, int choice, int limit) {
        Random random = new Random(Seeds.mix(work.seed() + choice));
        List<String> thoughts = List.of();
        if (work.model().kind() == Kind.REASONING) {
            String thinking = Prose.text(random, 8 + random.nextInt(24), false);
            thoughts = Tokens.pieces(head(Tokens.encode(thinking), limit));
        }
        int left = limit - thoughts.size();
        JsonNode tool = chosenTool(work.request());
        if (tool != null) {
            return call(work, tool, random, thoughts, left);
        }
        JsonNode format = work.request().path("response_format");
        String answer = switch (format.path("type").asText()) {
            case "json_schema" ->
                SchemaSample.of(format.path("json_schema").path("schema"), random)
                        .toString();
            case "json_object" -> object(random);
            default -> prose(work, random);
        };
        return finished(thoughts, answer, work.request().path("stop"), left);
    }

    /// @param text the whole natural answer, or what stands before a stop
    static Generation finished(List<String> thoughts, String text, JsonNode stop, int limit) {
        String stopped = beforeStop(text, stop);
        int[] tokens = Tokens.encode(stopped);
        String finish = tokens.length > limit ? "length" : "stop";
        int[] kept = head(tokens, limit);
        return new Generation(thoughts, Tokens.pieces(kept), null, finish, thoughts.size() + kept.length);
    }

    static String prose(Work work, Random random) {
        SimulatedModel.Size size = work.model().size();
        int tokens = size.minTokens() + random.nextInt(size.maxTokens() - size.minTokens() + 1);
        String text = Prose.text(random, tokens, Fault.has(work.faults(), Fault.Kind.SPLIT_UTF8));
        return Tokens.decode(head(Tokens.encode(text), tokens));
    }

    /// A tool is called when the caller demands it, or allows it and the user spoke last.
    private static @Nullable JsonNode chosenTool(ObjectNode request) {
        JsonNode tools = request.path("tools");
        JsonNode choice = request.path("tool_choice");
        if (tools.isEmpty() || choice.asText().equals("none")) {
            return null;
        }
        if (choice.isObject()) {
            String name = choice.path("function").path("name").asText();
            for (JsonNode tool : tools) {
                if (tool.path("function").path("name").asText().equals(name)) {
                    return tool;
                }
            }
            throw new Refusal(400, "invalid_value", "tool_choice", "no tool is named '" + name + "'");
        }
        JsonNode messages = request.path("messages");
        String lastRole = messages.path(messages.size() - 1).path("role").asText();
        return choice.asText().equals("required") || !lastRole.equals("tool") ? tools.get(0) : null;
    }

    private static Generation call(Work work, JsonNode tool, Random random, List<String> thoughts, int limit) {
        JsonNode function = tool.path("function");
        JsonNode parameters = function.path("parameters");
        String arguments =
                parameters.isObject() ? SchemaSample.of(parameters, random).toString() : "{}";
        String id = "call_" + String.format("%016x", Seeds.mix(work.seed() ^ random.nextLong()));
        int[] tokens = Tokens.encode(arguments);
        int[] kept = head(tokens, limit);
        ToolCall call = new ToolCall(id, function.path("name").asText(), Tokens.pieces(kept));
        String finish = kept.length < tokens.length ? "length" : "tool_calls";
        return new Generation(thoughts, List.of(), call, finish, thoughts.size() + kept.length);
    }

    private static String object(Random random) {
        ObjectNode object = JsonNodeFactory.instance.objectNode();
        object.put("answer", Prose.sentence(random, false));
        object.put("confidence", random.nextInt(100) / 100.0);
        object.putArray("topics").add(Prose.words(random, 1)).add(Prose.words(random, 2));
        return object.toString();
    }

    private static String beforeStop(String text, JsonNode stop) {
        int end = text.length();
        for (JsonNode word :
                stop.isArray() ? stop : JsonNodeFactory.instance.arrayNode().add(stop)) {
            int at = word.isTextual() && !word.asText().isEmpty() ? text.indexOf(word.asText()) : -1;
            end = at >= 0 ? Math.min(end, at) : end;
        }
        return text.substring(0, end);
    }

    private static int[] head(int[] tokens, int limit) {
        return tokens.length <= limit ? tokens : Arrays.copyOf(tokens, Math.max(0, limit));
    }

    /// Every piece of this choice as `delta` objects, in order.
    List<ObjectNode> deltas() {
        List<ObjectNode> deltas = new ArrayList<>();
        for (String thought : reasoning) {
            deltas.add(JsonNodeFactory.instance.objectNode().put("reasoning_content", thought));
        }
        for (String piece : content) {
            deltas.add(JsonNodeFactory.instance.objectNode().put("content", piece));
        }
        if (call != null) {
            ObjectNode opening = JsonNodeFactory.instance.objectNode();
            ObjectNode first = opening.putArray("tool_calls").addObject();
            first.put("index", 0).put("id", call.id).put("type", "function");
            first.putObject("function").put("name", call.name).put("arguments", "");
            deltas.add(opening);
            for (String piece : call.arguments) {
                ObjectNode delta = JsonNodeFactory.instance.objectNode();
                ObjectNode part = delta.putArray("tool_calls").addObject();
                part.put("index", 0).putObject("function").put("arguments", piece);
                deltas.add(delta);
            }
        }
        return deltas;
    }
}
