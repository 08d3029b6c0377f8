package ai.doubleword.translation;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;

/// What a model wrote that speaks Responses itself: its events go on, under numbers and ids of ours, until the one that
/// ends it. Not thread-safe.
final class PassedItems {
    private final String stem;
    private final EventWriter events;
    private final Map<Integer, String> names = new HashMap<>();
    private final TreeMap<Integer, ObjectNode> done = new TreeMap<>();
    private JsonNode ended = Json.object();

    /// @param stem the part of the response's id that its items share
    PassedItems(String stem, EventWriter events) {
        this.stem = stem;
        this.events = events;
    }

    /// Takes an event. The one that ends the response is kept: its object is ours to make.
    void event(ObjectNode event) {
        if (event.path("response").isObject()) {
            ended = event.get("response");
            return;
        }
        int index = event.path("output_index").asInt();
        if (event.get("item") instanceof ObjectNode item) {
            name(item, index);
            if (Json.text(event, "type").equals("response.output_item.done")) {
                done.put(index, item);
            }
        }
        if (event.has("item_id")) {
            event.put("item_id", names.getOrDefault(index, Json.text(event, "item_id")));
        }
        events.forward(event);
    }

    /// Takes a whole response.
    void whole(JsonNode response) {
        ended = response;
    }

    /// The items, so far or all.
    ArrayNode output() {
        ArrayNode output = Json.array();
        if (ended.path("output").isEmpty()) {
            return output.addAll(done.values());
        }
        for (JsonNode item : ended.path("output")) {
            if (item instanceof ObjectNode object) {
                name(object, output.size());
                output.add(object);
            }
        }
        return output;
    }

    /// Why the response is incomplete; empty if it is not.
    String incomplete() {
        if (!Json.text(ended, "status").equals("incomplete")) {
            return "";
        }
        String reason = Json.text(ended.path("incomplete_details"), "reason");
        return reason.isEmpty() ? "max_output_tokens" : reason;
    }

    private void name(ObjectNode item, int index) {
        String theirs = Json.text(item, "id");
        if (!theirs.isEmpty()) {
            int prefix = theirs.indexOf('_');
            String kind = prefix > 0 && prefix <= 8 ? theirs.substring(0, prefix) : "item";
            item.put("id", names.computeIfAbsent(index, first -> kind + "_" + stem + index));
        }
    }
}
