package ai.doubleword.blobs;

import java.io.IOException;

/// A blob that was to be written is there already.
public final class BlobExistsException extends IOException {
    private static final long serialVersionUID = 1L;

    public BlobExistsException(BlobName name) {
        super("the blob " + name + " is there already");
    }
}
