package ai.doubleword.batch.files;

import ai.doubleword.demo.DemoPart;
import jakarta.inject.Singleton;
import org.jdbi.v3.core.Handle;

/// The files of demo accounts. Batches bring theirs.
@Singleton
final class DemoFiles implements DemoPart {
    @Override
    public void fill(Cast cast) {
        // What there is to see comes of batches.
    }

    @Override
    public void remove(Handle transaction, long account) {
        UploadStore.deleteAllOf(transaction, account);
        FileStore.deleteAllOf(transaction, account);
    }
}
