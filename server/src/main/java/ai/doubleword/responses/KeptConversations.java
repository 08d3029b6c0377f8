package ai.doubleword.responses;

import ai.doubleword.accounts.OrganizationEnded;
import ai.doubleword.accounts.PersonalData;
import ai.doubleword.accounts.User;
import jakarta.inject.Singleton;
import java.util.Map;
import org.jdbi.v3.core.Handle;

/// Conversations: payloads, sealed. They have no end of their own, so that they go with the user whose account they are
/// in, or with the organization.
@Singleton
final class KeptConversations implements PersonalData, OrganizationEnded {
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

    @Override
    public void ended(Handle transaction, long account) {
        ConversationStore.forget(transaction, account);
    }

    @Override
    public String ending(Handle handle, long account) {
        long kept = ConversationStore.count(handle, account);
        return kept == 0 ? "" : kept + (kept == 1 ? " conversation" : " conversations");
    }
}
