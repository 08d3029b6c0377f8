package ai.doubleword.audit;

import ai.doubleword.accounts.PersonalData;
import ai.doubleword.accounts.User;
import jakarta.inject.Singleton;
import java.util.List;
import org.jdbi.v3.core.Handle;

/// What the audit log says that a user did.
@Singleton
final class AuditExport implements PersonalData {
    private static final int MOST = 10_000;

    @Override
    public String section() {
        return "audit";
    }

    @Override
    public List<AuditView> export(Handle handle, User user) {
        return AuditStore.newestOfActor(handle, user.id(), MOST).stream()
                .map(AuditView::of)
                .toList();
    }

    /// The log is never changed: its rows know the user by id alone.
    @Override
    public void erase(Handle transaction, User user) {}
}
