package ai.doubleword.blobs;

/// A run of bytes of a blob.
///
/// @param blob that holds it
/// @param offset of its first byte
/// @param bytes its length
public record BlobSlice(BlobName blob, long offset, long bytes) {}
