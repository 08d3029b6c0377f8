package ai.doubleword.responses;

import ai.doubleword.batch.files.BatchFiles;
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
    private final ConversationTurns turns;
    private final BatchFiles sight;

    Responses(StoredResponses stored, BackgroundResponses background, ConversationTurns turns, BatchFiles sight) {
        this.stored = stored;
        this.background = background;
        this.turns = turns;
        this.sight = sight;
    }

    /// Takes one for the background; as [BackgroundResponses#submit].
    StoredResponse submit(Principal key, long id, ResponsesRequest request, List<ObjectNode> history) {
        if (request.conversation() != null) {
            turns.expect(key.account(), id, request.conversation());
        }
        return background.submit(key, id, request, history);
    }

    Optional<StoredResponse> find(Principal key, long id) {
        Viewer viewer = viewer(key);
        Optional<StoredResponse> answered = stored.find(viewer, id);
        return answered.isPresent() ? answered : background.find(viewer, id);
    }

    /// Cancels one of the background that has not ended.
    ///
    /// @return how it stands then; nothing if there is none
    Optional<StoredResponse> cancel(Principal key, long id) {
        return background.cancel(viewer(key), id);
    }

    /// @return whether there was one
    boolean delete(Principal key, long id) {
        Viewer viewer = viewer(key);
        if (stored.delete(viewer, id)) {
            return true;
        }
        background.find(viewer, id).ifPresent(gone -> turns.beforeDeletion(key.account(), gone));
        return background.delete(viewer, id);
    }

    /// Waits until one has ended, but no longer than so.
    void await(Principal key, long id, Duration limit) {
        background.await(viewer(key), id, limit);
    }

    private Viewer viewer(Principal key) {
        return Viewer.of(key, sight);
    }
}
