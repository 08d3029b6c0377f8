package ai.doubleword.batch;

import ai.doubleword.batch.files.FileContent;
import ai.doubleword.batch.files.OrderedLines;
import ai.doubleword.batch.files.OutputContents;
import ai.doubleword.blobs.BlobName;
import ai.doubleword.blobs.BlobSlice;
import ai.doubleword.blobs.BlobStore;
import ai.doubleword.platform.Database;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/// The output and error files of batches: their committed segments, in order. Blocks; thread-safe.
@Singleton
final class BatchOutputs implements OutputContents {
    private final Database database;
    private final BlobStore blobs;
    private final SegmentBlobs segments;

    BatchOutputs(Database database, BlobStore blobs, SegmentBlobs segments) {
        this.database = database;
        this.blobs = blobs;
        this.segments = segments;
    }

    @Override
    public void forget(long batch) {
        List<BlobName> written = database.engine().inTransaction(handle -> {
            if (BatchStore.lock(handle, batch).isEmpty()
                    || !BatchStore.status(handle, batch).ended()
                    || BatchStore.hasFiles(handle, batch)) {
                return List.of();
            }
            List<BlobName> own = SegmentStore.blobs(handle, batch);
            SegmentStore.deleteAll(handle, batch);
            ChunkStore.deleteAll(handle, batch);
            BatchStore.resultsGone(handle, batch);
            return own;
        });
        segments.release(written);
    }

    @Override
    public FileContent content(long account, long file, long id) {
        return database.inAccount(account, handle -> {
            Batch batch = BatchStore.find(handle, account, 0, id).orElse(null);
            if (batch == null) {
                return new FileContent(List.of(), true);
            }
            // The status was read first: what is complete then has all of its segments now.
            boolean complete = batch.status().ended();
            if (file == batch.outputFile()) {
                List<SegmentStore.Segment> all = SegmentStore.list(handle, id, 0, Integer.MAX_VALUE);
                return new FileContent(outputs(all, batch.inlineErrors()), complete);
            }
            return SegmentStore.errorRange(handle, id, file)
                    .map(range -> new FileContent(
                            errors(SegmentStore.list(handle, id, range.from(), range.before())),
                            complete || range.before() < Integer.MAX_VALUE))
                    .orElse(new FileContent(List.of(), true));
        });
    }

    @Override
    public OrderedLines ordered(long account, long file, long id) {
        return database.inAccount(account, handle -> {
            Batch batch = BatchStore.find(handle, account, 0, id).orElse(null);
            if (batch == null) {
                return new InOrder(new InputOrder(blobs, List.of(), 0, (segment, good) -> false, true), true, 0);
            }
            boolean ended = batch.status().ended();
            boolean output = file == batch.outputFile();
            SegmentStore.Range range = output
                    ? new SegmentStore.Range(0, Integer.MAX_VALUE)
                    : SegmentStore.errorRange(handle, id, file).orElse(new SegmentStore.Range(0, 0));
            boolean complete = ended || range.before() < Integer.MAX_VALUE;
            InputOrder.Wanted wanted = (segment, good) -> output
                    ? good || batch.inlineErrors()
                    : !good && segment.seq() >= range.from() && segment.seq() < range.before();
            List<SegmentStore.Segment> all = SegmentStore.list(handle, id, 0, Integer.MAX_VALUE);
            return new InOrder(new InputOrder(blobs, all, batch.total(), wanted, complete), complete, batch.total());
        });
    }

    private record InOrder(InputOrder order, boolean complete, int requests) implements OrderedLines {
        @Override
        public int each(int from, Reader reader) throws IOException {
            return order.each(from, (request, good, line) -> reader.take(line));
        }
    }

    private static List<FileContent.LineSlice> outputs(List<SegmentStore.Segment> segments, boolean inlineErrors) {
        List<FileContent.LineSlice> slices = new ArrayList<>();
        for (SegmentStore.Segment segment : segments) {
            int lines = segment.ok() + (inlineErrors ? segment.failed() : 0);
            long bytes = (long) segment.okBytes() + (inlineErrors ? segment.failedBytes() : 0);
            add(slices, segment, 0, bytes, lines);
        }
        return slices;
    }

    private static List<FileContent.LineSlice> errors(List<SegmentStore.Segment> segments) {
        List<FileContent.LineSlice> slices = new ArrayList<>();
        for (SegmentStore.Segment segment : segments) {
            add(slices, segment, segment.okBytes(), segment.failedBytes(), segment.failed());
        }
        return slices;
    }

    private static void add(
            List<FileContent.LineSlice> slices, SegmentStore.Segment segment, long from, long bytes, int lines) {
        if (lines > 0) {
            BlobSlice all = segment.bytes();
            slices.add(new FileContent.LineSlice(new BlobSlice(all.blob(), all.offset() + from, bytes), lines));
        }
    }
}
