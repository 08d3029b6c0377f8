package ai.doubleword.responses;

import ai.doubleword.platform.JsonFormat;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;

/// What one reader was told of a response's items. A run that breaks off leaves some open, and the next counts its
/// own from 0 again: who heard both is told first that those are incomplete, and hears of the next run's in the
/// places after them, so that no place has two items and none stays open. Not thread-safe.
final class ToldItems {
    private static final ObjectMapper JSON = JsonFormat.trees();
    private static final String PLACE = "output_index";
    private static final String DONE = "response.output_item.done";

    private final TreeMap<Integer, ObjectNode> open = new TreeMap<>();
    private long run = -1;
    private int before;
    private int places;

    /// What is to be told before an event, which is nothing but where it is the first that is heard of a run.
    ///
    /// @param number of the event
    List<ObjectNode> closing(long number) {
        long its = BackgroundEvents.run(number);
        if (its == run) {
            return List.of();
        }
        run = its;
        before = places;
        List<ObjectNode> events = new ArrayList<>();
        open.forEach((place, item) -> {
            if (item.has("status")) {
                item.put("status", "incomplete");
            }
            ObjectNode event = JSON.createObjectNode().put("type", DONE).put(PLACE, place);
            event.set("item", item);
            event.put("sequence_number", number - open.size() + events.size());
            events.add(event);
        });
        open.clear();
        return events;
    }

    /// The event as this reader hears it.
    ///
    /// @param event is changed
    ObjectNode placed(ObjectNode event) {
        JsonNode index = event.get(PLACE);
        if (index == null) {
            return event;
        }
        int place = before + index.intValue();
        String type = event.path("type").asText();
        if (type.equals(DONE)) {
            open.remove(place);
        } else if (event.get("item") instanceof ObjectNode item && type.equals("response.output_item.added")) {
            open.put(place, item.deepCopy());
            places = Math.max(places, place + 1);
        }
        return event.put(PLACE, place);
    }
}
