package ai.doubleword.batch.files;

import ai.doubleword.blobs.BlobName;
import ai.doubleword.blobs.BlobSlice;
import ai.doubleword.blobs.BlobStore;
import ai.doubleword.blobs.BlobWriter;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import org.jspecify.annotations.Nullable;

/// Where the index of a file goes while that is taken in: behind the file's own bytes if it is short, so that a small
/// file is one blob; else, from the first byte that is too many on, into a blob of its own. Used by one thread, blocks.
final class IndexStream extends OutputStream {
    /// Of about a thousand lines.
    private static final int SHORT = 64 * 1024;

    private final BlobStore blobs;
    private final BlobName name;
    private final ByteArrayOutputStream first = new ByteArrayOutputStream();
    private @Nullable BlobWriter own;

    /// @param name of the blob, if it comes to one
    IndexStream(BlobStore blobs, BlobName name) {
        this.blobs = blobs;
        this.name = name;
    }

    @Override
    public void write(int b) throws IOException {
        write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] array, int from, int length) throws IOException {
        if (own == null && first.size() + length > SHORT) {
            own = blobs.create(name);
            own.write(first.toByteArray(), 0, first.size());
            first.reset();
        }
        if (own == null) {
            first.write(array, from, length);
        } else {
            own.write(array, from, length);
        }
    }

    /// The index is whole: it is durable, or written behind the file, to be committed with that.
    ///
    /// @param file to which so many bytes were written
    BlobSlice commit(BlobName blob, BlobWriter file, long bytes) throws IOException {
        if (own != null) {
            return new BlobSlice(name, 0, own.commit());
        }
        file.write(first.toByteArray(), 0, first.size());
        return new BlobSlice(blob, bytes, first.size());
    }

    /// Gives up what is not committed.
    @Override
    public void close() {
        first.reset();
        if (own != null) {
            own.close();
        }
    }
}
