package ai.doubleword.accounts;

import ai.doubleword.platform.Database;
import jakarta.inject.Singleton;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.OptionalLong;
import org.jdbi.v3.core.Handle;

/// What an authenticator signs, so that an answer is to a question of now: random, for five minutes, for one
/// answer. Blocking, thread-safe.
@Singleton
final class PasskeyChallenges {
    static final Duration LIFETIME = Duration.ofMinutes(5);

    private static final int BYTES = 32;

    private final Database database;
    private final SecureRandom random;
    private final Clock clock;

    PasskeyChallenges(Database database, SecureRandom random, Clock clock) {
        this.database = database;
        this.random = random;
        this.clock = clock;
    }

    /// @param user who adds a passkey, or proves to be there still; empty for signing in
    byte[] make(OptionalLong user) {
        byte[] challenge = new byte[BYTES];
        random.nextBytes(challenge);
        Instant now = clock.instant();
        database.engine().useTransaction(handle -> {
            PasskeyStore.deleteDeadChallenges(handle, now);
            PasskeyStore.insertChallenge(handle, challenge, user, now.plus(LIFETIME));
        });
        return challenge;
    }

    /// Uses a challenge up.
    ///
    /// @return whether there was one, for the same purpose
    boolean take(Handle handle, byte[] challenge, OptionalLong user) {
        return PasskeyStore.takeChallenge(handle, challenge, user, clock.instant()) == 1;
    }
}
