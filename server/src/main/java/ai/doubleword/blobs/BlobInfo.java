package ai.doubleword.blobs;

import java.time.Instant;

/// A blob that is there.
///
/// @param name its name
/// @param bytes its size
/// @param written when it became visible, by the store's clock
public record BlobInfo(BlobName name, long bytes, Instant written) {}
