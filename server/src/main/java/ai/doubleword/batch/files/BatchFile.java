package ai.doubleword.batch.files;

import ai.doubleword.blobs.BlobName;
import ai.doubleword.blobs.BlobSlice;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/// A file of requests that was uploaded and found right.
///
/// @param id outside it is `file_` and eleven digits
/// @param account that owns it
/// @param member who uploaded it
/// @param keyId public id of the key it was uploaded with; empty for the console
/// @param name as its user calls it
/// @param blob its bytes as they were sent
/// @param index of its lines: [ai.doubleword.jsonl.LineIndex]
/// @param bytes size of the file
/// @param lines requests in it
/// @param sha256 of its bytes, in hex
/// @param models what its lines take, by model and endpoint
/// @param created when it was uploaded
/// @param expires when it will be deleted, if ever
public record BatchFile(
        long id,
        long account,
        long member,
        String keyId,
        String name,
        BlobName blob,
        BlobSlice index,
        long bytes,
        int lines,
        String sha256,
        List<ModelLines> models,
        Instant created,
        Optional<Instant> expires) {
    public BatchFile {
        models = List.copyOf(models);
    }

    /// The prefix of ids.
    public static final String PREFIX = "file";

    /// The lines of a file that name a model at an endpoint.
    ///
    /// @param model what `body.model` names
    /// @param endpoint as in `url`: `/v1/chat/completions`
    /// @param lines how many
    /// @param inputTokens estimate, all together
    /// @param outputTokens the most output that those ask for that name a maximum
    /// @param unboundedLines how many name no maximum
    public record ModelLines(
            String model, String endpoint, int lines, long inputTokens, long outputTokens, int unboundedLines) {}
}
