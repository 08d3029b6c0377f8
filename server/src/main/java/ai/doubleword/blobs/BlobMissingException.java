package ai.doubleword.blobs;

import java.io.IOException;

/// A blob that was to be read is not there.
public final class BlobMissingException extends IOException {
    private static final long serialVersionUID = 1L;

    public BlobMissingException(BlobName name) {
        super("there is no blob " + name);
    }
}
