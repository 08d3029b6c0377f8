package ai.doubleword.batch;

import ai.doubleword.batch.files.BatchFile;
import ai.doubleword.blobs.BlobStore;
import ai.doubleword.jsonl.LineEntry;
import jakarta.inject.Singleton;
import java.io.ByteArrayOutputStream;
import java.io.IOException;

/// The first lines of files, to be tried before all of them are. Blocks; thread-safe.
@Singleton
final class BatchSamples {
    private final BlobStore blobs;

    BatchSamples(BlobStore blobs) {
        this.blobs = blobs;
    }

    /// So many lines, or all if there are fewer.
    byte[] first(BatchFile file, int lines) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (LineEntry entry : InputLines.open(blobs, file).index().entries(0, Math.min(lines, file.lines()))) {
            out.writeBytes(blobs.readFully(file.blob(), entry.offset(), entry.length()));
            out.write('\n');
        }
        return out.toByteArray();
    }
}
