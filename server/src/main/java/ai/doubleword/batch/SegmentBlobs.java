package ai.doubleword.batch;

import ai.doubleword.blobs.BlobName;
import ai.doubleword.blobs.BlobOwner;
import ai.doubleword.blobs.BlobStore;
import ai.doubleword.platform.Database;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import org.jboss.logging.Logger;

/// The blobs of the engine: those that hold results, one of which may hold slices of several batches and goes with the
/// last of them, and the requests of packs. Blocks; thread-safe.
@Singleton
final class SegmentBlobs implements BlobOwner {
    private static final Logger LOG = Logger.getLogger(SegmentBlobs.class);

    private final Database database;
    private final BlobStore blobs;

    SegmentBlobs(Database database, BlobStore blobs) {
        this.database = database;
        this.blobs = blobs;
    }

    @Override
    public List<String> kinds() {
        return List.of(Recorder.SEGMENT, PackFile.KIND);
    }

    @Override
    public boolean needs(BlobName blob) {
        return database.engine()
                .withHandle(handle -> blob.kind().equals(PackFile.KIND)
                        ? BatchStore.exists(handle, Long.parseUnsignedLong(blob.id(), 16))
                        : SegmentStore.uses(handle, blob));
    }

    /// The database may be away for long when they are written.
    @Override
    public Duration grace() {
        return Duration.ofHours(24);
    }

    /// Removes those of them that nobody needs any more; what cannot be removed is an orphan, which a sweep finds.
    void release(List<BlobName> used) {
        for (BlobName blob : used) {
            try {
                if (!needs(blob)) {
                    blobs.delete(blob);
                }
            } catch (IOException e) {
                LOG.warnf("Results that nobody needs could not be removed: %s", e.getMessage());
            }
        }
    }
}
