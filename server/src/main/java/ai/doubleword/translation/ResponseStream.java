package ai.doubleword.translation;

import ai.doubleword.translation.EventWriter.Place;
import ai.doubleword.translation.ResponseDraft.Fault;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Makes the events of a response of the chunks of a chat completion, or of the events of a model that speaks Responses
/// itself, in order and numbered from 0. Exactly one of [#finish] and [#fail] ends it, and gives the same object as the
/// last event. An item closes when the model begins one of another kind, calls when it ends, since their parts may come
/// in turn. Not thread-safe; does not block.
public final class ResponseStream {
    private final ResponseDraft draft;
    private final EventWriter events;
    private final List<ObjectNode> done = new ArrayList<>();
    private final Map<Integer, Pending> calls = new TreeMap<>();
    private @Nullable PassedItems passed;
    private OutputItem.@Nullable Reasoning reasoning;
    private OutputItem.@Nullable Message message;
    private int opened;
    private String finishReason = "";

    /// A call of which not all is known yet that its first event must say.
    private static final class Pending {
        private String id = "";
        private String name = "";
        private final StringBuilder early = new StringBuilder();
        private OutputItem.@Nullable Call item;
        private int index;
    }

    /// @param out hears of each event, as JSON with `type` and `sequence_number`
    public ResponseStream(ResponseDraft draft, Consumer<ObjectNode> out) {
        this.draft = draft;
        this.events = new EventWriter(out);
    }

    /// The first events.
    public void begin() {
        events.response("response.created", draft.object("in_progress"));
        events.response("response.in_progress", draft.object("in_progress"));
    }

    /// Takes a chunk: the data of one event of the model's stream.
    ///
    /// @throws IllegalArgumentException if it is no JSON; the gateway lets none through
    public void chunk(byte[] json) {
        JsonNode chunk = read(json);
        if (chunk instanceof ObjectNode event && Json.text(event, "type").startsWith("response.")) {
            passed().event(event);
            return;
        }
        chunk.path("choices").forEach(choice -> {
            if (choice.path("index").asInt(0) == 0) {
                delta(choice.path("delta"), choice.path("logprobs"));
                reason(choice);
            }
        });
    }

    /// Takes a whole chat completion, or response.
    void whole(byte[] json) {
        JsonNode answer = read(json);
        if (Json.text(answer, "object").equals("response")) {
            passed().whole(answer);
            return;
        }
        JsonNode choice = answer.path("choices").path(0);
        delta(choice.path("message"), choice.path("logprobs"));
        reason(choice);
    }

    /// The model is done: the last events.
    ///
    /// @param completedAt epoch seconds
    /// @return the response
    public ObjectNode finish(TokenCounts usage, long completedAt) {
        String reason = passed == null ? cutFor() : passed.incomplete();
        String status = reason.isEmpty() ? "completed" : "incomplete";
        if (passed == null && opened == 0 && calls.isEmpty()) {
            content("", Json.array());
        }
        closeAll(status);
        ObjectNode response = draft.object(status, output(), usage, null);
        response.put("completed_at", completedAt);
        if (!reason.isEmpty()) {
            response.putObject("incomplete_details").put("reason", reason);
        }
        events.response("response." + status, response);
        return response;
    }

    private String cutFor() {
        return switch (finishReason) {
            case "length", "max_tokens", "model_length" -> "max_output_tokens";
            case "content_filter", "safety" -> "content_filter";
            default -> "";
        };
    }

    private PassedItems passed() {
        PassedItems known = passed;
        if (known == null) {
            known = new PassedItems(draft.stem(), events);
            passed = known;
        }
        return known;
    }

    /// The answer broke off.
    ///
    /// @param code what clients of the API know the error by
    /// @param usage what it cost until then, if that is known
    /// @return the response, with what had come
    public ObjectNode fail(String code, Fault fault, @Nullable TokenCounts usage, long endedAt) {
        closeAll("incomplete");
        ObjectNode response = draft.object("failed", output(), usage, fault).put("completed_at", endedAt);
        events.error(code, fault.message());
        events.response("response.failed", response);
        return response;
    }

    private void delta(JsonNode delta, JsonNode logprobs) {
        String thought = text(delta.has("reasoning_content") ? delta.get("reasoning_content") : delta.get("reasoning"));
        if (!thought.isEmpty()) {
            reason(thought);
        }
        String said = text(delta.get("content"));
        if (!said.isEmpty()) {
            content(said, logprobs(logprobs.path("content")));
        }
        String refused = text(delta.get("refusal"));
        if (!refused.isEmpty()) {
            message().refuse(refused);
        }
        JsonNode made = delta.path("tool_calls");
        for (int i = 0; i < made.size(); i++) {
            call(
                    made.get(i).path("index").asInt(i),
                    made.get(i).path("id").asText(""),
                    made.get(i).path("function"));
        }
        if (delta.path("function_call").isObject()) {
            call(0, "", delta.get("function_call"));
        }
    }

    private void reason(JsonNode choice) {
        if (choice.path("finish_reason").isTextual()) {
            finishReason = choice.get("finish_reason").textValue();
        }
    }

    private void reason(String thought) {
        OutputItem.Reasoning open = reasoning;
        if (open == null) {
            closeMessage("completed");
            open = new OutputItem.Reasoning(events, id("rs"), opened++, draft.wantsSummary());
            reasoning = open;
        }
        open.append(thought);
    }

    private void content(String said, ArrayNode logprobs) {
        message().append(said, logprobs);
    }

    private OutputItem.Message message() {
        OutputItem.Message open = message;
        if (open == null) {
            closeReasoning("completed");
            open = new OutputItem.Message(events, id("msg"), opened++);
            message = open;
        }
        return open;
    }

    private void call(int number, String id, JsonNode function) {
        closeReasoning("completed");
        closeMessage("completed");
        Pending call = calls.computeIfAbsent(number, first -> new Pending());
        call.id = call.id.isEmpty() ? id : call.id;
        String arguments = function.path("arguments").isContainerNode()
                ? function.get("arguments").toString()
                : function.path("arguments").asText("");
        OutputItem.Call item = call.item;
        if (item == null) {
            call.name += function.path("name").asText("");
            call.early.append(arguments);
            if (!call.name.isEmpty()) {
                open(call);
            }
        } else {
            item.append(arguments);
        }
    }

    private OutputItem.Call open(Pending call) {
        call.index = opened++;
        String itemId = "fc_" + draft.stem() + call.index;
        String callId = call.id.isEmpty() ? "call_" + draft.stem() + call.index : call.id;
        boolean custom = ChatTools.isCustom(draft.request().body(), call.name);
        OutputItem.Call item = new OutputItem.Call(
                events,
                new Place(custom ? "ctc_" + draft.stem() + call.index : itemId, call.index, 0),
                callId,
                call.name,
                custom);
        call.item = item;
        item.append(call.early.toString());
        return item;
    }

    private void closeAll(String status) {
        closeReasoning(status);
        closeMessage(status);
        for (Pending call : calls.values()) {
            OutputItem.Call item = call.item == null ? open(call) : call.item;
            put(call.index, item.close(status));
        }
        calls.clear();
    }

    private void closeReasoning(String status) {
        OutputItem.Reasoning open = reasoning;
        if (open != null) {
            done.add(open.close(status));
            reasoning = null;
        }
    }

    private void closeMessage(String status) {
        OutputItem.Message open = message;
        if (open != null) {
            done.add(open.close(status));
            message = null;
        }
    }

    /// Calls close last, and stand where they were opened.
    private void put(int index, ObjectNode item) {
        done.add(Math.min(index, done.size()), item);
    }

    private ArrayNode output() {
        return passed == null ? Json.array().addAll(done) : passed.output();
    }

    private String id(String prefix) {
        return prefix + "_" + draft.stem() + opened;
    }

    private static String text(@Nullable JsonNode content) {
        if (content == null || content.isTextual() || !content.isArray()) {
            return content != null && content.isTextual() ? content.textValue() : "";
        }
        StringBuilder text = new StringBuilder();
        content.forEach(part -> text.append(Json.text(part, "text")));
        return text.toString();
    }

    /// Clients want the bytes of each token; not every server says them.
    private static ArrayNode logprobs(JsonNode tokens) {
        ArrayNode made = Json.array();
        for (JsonNode token : tokens) {
            ObjectNode one = logprob(token);
            ArrayNode top = one.putArray("top_logprobs");
            token.path("top_logprobs").forEach(other -> top.add(logprob(other)));
            made.add(one);
        }
        return made;
    }

    private static ObjectNode logprob(JsonNode token) {
        ObjectNode one = Json.object().put("token", Json.text(token, "token"));
        if (token.path("bytes").isArray()) {
            one.set("bytes", token.get("bytes"));
        } else {
            ArrayNode bytes = one.putArray("bytes");
            for (byte b : Json.text(token, "token").getBytes(StandardCharsets.UTF_8)) {
                bytes.add(b & 0xff);
            }
        }
        one.set("logprob", token.path("logprob"));
        return one;
    }

    private static JsonNode read(byte[] json) {
        try {
            JsonNode tree = Json.lenient().readTree(json);
            return tree == null ? Json.object() : tree;
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("not JSON: " + e.getOriginalMessage(), e);
        } catch (IOException e) {
            throw new IllegalStateException("an array cannot fail to be read", e);
        }
    }
}
