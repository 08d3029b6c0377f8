package ai.doubleword.translation;

import ai.doubleword.translation.EventWriter.Place;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/// An item of the output while the model writes it: says each step as an event, and is whole once it is closed.
/// Not thread-safe.
sealed interface OutputItem {
    /// Nothing more comes.
    ///
    /// @param status `completed` or `incomplete`
    /// @return the item
    ObjectNode close(String status);

    /// What the model thought, as text of its own or, where the client asked for one, as a summary.
    final class Reasoning implements OutputItem {
        private final EventWriter events;
        private final Place place;
        private final boolean summary;
        private final StringBuilder text = new StringBuilder();

        Reasoning(EventWriter events, String id, int index, boolean summary) {
            this.events = events;
            this.place = new Place(id, index, 0);
            this.summary = summary;
            events.itemAdded(index, item("in_progress", false));
            if (summary) {
                events.summaryPartAdded(place, part(""));
            } else {
                events.partAdded(place, part(""));
            }
        }

        void append(String delta) {
            text.append(delta);
            if (summary) {
                events.summaryDelta(place, delta);
            } else {
                events.reasoningDelta(place, delta);
            }
        }

        @Override
        public ObjectNode close(String status) {
            String whole = text.toString();
            if (summary) {
                events.summaryDone(place, whole);
                events.summaryPartDone(place, part(whole));
            } else {
                events.reasoningDone(place, whole);
                events.partDone(place, part(whole));
            }
            ObjectNode item = item(status, true);
            events.itemDone(place.index(), item);
            return item;
        }

        private ObjectNode part(String content) {
            return Json.object()
                    .put("type", summary ? "summary_text" : "reasoning_text")
                    .put("text", content);
        }

        private ObjectNode item(String status, boolean whole) {
            ObjectNode item = Json.object().put("id", place.item()).put("type", "reasoning");
            ArrayNode summaries = item.putArray("summary");
            ArrayNode parts = summary ? summaries : item.putArray("content");
            if (whole) {
                parts.add(part(text.toString()));
            }
            return item.put("status", status);
        }
    }

    /// What the model says, or says that it will not.
    final class Message implements OutputItem {
        private final EventWriter events;
        private final String id;
        private final int index;
        private final ArrayNode content = Json.array();
        private final StringBuilder text = new StringBuilder();
        private ArrayNode logprobs = Json.array();
        private @Nullable Boolean refuses;

        Message(EventWriter events, String id, int index) {
            this.events = events;
            this.id = id;
            this.index = index;
            events.itemAdded(index, item("in_progress", Json.array()));
        }

        void append(String delta, ArrayNode more) {
            part(false);
            text.append(delta);
            logprobs.addAll(more);
            events.textDelta(place(), delta, more);
        }

        void refuse(String delta) {
            part(true);
            text.append(delta);
            events.refusalDelta(place(), delta);
        }

        @Override
        public ObjectNode close(String status) {
            closePart();
            ObjectNode item = item(status, content);
            events.itemDone(index, item);
            return item;
        }

        private void part(boolean refusal) {
            if (refuses != null && refuses == refusal) {
                return;
            }
            closePart();
            refuses = refusal;
            text.setLength(0);
            logprobs = Json.array();
            events.partAdded(place(), written());
        }

        private void closePart() {
            if (refuses == null) {
                return;
            }
            ObjectNode part = written();
            if (refuses) {
                events.refusalDone(place(), text.toString());
            } else {
                events.textDone(place(), text.toString(), logprobs);
            }
            events.partDone(place(), part);
            content.add(part);
            refuses = null;
        }

        private ObjectNode written() {
            if (Boolean.TRUE.equals(refuses)) {
                return Json.object().put("type", "refusal").put("refusal", text.toString());
            }
            ObjectNode part = Json.object().put("type", "output_text").put("text", text.toString());
            part.putArray("annotations");
            part.set("logprobs", logprobs.deepCopy());
            return part;
        }

        private Place place() {
            return new Place(id, index, content.size());
        }

        private ObjectNode item(String status, ArrayNode parts) {
            ObjectNode item = Json.object()
                    .put("id", id)
                    .put("type", "message")
                    .put("status", status)
                    .put("role", "assistant");
            item.set("content", parts);
            return item;
        }
    }

    /// A call of a function, or of a custom tool, whose text the model wrote as the one argument.
    final class Call implements OutputItem {
        private final EventWriter events;
        private final Place place;
        private final String callId;
        private final String name;
        private final boolean custom;
        private final StringBuilder arguments = new StringBuilder();

        Call(EventWriter events, Place place, String callId, String name, boolean custom) {
            this.events = events;
            this.place = place;
            this.callId = callId;
            this.name = name;
            this.custom = custom;
            events.itemAdded(place.index(), item("in_progress", ""));
        }

        void append(String delta) {
            arguments.append(delta);
            if (!custom && !delta.isEmpty()) {
                events.argumentsDelta(place, delta);
            }
        }

        @Override
        public ObjectNode close(String status) {
            String whole = custom ? input() : arguments.toString();
            if (custom) {
                events.inputDelta(place, whole);
                events.inputDone(place, whole);
            } else {
                events.argumentsDone(place, name, whole);
            }
            ObjectNode item = item(status, whole);
            events.itemDone(place.index(), item);
            return item;
        }

        /// The text within the arguments; the arguments themselves where the model did not keep to their form.
        private String input() {
            try {
                JsonNode read = Json.lenient().readTree(arguments.toString());
                JsonNode text = read == null ? null : read.get(ChatTools.INPUT);
                return text != null && text.isTextual() ? text.textValue() : arguments.toString();
            } catch (IOException notJson) {
                return arguments.toString();
            }
        }

        private ObjectNode item(String status, String content) {
            return Json.object()
                    .put("id", place.item())
                    .put("type", custom ? "custom_tool_call" : "function_call")
                    .put("status", status)
                    .put("call_id", callId)
                    .put("name", name)
                    .put(custom ? "input" : "arguments", content);
        }
    }
}
