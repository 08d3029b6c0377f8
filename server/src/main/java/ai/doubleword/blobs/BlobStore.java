package ai.doubleword.blobs;

import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/// Keeps blobs. Written once, whole or not at all, then only read and deleted.
///
/// All methods block, so they belong on virtual threads; all are thread-safe. What a store throws for a reason of its
/// own (disk full, unreachable, refused) is an [IOException] whose message says what to do.
public interface BlobStore {
    /// Begins a blob; streams to the store as it is written.
    BlobWriter create(BlobName name) throws IOException;

    /// Reads a run of bytes as a stream, which the caller closes.
    ///
    /// @param offset of the first byte
    /// @param bytes how many; a run that ends behind the blob's end is cut there
    /// @throws BlobMissingException if there is no such blob
    InputStream read(BlobName name, long offset, long bytes) throws IOException;

    /// Reads a run of bytes that is known to be there, into memory.
    ///
    /// @throws BlobMissingException if there is no such blob
    /// @throws IOException if the blob ends earlier
    default byte[] readFully(BlobName name, long offset, int bytes) throws IOException {
        try (InputStream in = read(name, offset, bytes)) {
            byte[] all = in.readNBytes(bytes);
            if (all.length < bytes) {
                throw new IOException("the blob " + name + " ends at " + (offset + all.length) + " bytes");
            }
            return all;
        }
    }

    /// As [#readFully(BlobName, long, int)], of a slice.
    ///
    /// @param offset from the beginning of the slice
    default byte[] readFully(BlobSlice slice, long offset, int bytes) throws IOException {
        return readFully(slice.blob(), slice.offset() + offset, bytes);
    }

    /// The blob of this name, if it is there.
    Optional<BlobInfo> find(BlobName name) throws IOException;

    /// Whether there is a blob of this name.
    default boolean exists(BlobName name) throws IOException {
        return find(name).isPresent();
    }

    /// Writes a new blob that holds these slices one after the other.
    ///
    /// @return how many bytes it holds
    /// @throws BlobMissingException if a blob of a slice is not there
    /// @throws BlobExistsException if there is one of the new name
    default long compose(BlobName name, List<BlobSlice> slices) throws IOException {
        byte[] buffer = new byte[64 * 1024];
        try (BlobWriter writer = create(name)) {
            for (BlobSlice slice : slices) {
                try (InputStream in = read(slice.blob(), slice.offset(), slice.bytes())) {
                    long left = slice.bytes();
                    for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                        writer.write(buffer, 0, n);
                        left -= n;
                    }
                    if (left != 0) {
                        throw new IOException("the blob " + slice.blob() + " ends within a slice of it");
                    }
                }
            }
            return writer.commit();
        }
    }

    /// Removes a blob; nothing happens if it is not there.
    void delete(BlobName name) throws IOException;

    /// Shows every blob of a kind, in no order; those that come or go meanwhile may be among them or not.
    void list(String kind, Consumer<BlobInfo> reader) throws IOException;

    /// Whether the store can be reached and written to now.
    ///
    /// @throws IOException if not; the message says why
    void check() throws IOException;
}
