package ai.doubleword.responses;

import ai.doubleword.batch.files.BatchFiles;
import ai.doubleword.keys.Principal;
import ai.doubleword.translation.ResponsesRequest;
import ai.doubleword.usage.RequestResult;
import com.fasterxml.jackson.databind.node.ObjectNode;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

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
        return find(viewer(key), id);
    }

    Optional<StoredResponse> find(Viewer viewer, long id) {
        // Who waits for one of the background asks again and again.
        if (background.remembers(id)) {
            return background.find(viewer, id);
        }
        Optional<StoredResponse> answered = stored.find(viewer, id);
        return answered.isPresent() ? answered : background.find(viewer, id);
    }

    /// One and some of those that it goes on from, the latest first; nothing if it is not there.
    ///
    /// @param most of them, and about so many bytes
    List<StoredResponse> chain(Viewer viewer, long id, int most, long mostBytes) {
        List<StoredResponse> answered =
                background.remembers(id) ? List.of() : stored.chain(viewer, id, most, mostBytes);
        return answered.isEmpty() ? background.find(viewer, id).stream().toList() : answered;
    }

    /// The one that a request in usage made: one that was answered has its id, one of the background its place.
    Optional<StoredResponse> of(Viewer viewer, RequestResult.Request request) {
        if (request.batch() < 0) {
            return background.inPack(viewer, -request.batch(), request.line());
        }
        return request.batch() == 0 ? find(viewer, request.id()) : Optional.empty();
    }

    /// Cancels one of the background that has not ended.
    ///
    /// @return how it stands then; nothing if there is none
    Optional<StoredResponse> cancel(Principal key, long id) {
        return cancel(viewer(key), id);
    }

    Optional<StoredResponse> cancel(Viewer viewer, long id) {
        return background.cancel(viewer, id);
    }

    /// Those of the background, the newest before one first.
    List<StoredResponse> latest(Viewer viewer, long before, int limit) {
        return background.latest(viewer, before, limit);
    }

    /// @return whether there was one
    boolean delete(Principal key, long id) {
        return delete(viewer(key), id);
    }

    boolean delete(Viewer viewer, long id) {
        if (stored.delete(viewer, id)) {
            return true;
        }
        background.find(viewer, id).ifPresent(gone -> turns.beforeDeletion(viewer.account(), gone));
        return background.delete(viewer, id);
    }

    /// Completes when one has ended, or there is none; as [BackgroundResponses#whenEnded].
    CompletableFuture<Void> whenEnded(Viewer viewer, long id) {
        return background.whenEnded(viewer, id);
    }

    /// What a key may see. Blocks.
    Viewer viewer(Principal key) {
        return Viewer.of(key, sight);
    }
}
