package ai.doubleword.batch.files;

import ai.doubleword.blobs.BlobName;
import ai.doubleword.blobs.BlobOwner;
import ai.doubleword.platform.Database;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.List;

/// The blobs of files and of the parts of uploads.
@Singleton
final class FileBlobs implements BlobOwner {
    private final Database database;

    FileBlobs(Database database) {
        this.database = database;
    }

    @Override
    public List<String> kinds() {
        return List.of(FileIntake.INPUT, FileIntake.INDEX, Uploads.KIND);
    }

    @Override
    public boolean needs(BlobName blob) {
        return database.engine().withHandle(handle -> FileStore.knows(handle, blob));
    }

    /// An upload may just be becoming a file.
    @Override
    public Duration grace() {
        return Duration.ofHours(1);
    }
}
