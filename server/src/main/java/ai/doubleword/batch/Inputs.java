package ai.doubleword.batch;

import ai.doubleword.batch.files.BatchFile;
import ai.doubleword.batch.files.BatchFiles;
import ai.doubleword.blobs.BlobStore;
import java.io.IOException;
import java.util.Map;

/// The requests of batches: of a file by its index, of a pack by its blob. Blocks; thread-safe.
final class Inputs {
    private final BatchFiles files;
    private final BlobStore blobs;
    private final Endpoints endpoints;

    Inputs(BatchFiles files, BlobStore blobs, Endpoints endpoints) {
        this.files = files;
        this.blobs = blobs;
        this.endpoints = endpoints;
    }

    /// The requests of a chunk.
    ///
    /// @param lines of the chunk, as its plan has them
    /// @param opened files that are open already, by their id; the batch's is added
    ChunkRequests open(Batch batch, int[] lines, Map<Long, InputLines> opened) throws IOException {
        if (batch.pack()) {
            return PackFile.open(blobs, batch.id(), endpoints);
        }
        InputLines input = opened.get(batch.inputFile());
        if (input == null) {
            BatchFile file = files.find(batch.account(), batch.inputFile())
                    .orElseThrow(() -> new IOException("the input file is gone"));
            input = InputLines.open(blobs, file);
            opened.put(batch.inputFile(), input);
        }
        return input.chunk(lines, endpoints);
    }
}
