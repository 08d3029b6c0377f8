package ai.doubleword.blobs;

import java.io.IOException;

/// A blob under way: invisible until [#commit], gone without a trace if closed before it. Used by one thread, blocks.
///
/// ```java
/// try (BlobWriter writer = blobs.create(name)) {
///     writer.write(bytes, 0, bytes.length);
///     writer.commit();
/// }
/// ```
public interface BlobWriter extends AutoCloseable {
    /// Appends bytes; what is in the array may change afterwards.
    ///
    /// @throws IOException if the store does not take them: full, unreachable, refused
    void write(byte[] bytes, int offset, int length) throws IOException;

    /// Makes the blob durable and visible, whole.
    ///
    /// @return how many bytes it holds
    /// @throws BlobExistsException if there is one of this name meanwhile; it is left as it is
    /// @throws IOException if it could not be made durable; it is then not visible
    long commit() throws IOException;

    /// Drops what was written, unless it was committed. Never throws: what cannot be dropped now is swept later.
    @Override
    void close();
}
