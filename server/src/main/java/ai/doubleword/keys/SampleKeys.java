package ai.doubleword.keys;

import ai.doubleword.accounts.Caller;
import ai.doubleword.accounts.CurrentSession;
import ai.doubleword.limits.Rates;
import ai.doubleword.platform.AuditEvent;
import ai.doubleword.platform.AuditTrail;
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
import java.util.List;
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
    private final AuditTrail audit;
    private final CurrentSession session;
    private final SecureRandom random;
    private final Clock clock;

    SampleKeys(
            Database database, Keys keys, AuditTrail audit, CurrentSession session, SecureRandom random, Clock clock) {
        this.database = database;
        this.keys = keys;
        this.audit = audit;
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

    /// What a new sample key shall be.
    ///
    /// @param name what lists call it; `sample` if empty
    /// @param lifetime absent for 30 days
    /// @param instead public id of a sample key that ends first; empty for none
    public record Wish(String name, Optional<Duration> lifetime, String instead) {}

    /// The sample keys of which one must end before there can be another; none while there is room.
    public List<ApiKey> crowd(long account) {
        List<ApiKey> working =
                database.inAccount(account, handle -> KeyListStore.samples(handle, account, clock.instant(), 2 * MOST));
        return working.size() < MOST ? List.of() : working;
    }

    /// The key that samples are filled with, made if need be. Each time is audited, for each time somebody gets to
    /// see a key.
    ///
    /// @throws ProblemException `conflict` if the account has [#MOST] already, and none is to end
    public IssuedKey fill(Caller caller, Wish wish) {
        IssuedKey filled = find(caller.account()).orElseGet(() -> make(caller, wish));
        database.inAccount(caller.account(), handle -> {
            audit.record(
                    handle,
                    AuditEvent.of(
                            "key.filled",
                            caller.account(),
                            ApiKey.PREFIX + '_' + filled.key().id()));
            return filled;
        });
        return filled;
    }

    private IssuedKey make(Caller caller, Wish wish) {
        Instant now = clock.instant();
        List<ApiKey> crowd = crowd(caller.account());
        if (crowd.stream().anyMatch(key -> key.id().equals(wish.instead()))) {
            keys.revoke(caller.account(), wish.instead(), null, "made room for another sample key");
            crowd = crowd(caller.account());
        }
        if (!crowd.isEmpty()) {
            throw new ProblemException(
                    ErrorCode.CONFLICT,
                    "This account has " + crowd.size() + " sample keys already. Choose one that ends, then fill.");
        }
        KeyTerms terms = new KeyTerms(
                wish.name().isBlank() ? "sample" : wish.name().strip(),
                "",
                KeyScopes.UNRESTRICTED,
                RATES,
                false,
                Map.of(),
                now.plus(wish.lifetime().orElse(LIFETIME)));
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
