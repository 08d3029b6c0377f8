package ai.doubleword.batch;

import ai.doubleword.accounts.PersonalData;
import ai.doubleword.accounts.User;
import ai.doubleword.blobs.BlobName;
import jakarta.inject.Singleton;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jdbi.v3.core.Handle;

/// What the engine has of a user's own account: batches and requests that came singly, with what they were asked and
/// answered. What still runs of it is given up with its lease, and what that cost is the operator's.
@Singleton
final class OwnWork implements PersonalData {
    private final SegmentBlobs segments;

    OwnWork(SegmentBlobs segments) {
        this.segments = segments;
    }

    @Override
    public String section() {
        return "work";
    }

    @Override
    public Map<String, Long> export(Handle handle, User user) {
        return Map.of(
                "batches",
                BatchStore.countOf(handle, user.account()),
                "background_requests",
                SingleLineStore.countOf(handle, user.account()));
    }

    @Override
    public void erase(Handle transaction, User user) {
        forget(transaction, user.account());
    }

    /// Forgets all work of an account.
    void forget(Handle transaction, long account) {
        List<BlobName> blobs = new ArrayList<>(SegmentStore.blobsOf(transaction, account));
        SingleLineStore.packsOf(transaction, account).stream()
                .map(PackFile::name)
                .forEach(blobs::add);
        BatchStore.deleteAllOf(transaction, account);
        // Not before it is certain; what a crash leaves then is swept.
        transaction.afterCommit(() -> Thread.ofVirtual().name("erased-work").start(() -> segments.release(blobs)));
    }
}
