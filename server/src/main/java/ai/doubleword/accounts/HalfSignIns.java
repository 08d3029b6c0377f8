package ai.doubleword.accounts;

import ai.doubleword.platform.Database;
import ai.doubleword.platform.ErrorCode;
import ai.doubleword.platform.ProblemException;
import ai.doubleword.platform.Secret;
import jakarta.inject.Singleton;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import org.jdbi.v3.core.Handle;

/// Sign-ins with the right password that wait for the second factor. A token stands for one, for ten minutes; only its
/// hash is kept (S-02). The right password does not start the count of wrong codes anew (S-15). Blocking, thread-safe.
@Singleton
final class HalfSignIns {
    static final Duration LIFETIME = Duration.ofMinutes(10);

    private final Database database;
    private final SecondFactor factor;
    private final SecondFactorProof proof;
    private final Sessions sessions;
    private final SecureRandom random;
    private final Clock clock;

    HalfSignIns(
            Database database,
            SecondFactor factor,
            SecondFactorProof proof,
            Sessions sessions,
            SecureRandom random,
            Clock clock) {
        this.database = database;
        this.factor = factor;
        this.proof = proof;
        this.sessions = sessions;
        this.random = random;
        this.clock = clock;
    }

    /// Whether a user's password alone does not sign in.
    boolean areNeeded(Handle handle, long user) {
        return factor.isOn(handle, user);
    }

    /// Begins one, in the transaction that proved the password.
    ///
    /// @return the token to go on with
    Secret begin(Handle transaction, long user) {
        Instant now = clock.instant();
        Secret token = RandomToken.make(random);
        SecondFactorStore.deleteDeadHalves(transaction, now);
        SecondFactorStore.insertHalf(transaction, RandomToken.hash(token.revealText()), user, now.plus(LIFETIME));
        return token;
    }

    /// Signs in with a code of the app, or a recovery code.
    ///
    /// @throws ProblemException `sign_in_required` if the token does not work any more, `sign_in_refused` for a
    ///     wrong code, `too_many_attempts`
    Sessions.Opened finish(String token, String code, Sessions.Place place) {
        byte[] hash = RandomToken.hash(token);
        User user = database.engine()
                .withHandle(handle -> SecondFactorStore.half(handle, hash, clock.instant())
                        .flatMap(id -> AccountStore.user(handle, id)))
                .orElseThrow(HalfSignIns::over);
        return proof.signIn(user, code, place, handle -> {
            if (SecondFactorStore.deleteHalf(handle, hash) == 0) {
                throw over();
            }
            return sessions.open(handle, user.id(), SignInMethod.PASSWORD_AND_CODE, place);
        });
    }

    private static ProblemException over() {
        return new ProblemException(ErrorCode.SIGN_IN_REQUIRED, "That took too long. Sign in again.");
    }
}
