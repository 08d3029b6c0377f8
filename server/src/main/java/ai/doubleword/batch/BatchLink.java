package ai.doubleword.batch;

import ai.doubleword.accounts.Caller;
import ai.doubleword.platform.Ids;
import ai.doubleword.usage.RequestResult;
import jakarta.inject.Singleton;
import java.util.Optional;

/// Leads from a request to the batch whose line it was, for who sees that.
@Singleton
final class BatchLink implements RequestResult {
    private final Batches batches;

    BatchLink(Batches batches) {
        this.batches = batches;
    }

    @Override
    public Optional<Link> of(Caller caller, Request request) {
        if (request.batch() <= 0) {
            return Optional.empty();
        }
        return batches.find(BatchesPage.asker(batches, caller), request.batch()).map(batch -> {
            String name = Ids.format(Batch.PREFIX, batch.id());
            return new Link("Batch, line " + request.line(), name, "/batches/" + name);
        });
    }
}
