package ai.doubleword.batch.files;

import ai.doubleword.blobs.BlobName;
import ai.doubleword.blobs.BlobSlice;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/// A file as the database knows it.
///
/// @param keyId empty for the console
/// @param stored where its bytes are; nothing for what a batch writes
/// @param batch that writes it
record FileRow(
        long id,
        long account,
        long member,
        String keyId,
        FilePurpose purpose,
        String name,
        long bytes,
        long lines,
        Optional<Stored> stored,
        OptionalLong batch,
        Instant created,
        Optional<Instant> expires) {

    /// What an upload left.
    ///
    /// @param index of its lines; behind the file's own bytes where it is short
    record Stored(BlobName blob, BlobSlice index, String sha256, List<BatchFile.ModelLines> models) {
        Stored {
            models = List.copyOf(models);
        }
    }

    Optional<BatchFile> asInput() {
        return stored.map(at -> new BatchFile(
                id,
                account,
                member,
                keyId,
                name,
                at.blob(),
                at.index(),
                bytes,
                Math.toIntExact(lines),
                at.sha256(),
                at.models(),
                created,
                expires));
    }
}
