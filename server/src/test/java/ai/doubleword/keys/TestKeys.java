package ai.doubleword.keys;

import ai.doubleword.accounts.Accounts;
import ai.doubleword.accounts.User;
import ai.doubleword.accounts.UserRole;
import jakarta.inject.Singleton;
import java.net.URI;
import java.util.List;
import java.util.Set;
import java.util.UUID;

/// New users with a platform key each, for tests of management that stand outside of this package.
@Singleton
public class TestKeys {
    private final Accounts accounts;
    private final Keys keys;

    TestKeys(Accounts accounts, Keys keys) {
        this.accounts = accounts;
        this.keys = keys;
    }

    /// Speaks as a new administrator, with every right.
    public Http administrator(URI server) {
        return new Http(server, key(newUser(UserRole.ADMINISTRATOR), KeyType.PLATFORM, KeyRules.ALL_RIGHTS));
    }

    /// Speaks as a new user, with the usual rights.
    public Http user(URI server) {
        return new Http(server, key(newUser(UserRole.USER), KeyType.PLATFORM, Set.of()));
    }

    /// Speaks as this user in an account, with the usual rights of their role there.
    public Http as(URI server, User user, long account) {
        return new Http(server, key(user, account, KeyType.PLATFORM, Set.of()));
    }

    /// Manages the platform as this administrator.
    public Http administering(URI server, User user) {
        return new Http(server, key(user, KeyType.PLATFORM, Set.of("admin")));
    }

    /// Calls models as this user in an account.
    public Http calling(URI server, User user, long account) {
        return new Http(server, key(user, account, KeyType.INFERENCE, Set.of()));
    }

    /// An inference key of this user's own account.
    public String inferenceKey(User user) {
        return key(user, KeyType.INFERENCE, Set.of());
    }

    /// Speaks with the inference key of a new user.
    public Http caller(URI server) {
        return new Http(server, inferenceKey());
    }

    /// An inference key of a new user.
    public String inferenceKey() {
        return key(newUser(UserRole.USER), KeyType.INFERENCE, Set.of());
    }

    /// A new user.
    public User newUser() {
        return newUser(UserRole.USER);
    }

    private User newUser(UserRole role) {
        String name = "u-" + UUID.randomUUID();
        return accounts.createUser(name, name + "@example.com", role);
    }

    private String key(User user, KeyType type, Set<String> rights) {
        return key(user, user.account(), type, rights);
    }

    private String key(User user, long account, KeyType type, Set<String> rights) {
        KeyTerms terms =
                KeyTerms.named("test").withScopes(new KeyScopes(Set.of(), List.of(), Set.of(), List.of(), rights));
        return keys.issue(account, user.id(), type, terms, KeyRules.ALL_RIGHTS)
                .text()
                .revealText();
    }
}
