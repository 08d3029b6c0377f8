package ai.doubleword.mail;

import ai.doubleword.platform.Secret;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/// A mail to one person.
///
/// @param kind what sort of mail it is, as `invite`
/// @param topic what it is about, by its id as users see it
/// @param recipient the address
/// @param subject one line; line breaks in it become spaces
/// @param paragraphs what it says, without secrets
/// @param link where it leads
public record Letter(
        String kind, String topic, String recipient, String subject, List<String> paragraphs, Optional<Link> link) {
    public Letter {
        subject = subject.replaceAll("\\p{Cntrl}+", " ");
        paragraphs = List.copyOf(paragraphs);
    }

    /// A link with a secret in it, which nobody but the recipient sees.
    ///
    /// @param label what following it does, as a button says it
    /// @param path on this server, up to the token: `/invite/`
    /// @param ends when it stops working; the mail is not sent after that
    public record Link(String label, String path, Secret token, Instant ends) {}

    /// A mail that leads nowhere.
    public static Letter notice(String kind, String topic, String recipient, String subject, String... paragraphs) {
        return new Letter(kind, topic, recipient, subject, List.of(paragraphs), Optional.empty());
    }
}
