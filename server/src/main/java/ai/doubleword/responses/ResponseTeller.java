package ai.doubleword.responses;

import ai.doubleword.keys.Principal;
import ai.doubleword.translation.ResponseReplay;
import com.fasterxml.jackson.databind.node.ObjectNode;
import jakarta.inject.Singleton;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;

/// Tells a response as events from any of them on: what was, then what comes, until it has ended. Blocks; thread-safe.
@Singleton
final class ResponseTeller {
    private static final byte[] KEEP_ALIVE = ": keep-alive\n\n".getBytes(StandardCharsets.US_ASCII);
    private static final Duration LOOK = Duration.ofSeconds(5);

    private final Responses responses;

    ResponseTeller(Responses responses) {
        this.responses = responses;
    }

    /// Who listens.
    @FunctionalInterface
    interface Listener<X extends Exception> {
        /// @param data whole events or a comment
        /// @return whether it still listens
        boolean hear(byte[] data) throws X;
    }

    /// @param after number of the last event that is known; -1 for none
    <X extends Exception> void tell(Principal key, long id, long after, Listener<X> listener) throws X {
        long told = after;
        while (true) {
            Optional<StoredResponse> now = responses.find(key, id);
            if (now.isEmpty()) {
                return;
            }
            StringBuilder events = new StringBuilder();
            for (ObjectNode event : ResponseReplay.of(now.get().response())) {
                long number = event.path("sequence_number").longValue();
                if (number > told) {
                    events.append("event: ")
                            .append(event.path("type").textValue())
                            .append("\ndata: ")
                            .append(event)
                            .append("\n\n");
                    told = number;
                }
            }
            byte[] data = events.isEmpty() ? KEEP_ALIVE : events.toString().getBytes(StandardCharsets.UTF_8);
            boolean ended = !Set.of("queued", "in_progress")
                    .contains(now.get().response().path("status").asText());
            if ((ended && events.isEmpty()) || !listener.hear(data) || ended) {
                return;
            }
            responses.await(key, id, LOOK);
        }
    }
}
