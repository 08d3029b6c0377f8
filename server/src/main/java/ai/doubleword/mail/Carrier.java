package ai.doubleword.mail;

import java.io.IOException;

/// What takes a mail to its recipient. Blocks.
interface Carrier {
    /// @throws RefusedException if trying again is of no use
    /// @throws IOException if it may be
    void carry(Envelope envelope) throws IOException, InterruptedException;

    /// A mail as it goes out, its link whole.
    record Envelope(String recipient, String subject, String text, String html) {}

    /// The mail server does not take this mail, now or later.
    final class RefusedException extends IOException {
        private static final long serialVersionUID = 1L;

        RefusedException(String message, Throwable cause) {
            super(message, cause);
        }
    }
}
