package ai.doubleword.batch;

import ai.doubleword.batch.files.BatchFile;
import ai.doubleword.batch.files.BatchFiles;
import ai.doubleword.blobs.BlobStore;
import java.io.IOException;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.Collectors;
import org.jdbi.v3.core.Handle;

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

    /// The inputs of some batches, each looked up and opened once. One thread's.
    final class Found {
        private final Map<Long, BatchFile> known;
        private final Map<Long, InputLines> opened = new HashMap<>();

        private Found(Map<Long, BatchFile> known) {
            this.known = known;
        }

        /// The requests of a chunk of one of them.
        ///
        /// @param lines of the chunk, as its plan has them
        /// @throws IOException if they are gone, or the store does not answer
        ChunkRequests open(Batch batch, int[] lines) throws IOException {
            if (batch.pack()) {
                return PackFile.open(blobs, batch.id(), endpoints);
            }
            InputLines input = opened.get(batch.inputFile());
            if (input == null) {
                BatchFile file = known.get(batch.inputFile());
                if (file == null) {
                    throw new IOException("the input file is gone");
                }
                input = InputLines.open(blobs, file);
                opened.put(batch.inputFile(), input);
            }
            return input.chunk(lines, endpoints);
        }
    }

    /// Looks the inputs of batches up.
    ///
    /// @param handle as `dw_engine`
    Found find(Handle handle, Collection<Batch> batches) {
        var uses = batches.stream()
                .filter(batch -> !batch.pack())
                .map(batch -> new BatchFiles.Use(batch.account(), batch.inputFile()))
                .collect(Collectors.toSet());
        return new Found(uses.isEmpty() ? Map.of() : files.find(handle, uses));
    }
}
