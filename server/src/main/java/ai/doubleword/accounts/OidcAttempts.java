package ai.doubleword.accounts;

import ai.doubleword.platform.Database;
import ai.doubleword.platform.Secret;
import jakarta.inject.Singleton;
import java.nio.charset.StandardCharsets;
import java.security.InvalidKeyException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Optional;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/// Sign-ins under way at issuers. A browser that begins one gets a cookie; state, nonce and verifier follow from
/// the cookie, so that only this browser can finish it and a dump of the database helps nobody. Each is finished
/// once, within ten minutes. Blocking, thread-safe.
@Singleton
final class OidcAttempts {
    static final Duration LIFETIME = Duration.ofMinutes(10);

    private static final String ALGORITHM = "HmacSHA256";

    private final Database database;
    private final SecureRandom random;
    private final Clock clock;

    OidcAttempts(Database database, SecureRandom random, Clock clock) {
        this.database = database;
        this.random = random;
        this.clock = clock;
    }

    /// An attempt just begun.
    ///
    /// @param cookie for the browser
    record Begun(Secret cookie, OidcClient.Bond bond) {}

    /// @param issuer its name in the configuration
    /// @param path where to go after signing in
    Begun begin(String issuer, String path) {
        Secret cookie = RandomToken.make(random);
        OidcClient.Bond bond = bond(cookie.revealText());
        Instant now = clock.instant();
        database.engine().useTransaction(handle -> {
            OidcAttemptStore.deleteExpired(handle, now);
            OidcAttemptStore.insert(handle, RandomToken.hash(bond.state()), issuer, path, now.plus(LIFETIME));
        });
        return new Begun(cookie, bond);
    }

    /// An attempt that a browser comes back from.
    ///
    /// @param path where to go then
    record Finished(OidcClient.Bond bond, String path) {}

    /// Uses an attempt up.
    ///
    /// @param cookie that the browser holds
    /// @param state that it brings back
    /// @return nothing if this browser did not begin it, if it was finished before, is too old, or was begun at
    ///     another issuer
    Optional<Finished> finish(String issuer, String cookie, String state) {
        OidcClient.Bond bond = bond(cookie);
        if (!MessageDigest.isEqual(
                bond.state().getBytes(StandardCharsets.UTF_8), state.getBytes(StandardCharsets.UTF_8))) {
            return Optional.empty();
        }
        return database.engine()
                .withHandle(handle -> OidcAttemptStore.use(handle, RandomToken.hash(state), issuer, clock.instant()))
                .map(path -> new Finished(bond, path));
    }

    private static OidcClient.Bond bond(String cookie) {
        return new OidcClient.Bond(
                derive(cookie, "oidc state"), derive(cookie, "oidc nonce"), derive(cookie, "oidc verifier"));
    }

    private static String derive(String cookie, String purpose) {
        try {
            Mac mac = Mac.getInstance(ALGORITHM);
            mac.init(new SecretKeySpec(cookie.getBytes(StandardCharsets.UTF_8), ALGORITHM));
            return Base64.getUrlEncoder()
                    .withoutPadding()
                    .encodeToString(mac.doFinal(purpose.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException | InvalidKeyException e) {
            throw new IllegalStateException(ALGORITHM + " is in every JDK", e);
        }
    }
}
