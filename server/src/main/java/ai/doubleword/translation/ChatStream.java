package ai.doubleword.translation;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/// Makes the chunks of a chat completion of the events of a response. Nothing is said before the model has said
/// something, so that whoever listens may still ask elsewhere. Not thread-safe; does not block.
public final class ChatStream {
    private final Consumer<byte[]> out;
    private final Map<Integer, Integer> calls = new HashMap<>();
    private final Set<String> told = new HashSet<>();
    private JsonNode response = Json.object();
    private boolean begun;
    private boolean ended;

    /// @param out hears of each chunk, as JSON; of an error instead where the response failed
    public ChatStream(Consumer<byte[]> out) {
        this.out = out;
    }

    /// Whether the last chunk was said.
    public boolean ended() {
        return ended;
    }

    /// Takes the data of an event.
    ///
    /// @throws IllegalArgumentException if it is no JSON object
    public void event(byte[] json) {
        JsonNode event = ChatCall.read(json);
        if (ended) {
            return;
        }
        if (event.path("response").isObject()) {
            response = event.get("response");
        }
        String type = Json.text(event, "type");
        switch (type) {
            case "response.output_text.delta" -> text(event, "content", Json.text(event, "delta"));
            case "response.output_text.done" -> whole(event, "content", Json.text(event, "text"));
            case "response.refusal.delta" -> text(event, "refusal", Json.text(event, "delta"));
            case "response.refusal.done" -> whole(event, "refusal", Json.text(event, "refusal"));
            case "response.reasoning_text.delta" -> text(event, "reasoning_content", Json.text(event, "delta"));
            case "response.reasoning_text.done" -> whole(event, "reasoning_content", Json.text(event, "text"));
            case "response.reasoning_summary_text.delta" -> {
                if (!told.contains(place(event, "content_index", "0"))) {
                    text(event, "reasoning_content", between(event) + Json.text(event, "delta"));
                }
            }
            case "response.reasoning_summary_text.done" -> {
                if (!told.contains(place(event, "content_index", "0"))) {
                    whole(event, "reasoning_content", between(event) + Json.text(event, "text"));
                }
            }
            case "response.output_item.added" -> opened(event);
            case "response.function_call_arguments.delta" ->
                arguments(event, "function", "arguments", Json.text(event, "delta"));
            case "response.function_call_arguments.done" ->
                wholeArguments(event, "function", "arguments", Json.text(event, "arguments"));
            case "response.custom_tool_call_input.delta" ->
                arguments(event, "custom", "input", Json.text(event, "delta"));
            case "response.custom_tool_call_input.done" ->
                wholeArguments(event, "custom", "input", Json.text(event, "input"));
            case "response.completed", "response.incomplete" -> finish();
            case "response.failed" -> fail(event.path("response"));
            case "error" -> fail(event);
            default -> {}
        }
    }

    private void text(JsonNode event, String field, String delta) {
        told.add(place(event));
        if (delta.isEmpty()) {
            return;
        }
        ObjectNode choice = choice(Json.object().put(field, delta));
        if (event.path("logprobs").isArray() && !event.get("logprobs").isEmpty()) {
            ((ObjectNode) choice.at("/choices/0")).putObject("logprobs").set("content", event.get("logprobs"));
        }
        say(choice);
    }

    /// Some servers say a text in one piece only.
    private void whole(JsonNode event, String field, String text) {
        if (!told.contains(place(event))) {
            text(event, field, text);
        }
    }

    /// Parts of a summary stand apart.
    private String between(JsonNode event) {
        return event.path("summary_index").asInt() > 0 && !told.contains(place(event)) ? "\n\n" : "";
    }

    private static String place(JsonNode event) {
        return event.has("summary_index")
                ? place(event, "summary_index", event.path("summary_index").asText())
                : place(event, "content_index", event.path("content_index").asText("0"));
    }

    private static String place(JsonNode event, String kind, String index) {
        return event.path("output_index").asInt() + " " + kind + " " + index;
    }

    private void opened(JsonNode event) {
        JsonNode item = event.path("item");
        String type = Json.text(item, "type");
        if (!type.equals("function_call") && !type.equals("custom_tool_call")) {
            return;
        }
        int index = calls.size();
        calls.put(event.path("output_index").asInt(), index);
        boolean custom = type.equals("custom_tool_call");
        ObjectNode delta = Json.object();
        ObjectNode call = delta.putArray("tool_calls").addObject().put("index", index);
        call.put("id", Json.text(item, "call_id")).put("type", custom ? "custom" : "function");
        call.putObject(custom ? "custom" : "function")
                .put("name", Json.text(item, "name"))
                .put(custom ? "input" : "arguments", "");
        say(choice(delta));
    }

    private void arguments(JsonNode event, String kind, String field, String delta) {
        Integer index = calls.get(event.path("output_index").asInt());
        told.add(place(event));
        if (index == null || delta.isEmpty()) {
            return;
        }
        ObjectNode made = Json.object();
        made.putArray("tool_calls")
                .addObject()
                .put("index", index)
                .putObject(kind)
                .put(field, delta);
        say(choice(made));
    }

    private void wholeArguments(JsonNode event, String kind, String field, String whole) {
        if (!told.contains(place(event))) {
            arguments(event, kind, field, whole);
        }
    }

    private ObjectNode choice(ObjectNode delta) {
        ObjectNode chunk = ChatAnswer.envelope(response, "chat.completion.chunk");
        ObjectNode choice = chunk.putArray("choices").addObject().put("index", 0);
        if (begun) {
            choice.set("delta", delta);
        } else {
            begun = true;
            ObjectNode first = Json.object().put("role", "assistant");
            first.setAll(delta);
            choice.set("delta", first);
        }
        choice.putNull("logprobs");
        choice.putNull("finish_reason");
        return chunk;
    }

    private void finish() {
        ended = true;
        ObjectNode last = choice(Json.object());
        ((ObjectNode) last.at("/choices/0")).put("finish_reason", ChatAnswer.finishReason(response, !calls.isEmpty()));
        say(last);
        if (Json.has(response, "usage")) {
            ObjectNode used = ChatAnswer.envelope(response, "chat.completion.chunk");
            used.putArray("choices");
            used.set("usage", ChatAnswer.usage(response.get("usage")));
            say(used);
        }
    }

    private void fail(JsonNode failed) {
        ended = true;
        out.accept(Json.bytes(ChatAnswer.error(failed)));
    }

    private void say(ObjectNode chunk) {
        out.accept(Json.bytes(chunk));
    }
}
