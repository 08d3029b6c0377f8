package ai.doubleword.mail;

import ai.doubleword.platform.Database;
import ai.doubleword.platform.Ids;
import ai.doubleword.platform.SecretBox;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jboss.logging.Logger;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/// Where mails wait. A mail is written in the transaction of what it is about: both are there or none. With a mail
/// server it is sent from here, at least once; without one it stays for administrators to see. The secret of its
/// link is sealed until it is sent and kept nowhere after (S-02). Blocking, thread-safe.
@Singleton
public final class Outbox {
    private static final Logger LOG = Logger.getLogger(Outbox.class);

    private final Database database;
    private final SecretBox box;
    private final Ids ids;
    private final Clock clock;
    private final boolean sends;

    Outbox(Database database, SecretBox box, Ids ids, Clock clock, MailConfig config) {
        this.database = database;
        this.box = box;
        this.ids = ids;
        this.clock = clock;
        this.sends = config.host().isPresent();
    }

    /// Whether there is a mail server.
    public boolean sends() {
        return sends;
    }

    /// Adds a mail, in the transaction that gives the reason.
    public void put(Handle transaction, Letter letter) {
        long id = ids.next();
        Instant now = clock.instant();
        Optional<Letter.Link> link = letter.link();
        byte @Nullable [] token =
                sends && link.isPresent() ? box.seal(link.get().token(), "mail", id, "link_token") : null;
        Mail mail = new Mail(
                id,
                letter.kind(),
                letter.topic(),
                letter.recipient(),
                letter.subject(),
                String.join(Mail.BREAK, letter.paragraphs()),
                link.map(Letter.Link::label).orElse(""),
                link.map(Letter.Link::path).orElse(""),
                sends ? Mail.State.WAITING : Mail.State.KEPT,
                0,
                "",
                now,
                sends ? Optional.empty() : Optional.of(now));
        OutboxStore.insert(transaction, mail, token, link.map(Letter.Link::ends));
        if (!sends) {
            LOG.infof(
                    "Mail %s (%s) stays in the outbox: there is no mail server",
                    Ids.format(Mail.PREFIX, id), mail.kind());
        }
    }

    /// The mails before one, the newest first.
    ///
    /// @param before an id; the largest there is for the newest page
    List<Mail> list(long before, int limit) {
        return database.engine().withHandle(handle -> OutboxStore.list(handle, before, limit));
    }

    /// The mails to an address, the newest first.
    public List<Mail> to(Handle handle, String recipient) {
        return OutboxStore.to(handle, recipient);
    }

    /// Forgets the mails to an address, also those that wait.
    public void forget(Handle transaction, String recipient) {
        OutboxStore.deleteTo(transaction, recipient);
    }

    Optional<Mail> find(long id) {
        return database.engine().withHandle(handle -> OutboxStore.find(handle, id));
    }
}
