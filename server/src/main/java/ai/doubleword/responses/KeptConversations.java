package ai.doubleword.responses;

import ai.doubleword.accounts.PersonalData;
import ai.doubleword.accounts.User;
import jakarta.inject.Singleton;
import java.util.Map;
import org.jdbi.v3.core.Handle;

/// Conversations of a user's own account: payloads, sealed.
@Singleton
final class KeptConversations implements PersonalData {
    @Override
    public String section() {
        return "conversations";
    }

    @Override
    public Map<String, Long> export(Handle handle, User user) {
        return Map.of("count", ConversationStore.count(handle, user.account()));
    }

    @Override
    public void erase(Handle transaction, User user) {
        ConversationStore.forget(transaction, user.account());
    }
}
