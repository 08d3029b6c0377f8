package ai.doubleword.batch.files;

import ai.doubleword.blobs.BlobWriter;
import java.io.IOException;
import java.io.OutputStream;

/// Writes into a blob, up to a bound. Closing it leaves the blob's writer open, for its owner to commit.
final class BlobStream extends OutputStream {
    private final BlobWriter writer;
    private final long most;
    private long written;

    /// @param most bytes; one more is a [FileIntake.TooLargeException]
    BlobStream(BlobWriter writer, long most) {
        this.writer = writer;
        this.most = most;
    }

    @Override
    public void write(int b) throws IOException {
        write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] array, int from, int length) throws IOException {
        written += length;
        if (written > most) {
            throw new FileIntake.TooLargeException();
        }
        writer.write(array, from, length);
    }
}
