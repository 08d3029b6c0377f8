package ai.doubleword.mail;

import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// A mail in the outbox, without the secret of its link.
///
/// @param id outside the database `mail_…`
/// @param kind as in [Letter]
/// @param body its paragraphs, with an empty line between them
/// @param linkLabel empty if it leads nowhere
/// @param attempts how often it was tried to send
/// @param problem what the mail server said last; empty if nothing was wrong
/// @param ended when it was sent, given up, or kept
public record Mail(
        long id,
        String kind,
        String topic,
        String recipient,
        String subject,
        String body,
        String linkLabel,
        String linkPath,
        State state,
        int attempts,
        String problem,
        Instant created,
        Optional<Instant> ended) {
    public static final String PREFIX = "mail";

    static final String BREAK = "\n\n";

    /// What became of it.
    public enum State {
        /// To be sent, or tried again.
        WAITING,
        SENT,
        /// The mail server refused it for good, or its time is over.
        FAILED,
        /// There was no mail server.
        KEPT;

        /// The value in the database: the name in lower case.
        public String wire() {
            return name().toLowerCase(Locale.ROOT);
        }

        static State of(String wire) {
            return valueOf(wire.toUpperCase(Locale.ROOT));
        }
    }

    public List<String> paragraphs() {
        return Arrays.asList(body.split(BREAK));
    }
}
