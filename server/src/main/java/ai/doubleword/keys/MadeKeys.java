package ai.doubleword.keys;

import ai.doubleword.accounts.Accounts;
import ai.doubleword.accounts.Organization;
import ai.doubleword.accounts.PersonalData;
import ai.doubleword.accounts.User;
import ai.doubleword.accounts.UserKeys;
import ai.doubleword.platform.Database;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jdbi.v3.core.Handle;

/// The keys that a user made, in whatever account. Blocking, thread-safe.
@Singleton
final class MadeKeys implements UserKeys, PersonalData {
    private final Database database;
    private final Accounts accounts;
    private final Clock clock;

    MadeKeys(Database database, Accounts accounts, Clock clock) {
        this.database = database;
        this.accounts = accounts;
        this.clock = clock;
    }

    @Override
    public Overview of(long user, int most) {
        Instant now = clock.instant();
        Map<Long, String> owners = new HashMap<>();
        return database.engine()
                .withHandle(handle -> new Overview(
                        MadeKeyStore.newest(handle, user, most).stream()
                                .map(key -> made(key, owners.computeIfAbsent(key.account(), this::owner), now))
                                .toList(),
                        MadeKeyStore.count(handle, user)));
    }

    @Override
    public String section() {
        return "keys";
    }

    @Override
    public List<KeyView> export(Handle handle, User user) {
        return MadeKeyStore.newest(handle, user.id(), Integer.MAX_VALUE).stream()
                .map(key -> KeyView.of(key, clock.instant()))
                .toList();
    }

    /// Ends every key and cuts its streams. What the user called keys of the personal account goes; an organization
    /// keeps the names of its own.
    @Override
    public void erase(Handle transaction, User user) {
        MadeKeyStore.end(transaction, user.id(), user.account(), clock.instant());
        MadeKeyStore.forgetNames(transaction, user.account());
        DeviceLoginStore.forget(transaction, user.id());
    }

    private String owner(long account) {
        return accounts.organizationOfAccount(account).map(Organization::name).orElse("Personal");
    }

    private static Made made(ApiKey key, String owner, Instant now) {
        ApiKey.LastUse use = key.lastUsed();
        return new Made(
                ApiKey.PREFIX + '_' + key.id(),
                key.type().prefix() + key.id(),
                key.terms().name(),
                key.type().name().toLowerCase(Locale.ROOT),
                owner,
                key.alive(now),
                key.created(),
                use == null ? null : use.at());
    }
}
