package ai.doubleword.keys;

import ai.doubleword.platform.ErrorCode;
import ai.doubleword.platform.Problem;
import java.net.InetAddress;
import java.security.MessageDigest;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import javax.crypto.Mac;
import javax.crypto.ShortBufferException;
import org.jspecify.annotations.Nullable;

/// All keys, in memory.
///
/// Invariant: an entry says what PostgreSQL said at [Clocks#ageNanos] ago or later; while that is more than 5 s
/// and no outage explains it, nobody is let in. Threads: checks run on any thread and share only immutable entries
/// in a concurrent map; [RingFeed]'s thread alone changes the map. Cost of a check: one CRC over 51 characters,
/// one hash probe, one HMAC of one block (about a microsecond, on a Mac per thread), and of objects only the
/// 12-character id; a malformed key costs the CRC. A change costs one map write however many keys there are, for
/// what an account or a user contributes stands in a holder that its keys share.
final class KeyRing implements KeyVerifier {
    /// How old the ring may be while PostgreSQL answers.
    static final Duration FRESH = Duration.ofSeconds(5);

    // Above the longest pause between two attempts to connect, below what anybody would call "now".
    private static final Duration OUTAGE_SEEN = Duration.ofSeconds(10);
    private static final Duration USE_GRAIN = Duration.ofSeconds(10);
    private static final int MOST_WAITING = 1_000;

    private static final KeyVerdict MISSING =
            refused(ErrorCode.MISSING_API_KEY, "No API key was sent. Send the header Authorization: Bearer dw_sk_…");
    private static final KeyVerdict MALFORMED = refused(
            ErrorCode.INVALID_API_KEY,
            "This is no API key of this server: its form or checksum is wrong. Copy it again, whole.");
    private static final KeyVerdict UNKNOWN =
            refused(ErrorCode.INVALID_API_KEY, "This API key is unknown here. Check that it belongs to this server.");
    private static final KeyVerdict REVOKED =
            refused(ErrorCode.REVOKED_API_KEY, "This API key was revoked. Make a new one.");
    private static final KeyVerdict EXPIRED = refused(
            ErrorCode.EXPIRED_API_KEY, "This API key has expired, or was replaced by rotation. Use the newer one.");
    private static final KeyVerdict DISABLED =
            refused(ErrorCode.REVOKED_API_KEY, "The user who made this API key is disabled.");
    private static final KeyVerdict ADDRESS = refused(
            ErrorCode.IP_DENIED, "This API key may not be used from your address. Its owner can change the ranges.");
    private static final KeyVerdict STALE = new KeyVerdict.Refused(Problem.retry(
            ErrorCode.NO_CAPACITY,
            "API keys cannot be checked now, for the database cannot be read. Try again in a few seconds.",
            Duration.ofSeconds(2)));

    /// How true the ring is, and the way to make it truer.
    interface Clocks {
        /// How old the ring is, in nanoseconds.
        long ageNanos();

        /// Whether PostgreSQL was out of reach at the last attempt, not longer ago than this.
        boolean outage(Duration recent);

        /// Reads changes that happened before this call; at most twenty times a second, shared by who waits.
        CompletionStage<Boolean> refresh();
    }

    private final ConcurrentHashMap<String, RingEntry> entries = new ConcurrentHashMap<>();
    private final Queue<RingEntry> used = new ConcurrentLinkedQueue<>();
    private final List<Consumer<String>> cutListeners = new CopyOnWriteArrayList<>();
    private final AtomicInteger waiting = new AtomicInteger();
    private final ThreadLocal<Scratch> scratch;
    private final Clock clock;
    private final Clocks clocks;
    private final long leaseNanos;

    /// @param outageLease how long to go on while PostgreSQL cannot be reached
    KeyRing(Peppers peppers, Clock clock, Clocks clocks, Duration outageLease) {
        this.scratch = ThreadLocal.withInitial(() -> new Scratch(peppers));
        this.clock = clock;
        this.clocks = clocks;
        this.leaseNanos = outageLease.toNanos();
    }

    @Override
    public KeyVerdict verify(CharSequence credential, InetAddress client) {
        if (credential.isEmpty()) {
            return MISSING;
        }
        if (KeyFormat.check(credential) == null) {
            return MALFORMED;
        }
        if (!trustworthy()) {
            return STALE;
        }
        RingEntry entry = entries.get(KeyFormat.id(credential));
        return entry == null ? unknown(credential.toString(), client) : judge(entry, credential, client);
    }

    @Override
    public Optional<Principal> acting(String keyId) {
        RingEntry entry = entries.get(keyId);
        return entry == null ? Optional.empty() : Optional.of(entry.verified().principal());
    }

    @Override
    public Runnable onCut(Consumer<String> keyId) {
        cutListeners.add(keyId);
        return () -> cutListeners.remove(keyId);
    }

    @Override
    public void used(Principal principal, InetAddress client, String model) {
        RingEntry entry = entries.get(principal.keyId());
        if (entry != null && !entry.usedSince(clock.millis() - USE_GRAIN.toMillis())) {
            noteUse(entry, new ApiKey.LastUse(clock.instant(), client.getHostAddress(), model));
        }
    }

    /// Keeps a use until it is taken to be written down.
    void noteUse(RingEntry entry, ApiKey.LastUse use) {
        if (entry.use(use)) {
            used.add(entry);
        }
    }

    /// Whether the ring may be believed: the *fresh* clock, and the *outage* clock where PostgreSQL is gone.
    boolean trustworthy() {
        long age = clocks.ageNanos();
        return age <= FRESH.toNanos() || (age <= leaseNanos && clocks.outage(OUTAGE_SEEN));
    }

    /// How many keys are in memory, ended ones included.
    int size() {
        return entries.size();
    }

    /// Whether a text is the whole of a key that was issued, alive or not.
    boolean genuine(CharSequence credential) {
        if (KeyFormat.check(credential) == null) {
            return false;
        }
        RingEntry entry = entries.get(KeyFormat.id(credential));
        return entry != null && scratch.get().matches(entry.row, credential);
    }

    @Nullable
    RingEntry entry(String id) {
        return entries.get(id);
    }

    /// Puts what PostgreSQL says of a key in force; on the feed's thread.
    ///
    /// @return whether this ended a key that worked
    boolean put(RingEntry entry) {
        RingEntry before = entries.put(entry.row.id(), entry);
        boolean ended = before != null && !before.row.revoked() && entry.row.revoked();
        if (ended && entry.row.cutStreams()) {
            cutListeners.forEach(listener -> listener.accept(entry.row.id()));
        }
        return ended;
    }

    /// Forgets a key whose row is gone; on the feed's thread.
    void remove(String id) {
        if (entries.remove(id) != null) {
            cutListeners.forEach(listener -> listener.accept(id));
        }
    }

    /// Forgets keys that a complete load did not see; on the feed's thread.
    void sweep(int generation) {
        entries.values().removeIf(entry -> entry.generation != generation);
    }

    /// Takes the keys that were used since the last call.
    @Nullable
    RingEntry pollUsed() {
        return used.poll();
    }

    private KeyVerdict unknown(String credential, InetAddress client) {
        if (clocks.outage(OUTAGE_SEEN)) {
            return STALE;
        }
        if (waiting.incrementAndGet() > MOST_WAITING) {
            waiting.decrementAndGet();
            return UNKNOWN;
        }
        return new KeyVerdict.Pending(clocks.refresh().thenApply(done -> {
            waiting.decrementAndGet();
            RingEntry entry = entries.get(KeyFormat.id(credential));
            if (entry != null) {
                return judge(entry, credential, client);
            }
            return done ? UNKNOWN : STALE;
        }));
    }

    /// The verdict on a key that nobody shows: what a request with its secret would get.
    KeyVerdict standing(String id, InetAddress client) {
        if (!trustworthy()) {
            return STALE;
        }
        RingEntry entry = entries.get(id);
        if (entry != null) {
            return standing(entry, client);
        }
        return clocks.outage(OUTAGE_SEEN)
                ? STALE
                : new KeyVerdict.Pending(clocks.refresh().thenApply(done -> {
                    RingEntry found = entries.get(id);
                    return found != null ? standing(found, client) : done ? UNKNOWN : STALE;
                }));
    }

    private KeyVerdict judge(RingEntry entry, CharSequence credential, InetAddress client) {
        return scratch.get().matches(entry.row, credential) ? standing(entry, client) : UNKNOWN;
    }

    private KeyVerdict standing(RingEntry entry, InetAddress client) {
        RingEntry.Row row = entry.row;
        if (row.revoked()) {
            return REVOKED;
        }
        if (clock.millis() >= row.expiresAtMillis()) {
            return EXPIRED;
        }
        if (entry.maker.disabled) {
            return DISABLED;
        }
        return allowed(row.scopes(), client) ? entry.verified() : ADDRESS;
    }

    private static boolean allowed(KeyScopes scopes, InetAddress client) {
        if (scopes.addresses().isEmpty()) {
            return true;
        }
        for (int i = 0; i < scopes.addresses().size(); i++) {
            if (scopes.addresses().get(i).contains(client)) {
                return true;
            }
        }
        return false;
    }

    private static KeyVerdict refused(ErrorCode code, String message) {
        return new KeyVerdict.Refused(Problem.of(code, message));
    }

    /// What a thread needs to check a secret without making anything.
    private static final class Scratch {
        private final Peppers peppers;
        private final byte[] secret = new byte[KeyFormat.SECRET_LENGTH];
        private final byte[] hash = new byte[32];
        private @Nullable Mac mac;
        private int pepper;

        Scratch(Peppers peppers) {
            this.peppers = peppers;
        }

        boolean matches(RingEntry.Row row, CharSequence credential) {
            Mac ready = mac;
            if (ready == null || pepper != row.pepper()) {
                ready = peppers.mac(row.pepper());
                mac = ready;
                pepper = row.pepper();
            }
            for (int i = 0; i < secret.length; i++) {
                secret[i] = (byte) credential.charAt(KeyFormat.SECRET_START + i);
            }
            ready.update(secret);
            java.util.Arrays.fill(secret, (byte) 0);
            try {
                ready.doFinal(hash, 0);
            } catch (ShortBufferException e) {
                throw new IllegalStateException(e);
            }
            return MessageDigest.isEqual(hash, row.hmac());
        }
    }
}
