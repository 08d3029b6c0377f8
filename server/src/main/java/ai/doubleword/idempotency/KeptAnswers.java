package ai.doubleword.idempotency;

import ai.doubleword.accounts.PersonalData;
import ai.doubleword.accounts.User;
import jakarta.inject.Singleton;
import java.util.Map;
import org.jdbi.v3.core.Handle;

/// Answers that are kept for the repetition of a request: payloads, sealed, of a day at most.
@Singleton
final class KeptAnswers implements PersonalData {
    @Override
    public String section() {
        return "kept_answers";
    }

    @Override
    public Map<String, Long> export(Handle handle, User user) {
        return Map.of("count", IdempotencyStore.count(handle, user.account()));
    }

    @Override
    public void erase(Handle transaction, User user) {
        IdempotencyStore.forget(transaction, user.account());
    }
}
