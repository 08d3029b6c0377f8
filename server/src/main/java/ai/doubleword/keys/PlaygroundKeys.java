package ai.doubleword.keys;

import ai.doubleword.accounts.Caller;
import ai.doubleword.limits.Rates;
import ai.doubleword.platform.Database;
import ai.doubleword.platform.ProblemException;
import jakarta.inject.Singleton;
import java.net.InetAddress;
import java.time.Clock;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.locks.ReentrantLock;

/// As whom the playground calls models: a key like any other, one for each user in each account, so that limits, caps,
/// usage, the request log and revoking work as for a program. Its secret is thrown away when it is made; the session
/// stands in for it. Where it was revoked, the next call makes a new one, which takes the right to make keys. Blocking,
/// thread-safe.
@Singleton
public final class PlaygroundKeys {
    private static final String NAME = "Playground";
    private static final Rates RATES = new Rates(60, 0, 0);

    private final Database database;
    private final Keys keys;
    private final KeyRing ring;
    private final Clock clock;
    private final ReentrantLock making = new ReentrantLock();

    PlaygroundKeys(Database database, Keys keys, KeyRing ring, Clock clock) {
        this.database = database;
        this.keys = keys;
        this.ring = ring;
        this.clock = clock;
    }

    /// The principal for a signed-in user, in the account of the page.
    ///
    /// @param client where the user is, for the key's "last used" and its address ranges
    /// @throws ProblemException as for a call with the key: where the user is disabled or an address is not allowed
    public Principal principal(Caller caller, InetAddress client) {
        return standing(key(caller), client);
    }

    /// The principal of a key, as a call with it would have.
    Principal standing(String key, InetAddress client) {
        KeyVerdict verdict = ring.standing(key, client);
        if (verdict instanceof KeyVerdict.Pending(CompletionStage<KeyVerdict> later)) {
            verdict = later.toCompletableFuture().join();
        }
        return switch (verdict) {
            case KeyVerdict.Verified(Principal principal) -> principal;
            case KeyVerdict.Refused(var problem) -> throw new ProblemException(problem);
            case KeyVerdict.Pending pending -> throw new IllegalStateException("pending twice");
        };
    }

    private String key(Caller caller) {
        Optional<String> known = find(caller);
        if (known.isPresent()) {
            return known.get();
        }
        // Several models are asked at once: only the first call makes a key.
        making.lock();
        try {
            return find(caller).orElseGet(() -> make(caller));
        } finally {
            making.unlock();
        }
    }

    private Optional<String> find(Caller caller) {
        long account = caller.account();
        return database.inAccount(
                account,
                handle -> PlaygroundKeyStore.find(handle, account, caller.user())
                        .flatMap(id -> ApiKeyStore.find(handle, account, id))
                        .filter(key -> key.alive(clock.instant()))
                        .map(ApiKey::id));
    }

    private String make(Caller caller) {
        KeyTerms terms = new KeyTerms(
                NAME, "Calls from the console's playground", KeyScopes.UNRESTRICTED, RATES, true, Map.of(), null);
        String id = keys.issue(caller.account(), caller.user(), KeyType.INFERENCE, terms, Set.of())
                .key()
                .id();
        return database.inAccount(caller.account(), handle -> {
            PlaygroundKeyStore.put(handle, caller.account(), caller.user(), id);
            return id;
        });
    }
}
