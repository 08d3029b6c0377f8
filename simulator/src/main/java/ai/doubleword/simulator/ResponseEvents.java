package ai.doubleword.simulator;

import ai.doubleword.simulator.AnswerPlan.Step;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vertx.core.buffer.Buffer;
import java.util.ArrayList;
import java.util.List;

/// The events of one response, numbered and in time, and the items that have ended. Confined to one thread.
final class ResponseEvents {
    private final List<Step> steps = new ArrayList<>();
    private final ArrayNode output = JsonNodeFactory.instance.arrayNode();
    private long due;
    private long sequence;

    /// What only some events have.
    @FunctionalInterface
    interface Filler {
        void fill(ObjectNode event);
    }

    /// @param due when the first is, in nanoseconds
    ResponseEvents(long due) {
        this.due = due;
    }

    List<Step> steps() {
        return steps;
    }

    ArrayNode output() {
        return output;
    }

    /// What follows is due so much later.
    void later(long nanos) {
        due += nanos;
    }

    /// An event of no item.
    void tell(String type, Filler filler) {
        ObjectNode event =
                JsonNodeFactory.instance.objectNode().put("type", type).put("sequence_number", sequence++);
        filler.fill(event);
        steps.add(new Step(due, Buffer.buffer("event: " + type + "\ndata: " + event + "\n\n")));
    }

    void added(ObjectNode item) {
        tell(
                "response.output_item.added",
                event -> event.put("output_index", output.size()).set("item", item));
    }

    void done(ObjectNode item) {
        tell(
                "response.output_item.done",
                event -> event.put("output_index", output.size()).set("item", item));
        output.add(item);
    }

    /// An event of the item that was added last.
    void step(String type, String item, Filler filler) {
        tell(type, event -> {
            event.put("item_id", item).put("output_index", output.size());
            filler.fill(event);
        });
    }

    /// An event of that item's first part.
    ///
    /// @param index what the place of the part is called
    void at(String type, String item, String index, Filler filler) {
        step(type, item, event -> {
            event.put(index, 0);
            filler.fill(event);
        });
    }

    void part(String type, String item, String index, ObjectNode part) {
        at(type, item, index, event -> event.set("part", part));
    }
}
