package ai.doubleword.batch.files;

import ai.doubleword.blobs.BlobName;
import ai.doubleword.blobs.BlobSlice;
import ai.doubleword.blobs.BlobStore;
import ai.doubleword.blobs.BlobWriter;
import ai.doubleword.jsonl.LargeLines;
import ai.doubleword.jsonl.LineIndexWriter;
import ai.doubleword.jsonl.LineReport;
import ai.doubleword.jsonl.LineRules;
import ai.doubleword.jsonl.LineScanner;
import java.io.IOException;
import java.io.OutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;

/// Takes the bytes of a file in one pass: each run of them is hashed, checked and stored before the next is read, so
/// memory does not grow with the file. From the first wrong line on nothing more is stored, but all lines are checked.
/// What is not committed leaves nothing. Used by one thread, blocks.
final class FileIntake extends OutputStream {
    static final String INPUT = "input";
    static final String INDEX = "index";

    private final MessageDigest sha = sha256();
    private final BlobStore blobs;
    private final BlobName blob;
    private final BlobWriter bytes;
    private final IndexStream entries;
    private final LineIndexWriter indexWriter;
    private final LineScanner scanner;
    private final long limit;
    private long received;
    private boolean storing = true;

    /// The file is larger than it may be.
    static final class TooLargeException extends IOException {
        private static final long serialVersionUID = 1L;
    }

    /// @param id of the file
    /// @param limit most bytes of it
    FileIntake(BlobStore blobs, LineRules rules, LargeLines largeLines, long id, long limit) throws IOException {
        this.limit = limit;
        this.blobs = blobs;
        this.blob = BlobName.of(INPUT, id);
        this.bytes = blobs.create(blob);
        this.entries = new IndexStream(blobs, BlobName.of(INDEX, id));
        this.indexWriter = new LineIndexWriter(entries);
        this.scanner = new LineScanner(rules, largeLines, entry -> {
            if (storing) {
                indexWriter.add(entry);
            }
        });
    }

    @Override
    public void write(int b) throws IOException {
        write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] array, int from, int length) throws IOException {
        received += length;
        if (received > limit) {
            throw new TooLargeException();
        }
        sha.update(array, from, length);
        scanner.accept(array, from, from + length);
        if (storing && scanner.hasProblems()) {
            drop();
        }
        if (storing) {
            bytes.write(array, from, length);
        }
    }

    /// The end of the file.
    LineReport finish() throws IOException {
        return scanner.finish();
    }

    /// Makes file and index durable.
    ///
    /// @param report what [#finish] found, all of it right
    FileRow.Stored commit(LineReport report) throws IOException {
        indexWriter.finish();
        BlobSlice index = entries.commit(blob, bytes, received);
        try {
            bytes.commit();
        } catch (IOException e) {
            if (!index.blob().equals(blob)) {
                blobs.delete(index.blob());
            }
            throw e;
        }
        List<BatchFile.ModelLines> models = report.totals().stream()
                .map(total -> new BatchFile.ModelLines(
                        total.model(),
                        total.endpoint().url(),
                        total.lines(),
                        total.inputTokens(),
                        total.outputTokens(),
                        total.unboundedLines()))
                .toList();
        return new FileRow.Stored(blob, index, HexFormat.of().formatHex(sha.digest()), models);
    }

    @Override
    public void close() {
        scanner.close();
        drop();
    }

    private void drop() {
        storing = false;
        bytes.close();
        entries.close();
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
