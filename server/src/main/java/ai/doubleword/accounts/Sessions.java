package ai.doubleword.accounts;

import ai.doubleword.platform.AuditEvent;
import ai.doubleword.platform.AuditTrail;
import ai.doubleword.platform.Database;
import ai.doubleword.platform.ErrorCode;
import ai.doubleword.platform.Ids;
import ai.doubleword.platform.ProblemException;
import ai.doubleword.platform.Secret;
import jakarta.inject.Singleton;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jdbi.v3.core.Handle;

/// Signed-in browsers. They live in the database, so that ending one holds on every node at once; a browser holds
/// a random token, of which only the hash is kept (S-02). Blocking, thread-safe.
@Singleton
public final class Sessions {
    /// "Last seen" is written at most this often.
    private static final Duration SEEN_STEP = Duration.ofMinutes(1);

    private final Database database;
    private final Ids ids;
    private final SecureRandom random;
    private final Clock clock;
    private final AccountsConfig.SessionLife life;
    private final AuditTrail audit;

    Sessions(Database database, Ids ids, SecureRandom random, Clock clock, AccountsConfig config, AuditTrail audit) {
        this.database = database;
        this.ids = ids;
        this.random = random;
        this.clock = clock;
        this.life = config.session();
        this.audit = audit;
    }

    /// A session just opened, with its token, which nobody can see again.
    public record Opened(Session session, Secret token) {}

    /// Where a request comes from.
    ///
    /// @param device as [Session#device]
    /// @param address the client's address
    /// @param replaces the session that the browser has until now
    public record Place(String device, String address, Optional<Long> replaces) {}

    /// Opens a session with a new id, in the transaction that proved who the user is.
    public Opened open(Handle transaction, long user, SignInMethod method, Place place) {
        return open(transaction, user, method, place, clock.instant());
    }

    /// As [#open], for who proved it elsewhere.
    ///
    /// @param proven when that was; a time to come counts as now
    Opened open(Handle transaction, long user, SignInMethod method, Place place, Instant proven) {
        Instant now = clock.instant();
        Session session = new Session(
                ids.next(),
                user,
                method,
                place.device(),
                place.address(),
                now,
                now,
                now.plus(life.absolute()),
                proven.isAfter(now) ? now : proven);
        Secret token = RandomToken.make(random);
        SessionStore.deleteDead(transaction, now, now.minus(life.idle()));
        place.replaces().ifPresent(replaced -> SessionStore.deleteReplaced(transaction, replaced));
        SessionStore.insert(transaction, RandomToken.hash(token.revealText()), session);
        SessionStore.userSeen(transaction, user, now);
        audit.record(
                transaction,
                AuditEvent.of("session.opened", 0, name(session.id())).by(user).to(Map.of("method", method.wire())));
        return new Opened(session, token);
    }

    /// The session that a token opens, seen now; nothing for one that ended, timed out, or whose user is disabled.
    public Optional<Session> find(String token, String address) {
        Instant now = clock.instant();
        return database.engine().withHandle(handle -> {
            Optional<Session> found = SessionStore.find(handle, RandomToken.hash(token), now, now.minus(life.idle()));
            found.filter(session -> session.lastSeen().isBefore(now.minus(SEEN_STEP)))
                    .ifPresent(session -> {
                        SessionStore.seen(handle, session.id(), now, address);
                        SessionStore.userSeen(handle, session.user(), now);
                    });
            return found;
        });
    }

    /// Writes down that the user of a session has proved again who is there, in the transaction that found it so.
    ///
    /// @param method by what
    /// @return the session as it is then
    Session prove(Handle transaction, Session session, SignInMethod method) {
        Instant now = clock.instant();
        SessionStore.prove(transaction, session.id(), now);
        audit.record(
                transaction,
                AuditEvent.of("session.confirmed", 0, name(session.id())).to(Map.of("method", method.wire())));
        return session.provenAt(now);
    }

    /// Which of these sessions live; asking does not keep them alive.
    public Set<Long> alive(Collection<Long> ids) {
        Instant now = clock.instant();
        return database.engine().withHandle(handle -> SessionStore.alive(handle, ids, now, now.minus(life.idle())));
    }

    /// The living sessions of a user, the one seen last first.
    public List<Session> list(long user) {
        Instant now = clock.instant();
        return database.engine().withHandle(handle -> SessionStore.list(handle, user, now, now.minus(life.idle())));
    }

    /// Signs one browser of a user out, at once and everywhere.
    ///
    /// @throws ProblemException `not_found` if the user has no such session
    public void end(long user, long session) {
        database.engine().useTransaction(handle -> {
            if (SessionStore.delete(handle, user, session) == 0) {
                throw new ProblemException(ErrorCode.NOT_FOUND, "There is no such session.");
            }
            audit.record(handle, AuditEvent.of("session.ended", 0, name(session)));
        });
    }

    /// Signs all browsers of a user out but one.
    ///
    /// @return how many
    public int endOthers(long user, long kept) {
        return database.engine().inTransaction(handle -> {
            int ended = SessionStore.deleteExcept(handle, user, kept);
            audit.record(
                    handle,
                    AuditEvent.of("sessions.ended", 0, Ids.format(User.PREFIX, user))
                            .to(Map.of("ended", ended)));
            return ended;
        });
    }

    /// Signs all browsers of a user out, in the transaction that gives the reason.
    void endAll(Handle transaction, long user) {
        SessionStore.deleteExcept(transaction, user, 0);
    }

    private static String name(long session) {
        return Ids.format(Session.PREFIX, session);
    }
}
