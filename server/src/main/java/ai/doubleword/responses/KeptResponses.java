package ai.doubleword.responses;

import ai.doubleword.accounts.PersonalData;
import ai.doubleword.accounts.User;
import jakarta.inject.Singleton;
import java.util.Map;
import org.jdbi.v3.core.Handle;

/// Responses that are stored for a user's own account: payloads, sealed.
@Singleton
final class KeptResponses implements PersonalData {
    @Override
    public String section() {
        return "responses";
    }

    @Override
    public Map<String, Long> export(Handle handle, User user) {
        return Map.of("count", ResponseStore.count(handle, user.account()));
    }

    @Override
    public void erase(Handle transaction, User user) {
        ResponseStore.forget(transaction, user.account());
    }
}
