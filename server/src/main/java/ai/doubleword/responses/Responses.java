package ai.doubleword.responses;

import ai.doubleword.keys.Principal;
import jakarta.inject.Singleton;
import java.util.Optional;

/// All responses that a key may see, however they came to be. Blocks; thread-safe.
@Singleton
final class Responses {
    private final StoredResponses stored;

    Responses(StoredResponses stored) {
        this.stored = stored;
    }

    Optional<StoredResponse> find(Principal key, long id) {
        return stored.find(key, id);
    }

    /// @return whether there was one
    boolean delete(Principal key, long id) {
        return stored.delete(key, id);
    }
}
