package ai.doubleword.translation;

import ai.doubleword.translation.EventWriter.Place;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;

/// Tells a stored response again as events: the same for the same response, whoever asks and whenever, so that a reader
/// may go on after any of them. Each text comes in one piece. Stateless.
public final class ResponseReplay {
    private ResponseReplay() {}

    /// The events of a response so far: of one that waits or runs only those that say so.
    public static List<ObjectNode> of(ObjectNode response) {
        List<ObjectNode> all = new ArrayList<>();
        EventWriter events = new EventWriter(all::add);
        String status = Json.text(response, "status");
        boolean waits = status.equals("queued");
        boolean background = response.path("background").asBoolean();
        events.response("response.created", before(response, background ? "queued" : "in_progress"));
        if (background) {
            events.response("response.queued", before(response, "queued"));
        }
        if (waits) {
            return all;
        }
        events.response("response.in_progress", before(response, "in_progress"));
        if (status.equals("in_progress")) {
            return all;
        }
        JsonNode output = response.path("output");
        for (int i = 0; i < output.size(); i++) {
            item(events, i, (ObjectNode) output.get(i));
        }
        switch (status) {
            case "completed", "failed" -> events.response("response." + status, response);
            // There is no event of its own for a response that was cancelled; its status says it.
            default -> events.response("response.incomplete", response);
        }
        return all;
    }

    private static ObjectNode before(ObjectNode response, String status) {
        ObjectNode copy = response.deepCopy();
        copy.put("status", status);
        copy.putNull("completed_at");
        copy.putNull("error");
        copy.putNull("incomplete_details");
        copy.putArray("output");
        copy.putNull("usage");
        return copy;
    }

    private static void item(EventWriter events, int index, ObjectNode item) {
        String id = Json.text(item, "id");
        ObjectNode begun = item.deepCopy();
        if (item.has("status")) {
            begun.put("status", "in_progress");
        }
        switch (Json.text(item, "type")) {
            case "message" -> {
                begun.putArray("content");
                events.itemAdded(index, begun);
                parts(events, id, index, item.path("content"));
            }
            case "reasoning" -> {
                begun.putArray("summary");
                if (item.has("content")) {
                    begun.putArray("content");
                }
                events.itemAdded(index, begun);
                summaries(events, id, index, item.path("summary"));
                parts(events, id, index, item.path("content"));
            }
            case "function_call" -> {
                events.itemAdded(index, begun.put("arguments", ""));
                Place place = new Place(id, index, 0);
                events.argumentsDelta(place, Json.text(item, "arguments"));
                events.argumentsDone(place, Json.text(item, "name"), Json.text(item, "arguments"));
            }
            case "custom_tool_call" -> {
                events.itemAdded(index, begun.put("input", ""));
                Place place = new Place(id, index, 0);
                events.inputDelta(place, Json.text(item, "input"));
                events.inputDone(place, Json.text(item, "input"));
            }
            default -> events.itemAdded(index, begun);
        }
        events.itemDone(index, item);
    }

    private static void parts(EventWriter events, String id, int index, JsonNode parts) {
        for (int i = 0; i < parts.size(); i++) {
            Place place = new Place(id, index, i);
            ObjectNode part = (ObjectNode) parts.get(i);
            ObjectNode begun = part.deepCopy();
            String text = Json.text(part, "text");
            switch (Json.text(part, "type")) {
                case "refusal" -> {
                    events.partAdded(place, begun.put("refusal", ""));
                    events.refusalDelta(place, Json.text(part, "refusal"));
                    events.refusalDone(place, Json.text(part, "refusal"));
                }
                case "reasoning_text" -> {
                    events.partAdded(place, begun.put("text", ""));
                    events.reasoningDelta(place, text);
                    events.reasoningDone(place, text);
                }
                default -> {
                    begun.put("text", "").putArray("logprobs");
                    events.partAdded(place, begun);
                    ArrayNode logprobs = part.path("logprobs") instanceof ArrayNode known ? known : Json.array();
                    events.textDelta(place, text, logprobs);
                    events.textDone(place, text, logprobs);
                }
            }
            events.partDone(place, part);
        }
    }

    private static void summaries(EventWriter events, String id, int index, JsonNode summaries) {
        for (int i = 0; i < summaries.size(); i++) {
            Place place = new Place(id, index, i);
            ObjectNode part = (ObjectNode) summaries.get(i);
            String text = Json.text(part, "text");
            events.summaryPartAdded(
                    place, Json.object().put("type", "summary_text").put("text", ""));
            events.summaryDelta(place, text);
            events.summaryDone(place, text);
            events.summaryPartDone(place, part);
        }
    }
}
