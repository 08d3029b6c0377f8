package ai.doubleword.blobs;

import java.io.IOException;
import java.nio.file.Path;

/// Blob stores for tests of what keeps things in them.
public final class TestBlobs {
    private TestBlobs() {}

    public static BlobStore in(Path folder) throws IOException {
        return new FolderBlobStore(folder);
    }

    /// One whose disk the test can fill.
    public static FaultyBlobStore faulty(Path folder) throws IOException {
        return new FaultyBlobStore(folder);
    }
}
