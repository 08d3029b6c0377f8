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

    byte[] challenge() {
        return challenges.make(OptionalLong.empty());
    }

    /// @param answer the browser's JSON
    /// @throws ProblemException `sign_in_refused`, `too_many_attempts`
    Sessions.Opened signIn(String answer, Sessions.Place place) {
        AuthenticationData data = verifier.readAuthentication(answer).orElseThrow(PasskeySignIn::refused);
        String subject = "passkey " + HexFormat.of().formatHex(PasskeyVerifier.credentialId(data));
        throttle.attempt(subject, place.address());
        byte[] challenge = PasskeyVerifier.challenge(data.getCollectedClientData());
        // The challenge is used up, and a refusal audited, whatever the answer is worth.
        Optional<Sessions.Opened> opened =
                database.engine().inTransaction(handle -> check(handle, data, challenge, place));
        Sessions.Opened in = opened.orElseThrow(PasskeySignIn::refused);
        throttle.succeeded(subject, place.address());
        return in;
    }

    private Optional<Sessions.Opened> check(
            Handle handle, AuthenticationData data, byte[] challenge, Sessions.Place place) {
        boolean asked = challenges.take(handle, challenge, OptionalLong.empty());
        Optional<PasskeyStore.Stored> passkey = PasskeyStore.find(handle, PasskeyVerifier.credentialId(data));
        boolean right = asked
                && passkey.filter(known -> Arrays.equals(PasskeyVerifier.userHandle(data), handle(known.user())))
                        .flatMap(known -> verifier.verify(data, known, challenge)
                                .filter(use -> PasskeyStore.used(handle, known.id(), use) == 1))
                        .isPresent();
        if (!right) {
            String subject =
                    passkey.map(known -> Ids.format(Passkey.PREFIX, known.id())).orElse("");
            audit.record(handle, AuditEvent.of("sign_in.refused", 0, subject));
            return Optional.empty();
        }
        return Optional.of(sessions.open(handle, passkey.orElseThrow().user(), SignInMethod.PASSKEY, place));
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
