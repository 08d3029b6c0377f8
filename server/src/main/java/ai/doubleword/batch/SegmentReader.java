package ai.doubleword.batch;

import ai.doubleword.blobs.BlobStore;
import java.io.IOException;
import java.nio.ByteBuffer;

/// Reads segments, whole. Blocks; thread-safe.
final class SegmentReader {
    private final BlobStore blobs;

    SegmentReader(BlobStore blobs) {
        this.blobs = blobs;
    }

    /// The lines of a segment, the good ones first, each with its newline.
    byte[] lines(SegmentStore.Segment segment) throws IOException {
        int length = segment.okBytes() + segment.failedBytes();
        return blobs.readFully(segment.bytes().blob(), segment.bytes().offset(), length);
    }

    /// Which lines of the input file they answer, in the same order.
    int[] positions(SegmentStore.Segment segment) throws IOException {
        int count = segment.ok() + segment.failed();
        long at = segment.bytes().offset() + segment.okBytes() + segment.failedBytes();
        ByteBuffer bytes = ByteBuffer.wrap(blobs.readFully(segment.bytes().blob(), at, count * Integer.BYTES));
        int[] positions = new int[count];
        bytes.asIntBuffer().get(positions);
        return positions;
    }

    /// A run of bytes of the lines of a segment.
    ///
    /// @param from where it begins in them
    byte[] read(SegmentStore.Segment segment, int from, int length) throws IOException {
        return blobs.readFully(segment.bytes().blob(), segment.bytes().offset() + from, length);
    }
}
