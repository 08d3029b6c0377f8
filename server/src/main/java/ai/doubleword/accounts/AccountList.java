package ai.doubleword.accounts;

import ai.doubleword.platform.Database;
import jakarta.inject.Singleton;
import java.util.List;

/// All accounts, for administrators. Blocking, thread-safe.
@Singleton
public final class AccountList {
    private final Database database;

    AccountList(Database database) {
        this.database = database;
    }

    /// Which accounts; empty texts mean any.
    ///
    /// @param kind `personal` or `organization`
    /// @param search part of a name, slug or address
    /// @param group the name of a group that they are in
    public record Query(String kind, String search, String group, int skip, int limit) {}

    /// Some of the accounts, by name.
    ///
    /// @param total how many the query leaves
    public record Page(List<ListedAccount> accounts, long total) {}

    /// The names of all groups.
    public List<String> groups() {
        return database.engine().withHandle(AccountListStore::groups);
    }

    public Page page(Query query) {
        return database.engine()
                .withHandle(handle ->
                        new Page(AccountListStore.page(handle, query), AccountListStore.count(handle, query)));
    }
}
