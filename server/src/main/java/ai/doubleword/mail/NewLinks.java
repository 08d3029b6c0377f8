package ai.doubleword.mail;

import java.net.URI;
import java.util.Optional;

/// Makes another link for what a kind of mail is about, so that an administrator can hand it over where a mail did
/// not arrive. A feature that sends links by mail offers one as a bean.
public interface NewLinks {
    /// Whether this is for mails of that kind.
    boolean makes(String kind);

    /// A new link, which ends the ones before; nothing if what the mail is about is over.
    ///
    /// @param topic as in [Letter#topic]
    Optional<URI> make(String topic);
}
