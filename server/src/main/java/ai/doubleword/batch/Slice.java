package ai.doubleword.batch;

import ai.doubleword.blobs.BlobSlice;

/// Results of one chunk under one lease, written to a blob and about to be recorded.
///
/// @param chunk whose they are
/// @param owner of the lease
/// @param epoch of the lease
/// @param bytes where they are: good lines, failed lines, positions
/// @param okLines the places in the chunk of the good lines
/// @param failedLines the places of the failed ones
/// @param okBytes length of the good lines
/// @param failedBytes length of the failed lines
/// @param crc CRC-32C of all of it
record Slice(
        ChunkStore.Key chunk,
        long owner,
        int epoch,
        BlobSlice bytes,
        LineBits okLines,
        LineBits failedLines,
        int okBytes,
        int failedBytes,
        int crc) {
    int ok() {
        return okLines.count();
    }

    int failed() {
        return failedLines.count();
    }
}
