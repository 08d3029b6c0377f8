package ai.doubleword.webhooks;

import java.time.Instant;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;

/// An event and what became of telling an endpoint of it.
///
/// @param event id of the event, outside the database `evt_…`; also the `webhook-id` that receivers see
/// @param body what is sent
/// @param due when it is sent next, while it waits
/// @param last the latest attempt
public record Delivery(
        long webhook,
        long event,
        String type,
        String body,
        State state,
        int attempts,
        Instant created,
        Instant due,
        Optional<Attempt> last) {
    /// The prefix of the ids of events.
    public static final String EVENT = "evt";

    /// What became of it.
    public enum State {
        /// To be sent, or tried again.
        WAITING,
        DELIVERED,
        /// Every attempt failed.
        FAILED,
        /// Its endpoint was disabled before it arrived.
        CANCELLED;

        /// The value on the wire and in the database: the name in lower case.
        public String wire() {
            return name().toLowerCase(Locale.ROOT);
        }

        static State of(String wire) {
            return valueOf(wire.toUpperCase(Locale.ROOT));
        }
    }

    /// One time that it was sent.
    ///
    /// @param no counts from 1
    /// @param millis until the answer, or until there was none to wait for
    /// @param status of the answer; nothing where none came
    /// @param answer the beginning of the answer
    /// @param problem what was wrong; empty if nothing
    public record Attempt(int no, Instant at, int millis, OptionalInt status, String answer, String problem) {
        /// Whether the endpoint took it.
        public boolean arrived() {
            return problem.isEmpty();
        }
    }
}
