package ai.doubleword.translation;

import ai.doubleword.platform.Problem;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;

/// A call of chat completions to a model that serves Responses alone: the request there, the answer back. Streams come
/// back by [ChatStream]. Stateless.
public final class ChatCall {
    private ChatCall() {}

    /// What a translation came to.
    public sealed interface Translation {
        /// @param body a request of Responses
        @SuppressWarnings("ArrayRecordComponent") // made once, then only read
        record Good(byte[] body) implements Translation {}

        record Refused(Problem problem) implements Translation {}
    }

    /// @param chat a request of chat completions
    /// @return its body, or what such a model cannot do
    public static Translation toResponses(byte[] chat) {
        try {
            return new Translation.Good(Json.bytes(ResponsesBody.of(chat)));
        } catch (Refusal refusal) {
            return new Translation.Refused(refusal.problem());
        }
    }

    /// A whole response as a chat completion; one that failed as an error.
    ///
    /// @throws IllegalArgumentException if it is no response
    public static byte[] completion(byte[] response) {
        JsonNode read = read(response);
        if (!read.path("output").isArray() || Json.text(read, "status").equals("failed")) {
            return Json.bytes(ChatAnswer.error(read));
        }
        return Json.bytes(ChatAnswer.of((ObjectNode) read));
    }

    static JsonNode read(byte[] json) {
        try {
            if (Json.lenient().readTree(json) instanceof ObjectNode object) {
                return object;
            }
        } catch (IOException e) {
            throw new IllegalArgumentException("not JSON: " + e.getMessage(), e);
        }
        throw new IllegalArgumentException("not a JSON object");
    }
}
