package ai.doubleword.responses;

import ai.doubleword.platform.Ids;
import ai.doubleword.translation.ResponsesRequest;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.OptionalLong;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// A response with the request that it answers.
///
/// @param id outside it is `resp_` and eleven digits
/// @param request as the client wrote it
/// @param response as it stands
/// @param bytes that both take where they are kept, about
/// @param call id of the request in usage that made it; 0 while there is none
/// @param events of the run that made it, where that was streamed in the background
record StoredResponse(
        long id,
        ResponsesRequest request,
        ObjectNode response,
        int bytes,
        long call,
        @Nullable EventLog events) {
    static final String PREFIX = "resp";

    private static final Set<String> OPEN = Set.of("queued", "in_progress");

    /// One that was answered while its client waited.
    StoredResponse(long id, ResponsesRequest request, ObjectNode response, int bytes) {
        this(id, request, response, bytes, id, null);
    }

    /// Whether it has not ended.
    boolean open() {
        return OPEN.contains(response.path("status").asText());
    }

    static String name(long id) {
        return Ids.format(PREFIX, id);
    }

    static OptionalLong parse(String name) {
        return Ids.parse(PREFIX, name);
    }

    /// As much of a name that a client sent as a message repeats.
    static String shortened(String name) {
        return name.length() <= 40 ? name : name.substring(0, 40) + "…";
    }
}
