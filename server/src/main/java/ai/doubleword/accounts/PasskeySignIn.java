package ai.doubleword.accounts;

import ai.doubleword.platform.AuditEvent;
import ai.doubleword.platform.AuditTrail;
import ai.doubleword.platform.Database;
import ai.doubleword.platform.ErrorCode;
import ai.doubleword.platform.Ids;
import ai.doubleword.platform.ProblemException;
import com.webauthn4j.data.AuthenticationData;
import jakarta.inject.Singleton;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;
import java.util.OptionalLong;
import org.jdbi.v3.core.Handle;

/// Signing in with a passkey, without an address: the authenticator knows whose it is. It has verified its user,
/// so no second factor is asked for (S-15). Blocking, thread-safe.
@Singleton
final class PasskeySignIn {
    private static final String CHALLENGE = "passkey challenge";
    private static final int FREE_CHALLENGES = 60;

    private final Database database;
    private final PasskeyVerifier verifier;
    private final PasskeyChallenges challenges;
    private final Sessions sessions;
    private final Throttle throttle;
    private final AuditTrail audit;

    PasskeySignIn(
            Database database,
            PasskeyVerifier verifier,
            PasskeyChallenges challenges,
            Sessions sessions,
            Throttle throttle,
            AuditTrail audit) {
        this.database = database;
        this.verifier = verifier;
        this.challenges = challenges;
        this.sessions = sessions;
        this.throttle = throttle;
        this.audit = audit;
    }

    /// A challenge for whoever wants to sign in. Each is a row in the database, so they are counted.
    ///
    /// @param client where it is asked for
    /// @throws ProblemException `too_many_attempts`
    byte[] challenge(String client) {
        throttle.count(CHALLENGE, Throttle.network(client), FREE_CHALLENGES);
        return challenges.make(OptionalLong.empty());
    }

    /// A challenge for who is signed in, for [#confirm].
    byte[] challenge(Session session) {
        return challenges.make(OptionalLong.of(session.user()));
    }

    /// @param answer the browser's JSON
    /// @throws ProblemException `sign_in_refused`, `too_many_attempts`
    Sessions.Opened signIn(String answer, Sessions.Place place) {
        Sessions.Opened opened = use(
                answer,
                place,
                OptionalLong.empty(),
                (handle, user) -> sessions.open(handle, user, SignInMethod.PASSKEY, place));
        throttle.takeBack(CHALLENGE, Throttle.network(place.address()));
        return opened;
    }

    /// Proves who is signed in by a passkey of the user.
    ///
    /// @param answer the browser's JSON
    /// @return the session, proved
    /// @throws ProblemException as [#signIn]
    Session confirm(Session session, String answer, Sessions.Place place) {
        return use(
                answer,
                place,
                OptionalLong.of(session.user()),
                (handle, user) -> sessions.prove(handle, session, SignInMethod.PASSKEY));
    }

    /// What a right answer leads to.
    @FunctionalInterface
    private interface Then<T> {
        T done(Handle transaction, long user);
    }

    /// @param asked who was asked; empty for anybody
    private <T> T use(String answer, Sessions.Place place, OptionalLong asked, Then<T> then) {
        AuthenticationData data = verifier.readAuthentication(answer).orElseThrow(PasskeySignIn::refused);
        String subject = "passkey " + HexFormat.of().formatHex(PasskeyVerifier.credentialId(data));
        throttle.attempt(subject, place.address());
        byte[] challenge = PasskeyVerifier.challenge(data.getCollectedClientData());
        // The challenge is used up, and a refusal audited, whatever the answer is worth.
        Optional<T> done = database.engine()
                .inTransaction(handle -> check(handle, data, challenge, asked).map(user -> then.done(handle, user)));
        T result = done.orElseThrow(PasskeySignIn::refused);
        throttle.succeeded(subject, place.address());
        return result;
    }

    private Optional<Long> check(Handle handle, AuthenticationData data, byte[] challenge, OptionalLong asked) {
        boolean answered = challenges.take(handle, challenge, asked);
        Optional<PasskeyStore.Stored> passkey = PasskeyStore.find(handle, PasskeyVerifier.credentialId(data));
        boolean right = answered
                && passkey.filter(known -> asked.isEmpty() || asked.getAsLong() == known.user())
                        .filter(known -> Arrays.equals(PasskeyVerifier.userHandle(data), handle(known.user())))
                        .flatMap(known -> verifier.verify(data, known, challenge)
                                .filter(use -> PasskeyStore.used(handle, known.id(), use) == 1))
                        .isPresent();
        if (!right) {
            String subject =
                    passkey.map(known -> Ids.format(Passkey.PREFIX, known.id())).orElse("");
            audit.record(handle, AuditEvent.of("sign_in.refused", 0, subject));
            return Optional.empty();
        }
        return passkey.map(PasskeyStore.Stored::user);
    }

    /// What an authenticator knows a user by: the id, which tells nothing about the person.
    static byte[] handle(long user) {
        return ByteBuffer.allocate(Long.BYTES).putLong(user).array();
    }

    private static ProblemException refused() {
        return new ProblemException(
                ErrorCode.SIGN_IN_REFUSED, "This passkey does not sign in here, or it took too long. Try again.");
    }
}
