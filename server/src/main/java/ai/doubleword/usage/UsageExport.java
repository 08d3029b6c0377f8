package ai.doubleword.usage;

import ai.doubleword.accounts.Accounts;
import ai.doubleword.accounts.PersonalData;
import ai.doubleword.accounts.User;
import jakarta.inject.Singleton;
import java.util.List;
import org.jdbi.v3.core.Handle;

/// What a user has used, by day and model: in the personal account, and by keys of one's own in organizations.
@Singleton
final class UsageExport implements PersonalData {
    private final Accounts accounts;

    UsageExport(Accounts accounts) {
        this.accounts = accounts;
    }

    @Override
    public String section() {
        return "usage";
    }

    @Override
    public List<UsageExportStore.Day> export(Handle handle, User user) {
        List<Long> organizations = accounts.memberships(user.id()).stream()
                .map(membership -> membership.organization().account())
                .toList();
        return UsageExportStore.days(handle, user, organizations);
    }

    /// Usage holds numbers and ids, and bills rest on it.
    @Override
    public void erase(Handle transaction, User user) {}
}
