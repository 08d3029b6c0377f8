package ai.doubleword.mail;

import ai.doubleword.platform.Database;
import ai.doubleword.platform.Ids;
import ai.doubleword.platform.PublicAddress;
import ai.doubleword.platform.Secret;
import ai.doubleword.platform.SecretBox;
import io.quarkus.scheduler.Scheduled;
import io.quarkus.scheduler.Scheduled.ConcurrentExecution;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.jboss.logging.Logger;
import org.jdbi.v3.core.ConnectionException;

/// Sends what waits in the outbox, and tries again after a pause that doubles, for a day. Any number of nodes do
/// so at once: each takes a mail for [#LEASE]. One that dies between sending and writing it down has another send
/// the mail again. Thread-safe.
@Singleton
final class MailDelivery {
    static final Duration LEASE = Duration.ofMinutes(5);
    static final Duration FIRST_PAUSE = Duration.ofMinutes(1);
    static final Duration LONGEST_PAUSE = Duration.ofHours(1);
    static final Duration PATIENCE = Duration.ofHours(24);

    /// Mails hold addresses and names: they go when nobody will ask about them any more.
    static final Duration KEPT_FOR = Duration.ofDays(30);

    private static final Logger LOG = Logger.getLogger(MailDelivery.class);

    private final Database database;
    private final Outbox outbox;
    private final SecretBox box;
    private final Carrier carrier;
    private final PublicAddress address;
    private final Clock clock;

    MailDelivery(Database database, Outbox outbox, SecretBox box, Carrier carrier, PublicAddress address, Clock clock) {
        this.database = database;
        this.outbox = outbox;
        this.box = box;
        this.carrier = carrier;
        this.address = address;
        this.clock = clock;
    }

    /// Sends every mail that is due.
    @Scheduled(every = "2s", identity = "mail-delivery", concurrentExecution = ConcurrentExecution.SKIP)
    @RunOnVirtualThread
    void deliver() throws InterruptedException {
        try {
            while (outbox.sends()) {
                Instant now = clock.instant();
                Optional<OutboxStore.Due> due =
                        database.engine().inTransaction(handle -> OutboxStore.take(handle, now, now.plus(LEASE)));
                if (due.isEmpty()) {
                    return;
                }
                deliver(due.get());
            }
        } catch (ConnectionException e) {
            LOG.debugf("Mails wait for the database: %s", e.getMessage());
        }
    }

    @Scheduled(every = "1h", delayed = "3m", identity = "mail-forget")
    @RunOnVirtualThread
    void forget() {
        Instant before = clock.instant().minus(KEPT_FOR);
        database.engine().useHandle(handle -> OutboxStore.deleteEndedBefore(handle, before));
    }

    private void deliver(OutboxStore.Due due) throws InterruptedException {
        Mail mail = due.mail();
        Instant now = clock.instant();
        if (due.linkEnds().filter(ends -> !ends.isAfter(now)).isPresent()) {
            end(mail, Mail.State.FAILED, "Its link stopped working before it could be sent. " + mail.problem());
            return;
        }
        try {
            carrier.carry(MailText.envelope(mail, url(due), address.publicUrl()));
            end(mail, Mail.State.SENT, "");
        } catch (Carrier.RefusedException e) {
            end(mail, Mail.State.FAILED, reason(e));
        } catch (IOException e) {
            if (now.isAfter(mail.created().plus(PATIENCE))) {
                end(mail, Mail.State.FAILED, reason(e));
                return;
            }
            long doubled = FIRST_PAUSE.toSeconds() << Math.min(mail.attempts() - 1, 10);
            Duration pause = Duration.ofSeconds(Math.min(doubled, LONGEST_PAUSE.toSeconds()));
            LOG.warnf(
                    "Mail %s (%s) could not be sent, next try in %d min: %s",
                    Ids.format(Mail.PREFIX, mail.id()), mail.kind(), pause.toMinutes(), reason(e));
            database.engine()
                    .useTransaction(
                            handle -> OutboxStore.postpone(handle, mail.id(), said(reason(e)), now.plus(pause)));
        }
    }

    /// The whole link; empty if the mail leads nowhere.
    private String url(OutboxStore.Due due) {
        byte[] sealed = due.token();
        if (sealed == null) {
            return "";
        }
        try (Secret token = box.open(sealed, "mail", due.mail().id(), "link_token")) {
            return address.publicUrl() + due.mail().linkPath() + token.revealText();
        }
    }

    private void end(Mail mail, Mail.State state, String problem) {
        if (state == Mail.State.FAILED) {
            LOG.warnf("Mail %s (%s) is given up: %s", Ids.format(Mail.PREFIX, mail.id()), mail.kind(), problem);
        }
        Instant now = clock.instant();
        database.engine().useTransaction(handle -> OutboxStore.end(handle, mail.id(), state, said(problem), now));
    }

    private static String reason(IOException failure) {
        return String.valueOf(failure.getMessage());
    }

    private static String said(String problem) {
        return problem.substring(0, Math.min(problem.length(), 500));
    }
}
