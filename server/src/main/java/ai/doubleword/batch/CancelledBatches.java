package ai.doubleword.batch;

import ai.doubleword.accounts.OrganizationEnded;
import jakarta.inject.Singleton;
import org.jdbi.v3.core.Handle;

/// Says which batches a deleted organization leaves running: they are cancelled with the keys that they run as,
/// and what they wrote goes by its time. Thread-safe.
@Singleton
final class CancelledBatches implements OrganizationEnded {
    @Override
    public void ended(Handle transaction, long account) {
        // The keys take their work along: Housekeeping cancels it on the node that runs it.
    }

    @Override
    public String ending(Handle handle, long account) {
        long running = BatchStore.countRunning(handle, account);
        return running == 0 ? "" : running + (running == 1 ? " running batch" : " running batches");
    }
}
