package ai.doubleword.batch.files;

import ai.doubleword.blobs.BlobInfo;
import ai.doubleword.blobs.BlobMissingException;
import ai.doubleword.blobs.BlobOwner;
import ai.doubleword.blobs.BlobStore;
import ai.doubleword.jsonl.LineIndex;
import io.quarkus.arc.All;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/// Whether database and blob store agree: files against their hashes, and blobs that nothing leads to. Blocks;
/// thread-safe.
@Singleton
final class FileChecks {
    private final BlobStore blobs;
    private final List<BlobOwner> owners;
    private final Clock clock;

    FileChecks(BlobStore blobs, @All List<BlobOwner> owners, Clock clock) {
        this.blobs = blobs;
        this.owners = owners;
        this.clock = clock;
    }

    /// What is wrong with an uploaded file's bytes; empty if nothing.
    List<String> verify(FileRow row, FileRow.Stored stored) throws IOException {
        List<String> problems = new ArrayList<>();
        MessageDigest sha = sha256();
        try (InputStream in = new DigestInputStream(blobs.read(stored.blob(), 0, row.bytes()), sha)) {
            in.transferTo(OutputStream.nullOutputStream());
            String hash = HexFormat.of().formatHex(sha.digest());
            long behind =
                    stored.index().blob().equals(stored.blob()) ? stored.index().bytes() : 0;
            long bytes =
                    Math.max(0, blobs.find(stored.blob()).map(BlobInfo::bytes).orElse(0L) - behind);
            if (bytes != row.bytes()) {
                problems.add("it has " + bytes + " bytes instead of " + row.bytes());
            } else if (!hash.equals(stored.sha256())) {
                problems.add("its bytes have the SHA-256 " + hash + " instead of " + stored.sha256());
            }
        } catch (BlobMissingException e) {
            problems.add("its bytes are gone: " + e.getMessage());
        }
        try {
            LineIndex index = LineIndex.open(
                    (at, length) -> blobs.readFully(stored.index(), at, length),
                    stored.index().bytes());
            if (index.size() != row.lines()) {
                problems.add("its index has " + index.size() + " lines instead of " + row.lines());
            }
        } catch (IOException e) {
            problems.add("its index cannot be read: " + e.getMessage());
        }
        return problems;
    }

    /// Blobs that nothing leads to, though it had the time to.
    List<BlobInfo> orphans() throws IOException {
        List<BlobInfo> found = new ArrayList<>();
        for (BlobOwner owner : owners) {
            Instant before = clock.instant().minus(owner.grace());
            for (String kind : owner.kinds()) {
                blobs.list(kind, blob -> {
                    if (blob.written().isBefore(before) && !owner.needs(blob.name())) {
                        found.add(blob);
                    }
                });
            }
        }
        return found;
    }

    /// Removes the orphans.
    List<BlobInfo> repair() throws IOException {
        List<BlobInfo> found = orphans();
        for (BlobInfo orphan : found) {
            blobs.delete(orphan.name());
        }
        return found;
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
