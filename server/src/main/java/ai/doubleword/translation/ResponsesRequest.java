package ai.doubleword.translation;

import ai.doubleword.platform.Problem;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// A request of the Responses API whose every known field has its right type.
///
/// @param body as the client wrote it; not to be changed
/// @param model what it is for
/// @param input its own items, each an object; a plain text was made a message of the user
/// @param stream whether events are wanted
/// @param background whether the client does not wait
/// @param store whether the answer is kept for later
/// @param previous the response that it continues
/// @param conversation the conversation that it belongs to
public record ResponsesRequest(
        ObjectNode body,
        String model,
        ArrayNode input,
        boolean stream,
        boolean background,
        boolean store,
        @Nullable String previous,
        @Nullable String conversation) {
    /// Fields that are ours to do, and of no concern to any model.
    static final Set<String> OURS = Set.of(
            "input",
            "previous_response_id",
            "conversation",
            "background",
            "background_options",
            "store",
            "stream",
            "stream_options",
            "metadata");

    /// What reading came to.
    public sealed interface Reading {
        record Good(ResponsesRequest request) implements Reading {}

        record Refused(Problem problem) implements Reading {}
    }

    /// Reads a request and proves the type of each field.
    ///
    /// @return the request, or what is wrong with it and where
    public static Reading read(byte[] json) {
        try {
            return new Reading.Good(RequestReader.read(json));
        } catch (Refusal refusal) {
            return new Reading.Refused(refusal.problem());
        }
    }

    /// A request that was read before, from where it was kept.
    ///
    /// @throws IllegalArgumentException if it never was
    public static ResponsesRequest accepted(JsonNode body) {
        return switch (read(Json.bytes(body))) {
            case Reading.Good(ResponsesRequest request) -> request;
            case Reading.Refused(Problem problem) -> throw new IllegalArgumentException(problem.message());
        };
    }

    /// What is said of how one client waits for one answer, and of the turns before.
    private static final Set<String> OF_ITS_PLACE = Set.of(
            "previous_response_id",
            "conversation",
            "background",
            "background_options",
            "service_tier",
            "store",
            "stream",
            "stream_options");

    /// The same request as it stands alone, as in a line of a batch.
    ///
    /// @param history items of earlier turns, oldest first, which become part of its input
    public ObjectNode alone(List<ObjectNode> history) {
        ObjectNode made = body.deepCopy();
        made.remove(OF_ITS_PLACE);
        if (!history.isEmpty()) {
            made.putArray("input").addAll(history).addAll(input);
        }
        return made;
    }

    /// Whether it says itself whether its answer is kept.
    public boolean saysStore() {
        return Json.has(body, "store");
    }

    /// The same request, saying that nothing is kept.
    public ResponsesRequest unstored() {
        ObjectNode copy = Json.object();
        copy.setAll(body);
        copy.put("store", false);
        return new ResponsesRequest(copy, model, input, stream, background, false, previous, conversation);
    }

    /// The same request for a model that speaks Responses, with the turns before it; the provider is to keep nothing.
    ///
    /// @param history items of earlier turns, oldest first: what was put in and what was answered
    /// @param events whether its events are wanted
    public byte[] asWritten(List<ObjectNode> history, boolean events) {
        return Json.bytes(PassedRequest.of(this, history, events));
    }

    /// What a translation came to.
    public sealed interface Translation {
        /// @param body a request of chat completions, with the usage of a stream asked for
        @SuppressWarnings("ArrayRecordComponent") // made once, then only read
        record Good(byte[] body) implements Translation {}

        record Refused(Problem problem) implements Translation {}
    }

    /// The same request for a model that speaks chat completions.
    ///
    /// @param history items of earlier turns, oldest first: what was put in and what was answered
    /// @return its body, or what such a model cannot do
    public Translation toChat(List<ObjectNode> history) {
        try {
            return new Translation.Good(Json.bytes(ChatRequest.of(this, history)));
        } catch (Refusal refusal) {
            return new Translation.Refused(refusal.problem());
        }
    }
}
