package ai.doubleword.keys;

import ai.doubleword.accounts.Caller;
import ai.doubleword.accounts.CurrentSession;
import ai.doubleword.limits.Rates;
import ai.doubleword.platform.Database;
import ai.doubleword.platform.ErrorCode;
import ai.doubleword.platform.ProblemException;
import ai.doubleword.platform.Secret;
import jakarta.inject.Singleton;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.jboss.logging.Logger;

/// Keys that a click fills into samples: inference only, 30 days, 60 requests a minute unless somebody says otherwise.
/// All samples of a session share one for each account. Its secret is kept for the session alone, sealed under a key
/// that follows from the session's cookie, of which the server keeps only the hash: a dump of the database opens
/// nothing. A new session makes a new key, and filling never ends an earlier one. Blocking, thread-safe.
@Singleton
public final class SampleKeys {
    /// How many may work at once in an account before somebody must end one.
    public static final int MOST = 10;

    private static final Logger LOG = Logger.getLogger(SampleKeys.class);
    private static final Duration LIFETIME = Duration.ofDays(30);
    private static final Rates RATES = new Rates(60, 0, 0);
    private static final int NONCE_BYTES = 12;
    private static final int TAG_BITS = 128;

    private final Database database;
    private final Keys keys;
    private final CurrentSession session;
    private final SecureRandom random;
    private final Clock clock;

    SampleKeys(Database database, Keys keys, CurrentSession session, SecureRandom random, Clock clock) {
        this.database = database;
        this.keys = keys;
        this.session = session;
        this.random = random;
        this.clock = clock;
    }

    /// The key that this browser's samples are filled with in an account, while it works.
    public Optional<IssuedKey> find(long account) {
        long id = session.get().id();
        return database.inAccount(account, handle -> SampleKeyStore.find(handle, id, account))
                .flatMap(kept -> alive(account, kept));
    }

    /// The same, made if need be.
    ///
    /// @param name what lists call it; `sample` if empty
    /// @param lifetime of a new key; null for 30 days
    /// @throws ProblemException `conflict` if the account has [#MOST] already: end one first
    public IssuedKey fill(Caller caller, String name, Optional<Duration> lifetime) {
        Optional<IssuedKey> known = find(caller.account());
        if (known.isPresent()) {
            return known.get();
        }
        Instant now = clock.instant();
        if (working(caller.account()) >= MOST) {
            throw new ProblemException(
                    ErrorCode.CONFLICT,
                    "This account has " + MOST + " sample keys already. Revoke one on the page API Keys, then fill.");
        }
        KeyTerms terms = new KeyTerms(
                name.isBlank() ? "sample" : name.strip(),
                "",
                KeyScopes.UNRESTRICTED,
                RATES,
                false,
                Map.of(),
                now.plus(lifetime.orElse(LIFETIME)));
        IssuedKey issued = keys.issue(caller.account(), caller.user(), KeyType.INFERENCE, terms, Set.of());
        byte[] kept = seal(issued.text(), caller.account(), issued.key().id());
        database.inAccount(caller.account(), handle -> {
            SampleKeyStore.mark(handle, caller.account(), issued.key().id());
            SampleKeyStore.put(
                    handle,
                    session.get().id(),
                    caller.account(),
                    new SampleKeyStore.Sealed(issued.key().id(), kept));
            return issued;
        });
        LOG.infof("Sample key %s was made", issued.key().id());
        return issued;
    }

    private long working(long account) {
        return database.inAccount(account, handle -> KeyListStore.workingSamples(handle, account, clock.instant()));
    }

    private Optional<IssuedKey> alive(long account, SampleKeyStore.Sealed kept) {
        ApiKey key = database.inAccount(account, handle -> ApiKeyStore.find(handle, account, kept.key))
                .orElse(null);
        return key == null || !key.alive(clock.instant())
                ? Optional.empty()
                : Optional.of(new IssuedKey(key, open(kept.secret, account, kept.key)));
    }

    private byte[] seal(Secret secret, long account, String key) {
        byte[] nonce = new byte[NONCE_BYTES];
        random.nextBytes(nonce);
        byte[] plain = secret.reveal();
        try {
            byte[] kept = cipher(Cipher.ENCRYPT_MODE, nonce, account, key).doFinal(plain);
            return ByteBuffer.allocate(NONCE_BYTES + kept.length)
                    .put(nonce)
                    .put(kept)
                    .array();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java has AES-256-GCM", e);
        } finally {
            Arrays.fill(plain, (byte) 0);
        }
    }

    private Secret open(byte[] kept, long account, String key) {
        byte[] nonce = Arrays.copyOf(kept, NONCE_BYTES);
        try {
            return Secret.of(cipher(Cipher.DECRYPT_MODE, nonce, account, key)
                    .doFinal(kept, NONCE_BYTES, kept.length - NONCE_BYTES));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("a sample key that another session sealed", e);
        }
    }

    /// Bound to the session, the account and the key, so that a row that was moved does not open.
    private Cipher cipher(int mode, byte[] nonce, long account, String key) throws GeneralSecurityException {
        Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
        cipher.init(
                mode, new SecretKeySpec(session.derive("sample key"), "AES"), new GCMParameterSpec(TAG_BITS, nonce));
        cipher.updateAAD(ByteBuffer.allocate(16)
                .putLong(session.get().id())
                .putLong(account)
                .array());
        cipher.updateAAD(key.getBytes(StandardCharsets.US_ASCII));
        return cipher;
    }
}
