package ai.doubleword.responses;

import ai.doubleword.keys.Principal;
import ai.doubleword.translation.ResponsesRequest;
import com.fasterxml.jackson.databind.node.ObjectNode;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/// All responses that a key may see: those answered while their client waited, and those of the background. Blocks;
/// thread-safe.
@Singleton
final class Responses {
    private final StoredResponses stored;
    private final BackgroundResponses background;

    Responses(StoredResponses stored, BackgroundResponses background) {
        this.stored = stored;
        this.background = background;
    }

    /// Keeps one that was answered while its client waited.
    void keep(Principal key, StoredResponse response) {
        stored.keep(key, response);
    }

    /// Takes one for the background; as [BackgroundResponses#submit].
    StoredResponse submit(Principal key, long id, ResponsesRequest request, List<ObjectNode> history) {
        return background.submit(key, id, request, history);
    }

    Optional<StoredResponse> find(Principal key, long id) {
        Optional<StoredResponse> answered = stored.find(key, id);
        return answered.isPresent() ? answered : background.find(key, id);
    }

    /// Cancels one of the background that has not ended.
    ///
    /// @return how it stands then; nothing if there is none
    Optional<StoredResponse> cancel(Principal key, long id) {
        return background.cancel(key, id);
    }

    /// @return whether there was one
    boolean delete(Principal key, long id) {
        return stored.delete(key, id) || background.delete(key, id);
    }

    /// Waits until one has ended, but no longer than so.
    void await(Principal key, long id, Duration limit) {
        background.await(key, id, limit);
    }
}
