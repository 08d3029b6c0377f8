package ai.doubleword.responses;

import ai.doubleword.platform.Ids;
import ai.doubleword.translation.ResponsesRequest;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.OptionalLong;

/// A response with the request that it answers.
///
/// @param id outside it is `resp_` and eleven digits
/// @param request as the client wrote it
/// @param response as it stands
/// @param bytes that both take where they are kept, about
record StoredResponse(long id, ResponsesRequest request, ObjectNode response, int bytes) {
    static final String PREFIX = "resp";

    static String name(long id) {
        return Ids.format(PREFIX, id);
    }

    static OptionalLong parse(String name) {
        return Ids.parse(PREFIX, name);
    }
}
