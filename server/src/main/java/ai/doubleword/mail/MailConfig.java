package ai.doubleword.mail;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.util.Optional;

/// The server that mails go through.
@ConfigMapping(prefix = "doubleword.mail")
public interface MailConfig {
    /// The SMTP server that mails go through. Without one no mail is sent: the page **Outbox** shows what would
    /// have been, and makes links to hand over.
    Optional<String> host();

    /// Its port. Default 587; servers with `tls: implicit` use 465.
    @WithDefault("587")
    int port();

    /// How the connection is encrypted: by `starttls`, which the server must offer, `implicit`, from its first
    /// byte, or `none`, for a server on this machine.
    @WithDefault("starttls")
    Encryption tls();

    /// The login at the mail server; without one nobody logs in.
    Optional<String> username();

    /// The password of that login.
    Optional<String> password();

    /// Whom mails come from, as `doubleword@example.com` or `Doubleword <doubleword@example.com>`. Default
    /// `doubleword@` and the host of `server.public-url`.
    Optional<String> from();

    /// Ways to encrypt a connection.
    enum Encryption {
        STARTTLS,
        IMPLICIT,
        NONE
    }
}
