package ai.doubleword.accounts;

import ai.doubleword.mail.Outbox;
import ai.doubleword.platform.AuditEvent;
import ai.doubleword.platform.AuditTrail;
import ai.doubleword.platform.Database;
import ai.doubleword.platform.ErrorCode;
import ai.doubleword.platform.Ids;
import ai.doubleword.platform.Problem;
import ai.doubleword.platform.ProblemException;
import com.webauthn4j.data.RegistrationData;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.OptionalLong;
import org.jdbi.v3.core.Handle;

/// The passkeys of users: added, named, removed. Blocking, thread-safe.
@Singleton
final class Passkeys {
    static final int MOST = 20;

    private static final int LONGEST_NAME = 64;

    private final Database database;
    private final PasskeyVerifier verifier;
    private final PasskeyChallenges challenges;
    private final Ids ids;
    private final Outbox outbox;
    private final AuditTrail audit;

    Passkeys(
            Database database,
            PasskeyVerifier verifier,
            PasskeyChallenges challenges,
            Ids ids,
            Outbox outbox,
            AuditTrail audit) {
        this.database = database;
        this.verifier = verifier;
        this.challenges = challenges;
        this.ids = ids;
        this.outbox = outbox;
        this.audit = audit;
    }

    /// The passkeys of a user, the oldest first.
    List<Passkey> list(long user) {
        return database.engine().withHandle(handle -> list(handle, user));
    }

    List<Passkey> list(Handle handle, long user) {
        return PasskeyStore.list(handle, user);
    }

    /// Removes every passkey of a user, in the transaction that gives the reason.
    void forget(Handle transaction, long user) {
        PasskeyStore.deleteOf(transaction, user);
        PasskeyStore.deleteChallengesOf(transaction, user);
    }

    /// What authenticators know the user's passkeys by, so that none makes a second one.
    List<byte[]> credentialIds(long user) {
        return database.engine().withHandle(handle -> PasskeyStore.credentialIds(handle, user));
    }

    byte[] challenge(long user) {
        return challenges.make(OptionalLong.of(user));
    }

    /// Adds the passkey that a browser made.
    ///
    /// @param answer its JSON
    /// @throws ProblemException `invalid_value` for a name that may not be, or an answer that does not hold;
    ///     `conflict` for one passkey too many
    void add(User user, String name, String answer) {
        String called = check(name);
        RegistrationData data = verifier.readRegistration(answer).orElseThrow(Passkeys::refused);
        byte[] challenge = PasskeyVerifier.challenge(data.getCollectedClientData());
        boolean asked = database.engine()
                .inTransaction(handle -> challenges.take(handle, challenge, OptionalLong.of(user.id())));
        if (!asked) {
            throw refused();
        }
        PasskeyVerifier.Registered made = verifier.verify(data, challenge).orElseThrow(Passkeys::refused);
        long id = ids.next();
        Accounts.unlessTaken(
                "This passkey",
                () -> database.engine().inTransaction(handle -> {
                    if (PasskeyStore.list(handle, user.id()).size() >= MOST) {
                        throw new ProblemException(
                                ErrorCode.CONFLICT,
                                "You have " + MOST + " passkeys: remove one before you add another.");
                    }
                    PasskeyStore.insert(handle, id, user.id(), made, called);
                    outbox.put(handle, Letters.notice(user, "The passkey “" + called + "” was added"));
                    audit.record(handle, event("passkey.added", id));
                    return id;
                }));
    }

    /// @throws ProblemException `not_found` if the user has no such passkey, `invalid_value` for a name that may
    ///     not be
    void rename(long user, String id, String name) {
        long passkey = number(id);
        String called = check(name);
        database.engine().useTransaction(handle -> {
            require(PasskeyStore.rename(handle, user, passkey, called));
            audit.record(handle, event("passkey.renamed", passkey));
        });
    }

    /// @throws ProblemException `not_found` if the user has no such passkey
    void remove(User user, String id) {
        long passkey = number(id);
        database.engine().useTransaction(handle -> {
            require(PasskeyStore.delete(handle, user.id(), passkey));
            outbox.put(handle, Letters.notice(user, "A passkey was removed"));
            audit.record(handle, event("passkey.removed", passkey));
        });
    }

    private static String check(String name) {
        String called = name.strip();
        if (called.isEmpty() || called.length() > LONGEST_NAME || called.chars().anyMatch(Character::isISOControl)) {
            throw new ProblemException(Problem.ofParam(
                    ErrorCode.INVALID_VALUE, "name", "A name has 1 to " + LONGEST_NAME + " characters."));
        }
        return called;
    }

    private static long number(String id) {
        return Ids.parse(Passkey.PREFIX, id).orElseThrow(Passkeys::notFound);
    }

    private static void require(int rows) {
        if (rows == 0) {
            throw notFound();
        }
    }

    private static ProblemException notFound() {
        return new ProblemException(ErrorCode.NOT_FOUND, "There is no such passkey.");
    }

    private static ProblemException refused() {
        return new ProblemException(Problem.ofParam(
                ErrorCode.INVALID_VALUE,
                "credential",
                "This passkey could not be checked, or it took too long. Try again."));
    }

    private static AuditEvent event(String kind, long passkey) {
        return AuditEvent.of(kind, 0, Ids.format(Passkey.PREFIX, passkey));
    }
}
