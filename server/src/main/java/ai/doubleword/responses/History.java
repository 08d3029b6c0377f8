package ai.doubleword.responses;

import ai.doubleword.keys.Principal;
import ai.doubleword.platform.ErrorCode;
import ai.doubleword.platform.Problem;
import ai.doubleword.platform.ProblemException;
import ai.doubleword.translation.ResponsesRequest;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import jakarta.inject.Singleton;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;

/// The turns before a request: what was put in and what was answered along `previous_response_id`, or all that stands
/// in its `conversation`, oldest first.
/// Blocks.
@Singleton
final class History {
    private static final String PARAM = "previous_response_id";

    /// As much as a request may have by itself.
    private static final long MOST_BYTES = 32L << 20;

    private final Responses responses;
    private final Conversations conversations;
    private final ResponsesConfig config;

    History(Responses responses, Conversations conversations, ResponsesConfig config) {
        this.responses = responses;
        this.conversations = conversations;
        this.config = config;
    }

    /// @throws ProblemException if one of them is not the key's to see, gone, or not answered
    List<ObjectNode> before(Principal key, ResponsesRequest request) {
        if (request.conversation() != null) {
            return conversations.before(key, request.conversation());
        }
        Viewer viewer = responses.viewer(key);
        Deque<StoredResponse> turns = new ArrayDeque<>();
        Set<Long> seen = new HashSet<>();
        long bytes = 0;
        String previous = request.previous();
        while (previous != null) {
            for (StoredResponse turn : from(viewer, previous)) {
                // Ids are the server's, so a cycle can only come from a damaged table; it must end all the same.
                if (!seen.add(turn.id()) || seen.size() > config.longestChain()) {
                    throw wrong(
                            ErrorCode.INVALID_VALUE,
                            "`previous_response_id` leads back over more than " + config.longestChain()
                                    + " responses; send the conversation as `input`.");
                }
                requireEnded(turn);
                bytes += turn.bytes();
                if (bytes > MOST_BYTES) {
                    throw wrong(
                            ErrorCode.REQUEST_TOO_LARGE,
                            "What `previous_response_id` leads back to is larger than " + MOST_BYTES + " bytes.");
                }
                turns.addFirst(turn);
                previous = turn.request().previous();
            }
        }
        List<ObjectNode> items = new ArrayList<>();
        for (StoredResponse turn : turns) {
            turn.request().input().forEach(item -> items.add((ObjectNode) item));
            turn.response().path("output").forEach(item -> items.add((ObjectNode) item));
        }
        return items;
    }

    /// Those from one on, the latest first: as many as are read at once.
    private List<StoredResponse> from(Viewer viewer, String name) {
        OptionalLong id = StoredResponse.parse(name);
        List<StoredResponse> found = id.isEmpty()
                ? List.of()
                : responses.chain(viewer, id.getAsLong(), config.longestChain() + 1, MOST_BYTES);
        if (found.isEmpty()) {
            throw wrong(
                    ErrorCode.NOT_FOUND,
                    "There is no response '" + StoredResponse.shortened(name)
                            + "': it never was, was deleted, was not stored, or its time is over.");
        }
        return found;
    }

    private static void requireEnded(StoredResponse turn) {
        String name = StoredResponse.name(turn.id());
        JsonNode status = turn.response().path("status");
        if (!Set.of("completed", "incomplete").contains(status.asText())) {
            throw wrong(
                    ErrorCode.INVALID_VALUE,
                    "The response '" + name + "' is " + status.asText()
                            + "; only one that is completed can be gone on from.");
        }
        String conversation = turn.request().conversation();
        if (conversation != null) {
            throw wrong(
                    ErrorCode.INVALID_VALUE,
                    "The response '" + name + "' stands in the conversation '" + StoredResponse.shortened(conversation)
                            + "'; go on there with `conversation`.");
        }
    }

    private static ProblemException wrong(ErrorCode code, String message) {
        return new ProblemException(Problem.ofParam(code, PARAM, message));
    }
}
