package ai.doubleword.accounts;

import ai.doubleword.platform.AuditEvent;
import ai.doubleword.platform.AuditTrail;
import ai.doubleword.platform.Database;
import ai.doubleword.platform.ErrorCode;
import ai.doubleword.platform.Ids;
import ai.doubleword.platform.ProblemException;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.util.Optional;
import org.jdbi.v3.core.Handle;

/// An invite as who holds its link meets it. Blocking, thread-safe.
@Singleton
final class InviteAnswers {
    private final Database database;
    private final Clock clock;
    private final Accounts accounts;
    private final AuditTrail audit;

    InviteAnswers(Database database, Clock clock, Accounts accounts, AuditTrail audit) {
        this.database = database;
        this.clock = clock;
        this.accounts = accounts;
        this.audit = audit;
    }

    /// The invite that a link stands for, if it still works.
    Optional<Invite> find(String token) {
        return database.engine().withHandle(handle -> find(handle, token));
    }

    /// Makes a user a member.
    ///
    /// @throws ProblemException `not_found` if the link does not work any more, `permission_denied` if it is for
    ///     another address than the user's
    Invite accept(String token, User user) {
        return database.engine().inTransaction(handle -> accept(handle, token, user));
    }

    /// The same, in the transaction that made the user.
    Invite accept(Handle transaction, String token, User user) {
        Invite invite = end(transaction, token, user, "accepted");
        accounts.join(transaction, invite.organization(), user.id(), invite.role(), invite.manageKeys());
        return invite;
    }

    /// Says no to an invite.
    ///
    /// @throws ProblemException as [#accept]
    void decline(String token, User user) {
        database.engine().useTransaction(handle -> {
            Invite invite = end(handle, token, user, "declined");
            audit.record(
                    handle,
                    AuditEvent.of(
                                    "invite.declined",
                                    invite.organization().account(),
                                    Ids.format(Invite.PREFIX, invite.id()))
                            .by(user.id()));
        });
    }

    private Invite end(Handle handle, String token, User user, String how) {
        Invite invite = find(handle, token).orElseThrow(Invites::notFound);
        if (!invite.email().equalsIgnoreCase(user.email())) {
            throw new ProblemException(
                    ErrorCode.PERMISSION_DENIED,
                    "This invite is for another address than yours. Sign in with that one, or ask for an invite.");
        }
        if (InviteStore.end(handle, invite.organization().id(), invite.id(), how, clock.instant()) == 0) {
            throw Invites.notFound();
        }
        return invite;
    }

    private Optional<Invite> find(Handle handle, String token) {
        return InviteStore.byToken(handle, RandomToken.hash(token), clock.instant());
    }
}
