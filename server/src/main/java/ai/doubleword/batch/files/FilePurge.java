package ai.doubleword.batch.files;

import ai.doubleword.blobs.BlobStore;
import ai.doubleword.platform.Database;
import io.quarkus.scheduler.Scheduled;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import org.jboss.logging.Logger;
import org.jdbi.v3.core.JdbiException;

/// Removes the bytes of files that are deleted or expired and that no batch reads any more, or still writes. A crash in
/// between leaves bytes that the next run removes, never a file without bytes. Long after, it is forgotten that they
/// were there. Blocks; thread-safe.
@Singleton
final class FilePurge {
    private static final Logger LOG = Logger.getLogger(FilePurge.class);
    private static final int AT_ONCE = 100;

    private final Database database;
    private final BlobStore blobs;
    private final OutputContents outputs;
    private final FilesConfig config;
    private final Clock clock;

    FilePurge(Database database, BlobStore blobs, OutputContents outputs, FilesConfig config, Clock clock) {
        this.database = database;
        this.blobs = blobs;
        this.outputs = outputs;
        this.config = config;
        this.clock = clock;
    }

    @Scheduled(every = "1m", delayed = "1m", concurrentExecution = Scheduled.ConcurrentExecution.SKIP)
    @RunOnVirtualThread
    void expire() {
        try {
            database.engine().useHandle(handle -> {
                FileStore.expire(handle, clock.instant());
                UploadStore.expire(handle, clock.instant());
            });
            run();
            purgeParts();
        } catch (JdbiException e) {
            LOG.warnf(e, "Expired files could not be deleted; the next try is in a minute");
        }
    }

    /// Forgets files and uploads whose bytes went long ago.
    @Scheduled(every = "1h", delayed = "8m", concurrentExecution = Scheduled.ConcurrentExecution.SKIP)
    @RunOnVirtualThread
    void forget() {
        Instant before = clock.instant().minus(config.recordRetention());
        int gone;
        do {
            gone = database.engine().inTransaction(handle -> {
                UploadStore.deleteEnded(handle, before, AT_ONCE);
                return FileStore.deletePurged(handle, before, AT_ONCE);
            });
        } while (gone == AT_ONCE);
    }

    /// Purges what can be purged now; what the blob store refuses stays for the next run.
    void run() {
        List<FileRow> due;
        do {
            due = database.engine().withHandle(handle -> FileStore.purgeable(handle, AT_ONCE));
            for (FileRow row : due) {
                if (!purge(row)) {
                    return;
                }
            }
        } while (due.size() == AT_ONCE);
    }

    /// Removes the parts of uploads that have ended.
    void purgeParts() {
        try {
            for (UploadStore.Part part :
                    database.engine().withHandle(handle -> UploadStore.purgeable(handle, 10 * AT_ONCE))) {
                blobs.delete(part.blob());
                database.engine().useHandle(handle -> UploadStore.purged(handle, part.id(), clock.instant()));
            }
        } catch (IOException e) {
            LOG.warnf("The parts of an upload could not be removed: %s", e.getMessage());
        }
    }

    private boolean purge(FileRow row) {
        try {
            if (row.batch().isPresent()) {
                outputs.forget(row.batch().getAsLong());
            }
            if (row.stored().isPresent()) {
                blobs.delete(row.stored().get().blob());
                blobs.delete(row.stored().get().index().blob());
            }
            database.engine().useHandle(handle -> FileStore.purged(handle, row.id(), clock.instant()));
            return true;
        } catch (IOException e) {
            LOG.warnf("The bytes of a deleted file could not be removed: %s", e.getMessage());
            return false;
        }
    }
}
