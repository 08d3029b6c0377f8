package ai.doubleword.batch.files;

import ai.doubleword.blobs.BlobSlice;
import ai.doubleword.blobs.BlobStore;
import ai.doubleword.jsonl.LineIndex;
import jakarta.inject.Singleton;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Reads files, whole, a range of their bytes, or some of their lines. Memory: one line. Blocks; thread-safe.
@Singleton
final class ContentReader {
    private static final int BUFFER = 64 * 1024;

    private final BlobStore blobs;

    ContentReader(BlobStore blobs) {
        this.blobs = blobs;
    }

    /// The lines that a query gets, found before the first is sent, since the headers say how far they go.
    ///
    /// @param slices to read
    /// @param first index of the first line in them
    /// @param last index after the last line that is answered or passed over
    /// @param more whether the file has, or will have, lines behind it
    record Selection(List<BlobSlice> slices, long first, long last, boolean more, ContentQuery query) {}

    /// @throws IOException if the store does not answer
    Selection select(FileRow row, FileContent content, ContentQuery query) throws IOException {
        long total = content.slices().stream()
                .mapToLong(FileContent.LineSlice::lines)
                .sum();
        long from = Math.min(query.offset(), total);
        Start start = start(row, content, from);
        long last = query.search().isEmpty() || query.limit() == 0
                ? from + Math.min(query.limit(), total - from)
                : lastMatch(start, query, from, total);
        return new Selection(start.slices(), start.line(), last, last < total || !content.complete(), query);
    }

    /// Where reading begins: at or before the wanted line.
    private record Start(List<BlobSlice> slices, long line) {}

    private Start start(FileRow row, FileContent content, long from) throws IOException {
        if (row.stored().isPresent()) {
            FileRow.Stored stored = row.stored().get();
            if (from == 0 || from == row.lines()) {
                long at = from == 0 ? 0 : row.bytes();
                return new Start(List.of(new BlobSlice(stored.blob(), at, row.bytes() - at)), from);
            }
            LineIndex index = LineIndex.open(
                    (at, length) -> blobs.readFully(stored.index(), at, length),
                    stored.index().bytes());
            long at = index.entry(Math.toIntExact(from)).offset();
            return new Start(List.of(new BlobSlice(stored.blob(), at, row.bytes() - at)), from);
        }
        List<BlobSlice> slices = new ArrayList<>();
        long line = 0;
        for (FileContent.LineSlice slice : content.slices()) {
            if (slices.isEmpty() && line + slice.lines() <= from) {
                line += slice.lines();
            } else {
                slices.add(slice.bytes());
            }
        }
        return new Start(slices, line);
    }

    private long lastMatch(Start start, ContentQuery query, long from, long total) throws IOException {
        ContentQuery.Matcher matcher = query.matcher();
        long found = 0;
        long line = start.line();
        try (Lines lines = new Lines(start.slices())) {
            for (byte[] next = lines.next(); next != null; next = lines.next()) {
                if (line >= from && matcher.matches(next) && ++found == query.limit()) {
                    return line + 1;
                }
                line++;
            }
        }
        return total;
    }

    /// Writes the lines of a selection, each with its newline.
    void write(Selection selection, OutputStream out) throws IOException {
        ContentQuery.Matcher matcher = selection.query().matcher();
        long line = selection.first();
        try (Lines lines = new Lines(selection.slices())) {
            while (line < selection.last()) {
                byte[] next = lines.next();
                if (next == null) {
                    throw new IOException("the file ends before its line " + selection.last());
                }
                if (line >= selection.query().offset() && matcher.matches(next)) {
                    out.write(next);
                    out.write('\n');
                }
                line++;
            }
        }
    }

    /// The lines that a query gets in the order of requests, found as those of a [Selection].
    ///
    /// @param last index after the last request whose line is answered or passed over
    /// @param more whether there are, or will be, lines behind it
    record InOrder(OrderedLines lines, int last, boolean more, ContentQuery query) {}

    /// @throws IOException if the store does not answer
    InOrder select(OrderedLines lines, ContentQuery query) throws IOException {
        int from = (int) Math.min(query.offset(), lines.requests());
        int last = query.limit() == 0 ? from : last(lines, query, from);
        return new InOrder(lines, last, last < lines.requests() || !lines.complete(), query);
    }

    private static int last(OrderedLines lines, ContentQuery query, int from) throws IOException {
        boolean all = lines.complete() && query.limit() == Long.MAX_VALUE;
        return all ? lines.requests() : lines.each(from, taking(query, OutputStream.nullOutputStream()));
    }

    /// Writes the lines of a selection.
    void write(InOrder selection, OutputStream out) throws IOException {
        int from = (int) Math.min(selection.query().offset(), selection.last());
        if (from < selection.last()) {
            selection.lines().each(from, taking(selection.query(), out));
        }
    }

    private static OrderedLines.Reader taking(ContentQuery query, OutputStream out) {
        ContentQuery.Matcher matcher = query.matcher();
        long[] left = {query.limit()};
        return line -> {
            if (matcher.matches(line)) {
                out.write(line);
                left[0]--;
            }
            return left[0] > 0;
        };
    }

    /// Writes a run of bytes.
    void write(List<BlobSlice> slices, long from, long length, OutputStream out) throws IOException {
        long skip = from;
        long left = length;
        byte[] buffer = new byte[BUFFER];
        for (BlobSlice slice : slices) {
            long here = Math.min(left, slice.bytes() - skip);
            if (here <= 0) {
                skip -= slice.bytes();
                continue;
            }
            try (InputStream in = blobs.read(slice.blob(), slice.offset() + skip, here)) {
                for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                    out.write(buffer, 0, n);
                    left -= n;
                }
            }
            skip = 0;
        }
    }

    /// The lines of slices, one after the other; empty ones are passed over, as at the upload.
    private final class Lines implements AutoCloseable {
        private final List<BlobSlice> slices;
        private final byte[] buffer = new byte[BUFFER];
        private int slice;
        private int position;
        private int filled;
        private @Nullable InputStream in;

        Lines(List<BlobSlice> slices) {
            this.slices = slices;
        }

        byte @Nullable [] next() throws IOException {
            ByteArrayOutputStream line = new ByteArrayOutputStream();
            while (fill()) {
                int end = position;
                while (end < filled && buffer[end] != '\n') {
                    end++;
                }
                line.write(buffer, position, end - position);
                position = Math.min(filled, end + 1);
                if (end < filled && !isBlank(line)) {
                    return line.toByteArray();
                }
                if (end < filled) {
                    line.reset();
                }
            }
            return isBlank(line) ? null : line.toByteArray();
        }

        private boolean fill() throws IOException {
            while (position == filled) {
                if (in == null) {
                    if (slice == slices.size()) {
                        return false;
                    }
                    BlobSlice next = slices.get(slice++);
                    in = blobs.read(next.blob(), next.offset(), next.bytes());
                }
                position = 0;
                filled = Math.max(0, in.read(buffer));
                if (filled == 0) {
                    in.close();
                    in = null;
                }
            }
            return true;
        }

        private static boolean isBlank(ByteArrayOutputStream line) {
            return line.size() < 1_000
                    && line.toString(java.nio.charset.StandardCharsets.ISO_8859_1)
                            .isBlank();
        }

        @Override
        public void close() throws IOException {
            if (in != null) {
                in.close();
            }
        }
    }
}
