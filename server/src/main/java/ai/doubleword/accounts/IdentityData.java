package ai.doubleword.accounts;

import jakarta.inject.Singleton;
import java.util.List;
import org.jdbi.v3.core.Handle;

/// A user's identities at issuers.
@Singleton
final class IdentityData implements PersonalData {
    @Override
    public String section() {
        return "identities";
    }

    @Override
    public List<IdentityStore.Identity> export(Handle handle, User user) {
        return IdentityStore.of(handle, user.id());
    }

    @Override
    public void erase(Handle transaction, User user) {
        IdentityStore.delete(transaction, user.id());
    }
}
