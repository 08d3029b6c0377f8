package ai.doubleword.accounts;

import ai.doubleword.platform.Database;
import ai.doubleword.platform.Ids;
import java.util.List;
import java.util.UUID;

/// Users and accounts for tests that run without the frame.
public final class TestAccounts {
    private final Accounts accounts;

    public TestAccounts(Database database, Ids ids, List<MemberLeft> departures) {
        this.accounts = new Accounts(database, ids, departures, (transaction, event) -> {});
    }

    public Accounts service() {
        return accounts;
    }

    /// A new user with a personal account.
    public User user() {
        String name = "u-" + UUID.randomUUID();
        return accounts.createUser(name, name + "@example.com", UserRole.USER);
    }
}
