package ai.doubleword.translation;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.function.Consumer;

/// Writes the events of one response, numbered from 0. Not thread-safe.
final class EventWriter {
    private final Consumer<ObjectNode> out;
    private long sequence;

    EventWriter(Consumer<ObjectNode> out) {
        this.out = out;
    }

    /// An event as somebody else wrote it, under the number that is due.
    void forward(ObjectNode event) {
        out.accept(event.put("sequence_number", sequence++));
    }

    void response(String type, ObjectNode response) {
        ObjectNode event = event(type);
        event.set("response", response);
        out.accept(event);
    }

    void error(String code, String message) {
        ObjectNode event = event("error");
        event.put("code", code);
        event.put("message", message);
        event.putNull("param");
        out.accept(event);
    }

    void itemAdded(int index, ObjectNode item) {
        ObjectNode event = event("response.output_item.added").put("output_index", index);
        event.set("item", item);
        out.accept(event);
    }

    void itemDone(int index, ObjectNode item) {
        ObjectNode event = event("response.output_item.done").put("output_index", index);
        event.set("item", item);
        out.accept(event);
    }

    void partAdded(Place place, ObjectNode part) {
        ObjectNode event = at("response.content_part.added", place);
        event.set("part", part);
        out.accept(event);
    }

    void partDone(Place place, ObjectNode part) {
        ObjectNode event = at("response.content_part.done", place);
        event.set("part", part);
        out.accept(event);
    }

    void textDelta(Place place, String delta, ArrayNode logprobs) {
        ObjectNode event = at("response.output_text.delta", place).put("delta", delta);
        event.set("logprobs", logprobs);
        out.accept(event);
    }

    void textDone(Place place, String text, JsonNode logprobs) {
        ObjectNode event = at("response.output_text.done", place).put("text", text);
        event.set("logprobs", logprobs);
        out.accept(event);
    }

    void refusalDelta(Place place, String delta) {
        out.accept(at("response.refusal.delta", place).put("delta", delta));
    }

    void refusalDone(Place place, String refusal) {
        out.accept(at("response.refusal.done", place).put("refusal", refusal));
    }

    void reasoningDelta(Place place, String delta) {
        out.accept(at("response.reasoning_text.delta", place).put("delta", delta));
    }

    void reasoningDone(Place place, String text) {
        out.accept(at("response.reasoning_text.done", place).put("text", text));
    }

    void summaryPartAdded(Place place, ObjectNode part) {
        ObjectNode event = summaryAt("response.reasoning_summary_part.added", place);
        event.set("part", part);
        out.accept(event);
    }

    void summaryDelta(Place place, String delta) {
        out.accept(summaryAt("response.reasoning_summary_text.delta", place).put("delta", delta));
    }

    void summaryDone(Place place, String text) {
        out.accept(summaryAt("response.reasoning_summary_text.done", place).put("text", text));
    }

    void summaryPartDone(Place place, ObjectNode part) {
        ObjectNode event = summaryAt("response.reasoning_summary_part.done", place);
        event.set("part", part);
        out.accept(event);
    }

    void argumentsDelta(Place place, String delta) {
        out.accept(item("response.function_call_arguments.delta", place).put("delta", delta));
    }

    void argumentsDone(Place place, String name, String arguments) {
        out.accept(item("response.function_call_arguments.done", place)
                .put("name", name)
                .put("arguments", arguments));
    }

    void inputDelta(Place place, String delta) {
        out.accept(item("response.custom_tool_call_input.delta", place).put("delta", delta));
    }

    void inputDone(Place place, String input) {
        out.accept(item("response.custom_tool_call_input.done", place).put("input", input));
    }

    /// Where in the output something stands.
    record Place(String item, int index, int part) {}

    private ObjectNode event(String type) {
        return Json.object().put("type", type).put("sequence_number", sequence++);
    }

    private ObjectNode item(String type, Place place) {
        return event(type).put("item_id", place.item()).put("output_index", place.index());
    }

    private ObjectNode at(String type, Place place) {
        return item(type, place).put("content_index", place.part());
    }

    private ObjectNode summaryAt(String type, Place place) {
        return item(type, place).put("summary_index", place.part());
    }
}
