package ai.doubleword.blobs;

import java.time.Duration;
import java.util.List;

/// A feature that keeps blobs, which knows what it still needs of them. Every bean of this type is asked before a blob
/// of its kinds is taken for an orphan, such as a crash between writing a blob and recording it leaves. Blocking,
/// thread-safe.
public interface BlobOwner {
    /// The kinds that are its own.
    List<String> kinds();

    /// Whether something leads to the blob.
    boolean needs(BlobName blob);

    /// How long a blob may lie before something leads to it.
    Duration grace();
}
