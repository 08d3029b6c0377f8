package ai.doubleword.batch;

import ai.doubleword.batch.files.BatchFile;
import ai.doubleword.batch.files.BatchFiles;
import ai.doubleword.blobs.BlobStore;
import ai.doubleword.jsonl.LineEntry;
import ai.doubleword.platform.Database;
import ai.doubleword.platform.JsonFormat;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Requests and results of a batch side by side: in the order in which they were recorded, where a line that was
/// tried again by a retry stands again, or in the order of the requests, with the newest result of each. A page
/// ends when it is full, or when enough was read for it. Memory: one segment and a page. Blocks; thread-safe.
final class BatchResults {
    /// The longest page.
    static final int MOST = 1_000;

    /// Bytes that a page reads, or holds, about.
    private static final long ENOUGH = 32 << 20;

    private static final InputOrder.Wanted ALL = (segment, good) -> true;
    private static final ObjectMapper JSON = JsonFormat.trees();

    private final Database database;
    private final BatchFiles files;
    private final BlobStore blobs;
    private final SegmentReader reader;
    private final long enough;

    BatchResults(Database database, BatchFiles files, BlobStore blobs) {
        this(database, files, blobs, ENOUGH);
    }

    /// @param enough bytes that a page reads, or holds, about
    BatchResults(Database database, BatchFiles files, BlobStore blobs, long enough) {
        this.database = database;
        this.files = files;
        this.blobs = blobs;
        this.reader = new SegmentReader(blobs);
        this.enough = enough;
    }

    /// Which of them.
    ///
    /// @param skip lines recorded before the first
    /// @param limit at most so many; [#MOST] at most
    /// @param status `completed` or `failed`; empty for both
    /// @param search what a line must hold, ignoring case; empty for anything
    /// @param inputOrder whether they come in the order of the requests; `skip` then counts requests
    record Query(long skip, int limit, String status, String search, boolean inputOrder) {}

    /// A page.
    ///
    /// @param last index after the last line that is answered or passed over
    /// @param more whether there are, or will be, lines behind it
    /// @param cut whether it ended before it was full because enough was read: what is behind was not looked at
    @SuppressWarnings("ArrayRecordComponent") // made once, then only written
    record Page(byte[] lines, long last, boolean more, boolean cut) {}

    /// @throws IOException if the store does not answer
    Page read(Batch batch, Query query) throws IOException {
        return query.inputOrder() ? inInputOrder(batch, query) : asRecorded(batch, query);
    }

    /// Writes the newest result of each request that has one, in the order of the requests.
    ///
    /// @throws IOException if the store does not answer
    void each(Batch batch, Sink sink) throws IOException {
        @Nullable InputLines input = input(batch);
        new InputOrder(blobs, segments(batch), batch.total(), ALL, true).each(0, (position, good, line) -> {
            ByteArrayOutputStream one = new ByteArrayOutputStream();
            write(one, line, good, request(input, position));
            sink.take(one.toByteArray());
            return true;
        });
    }

    /// Who takes lines.
    @FunctionalInterface
    interface Sink {
        void take(byte[] line) throws IOException;
    }

    private Page inInputOrder(Batch batch, Query query) throws IOException {
        @Nullable InputLines input = input(batch);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        boolean complete = batch.status().ended();
        int from = (int) Math.min(query.skip(), batch.total());
        int[] found = {0};
        long[] read = {0};
        int[] next = {-1};
        InputOrder order = InputOrder.ofPage(blobs, segments(batch), batch.total(), ALL, complete);
        int end = order.each(from, (position, good, line) -> {
            if (found[0] == query.limit() || read[0] >= enough || out.size() >= enough) {
                next[0] = position;
                return false;
            }
            if (wanted(query, good, line)) {
                write(out, line, good, request(input, position));
                found[0]++;
            }
            read[0] += line.length;
            return true;
        });
        boolean stopped = next[0] >= 0;
        return new Page(
                out.toByteArray(),
                Math.max(stopped ? next[0] : end, query.skip()),
                stopped || !complete,
                stopped && found[0] < query.limit());
    }

    private List<SegmentStore.Segment> segments(Batch batch) {
        return database.inAccount(
                batch.account(), handle -> SegmentStore.list(handle, batch.id(), 0, Integer.MAX_VALUE));
    }

    private @Nullable InputLines input(Batch batch) throws IOException {
        Optional<BatchFile> file = files.find(batch.account(), batch.inputFile());
        return file.isEmpty() ? null : InputLines.open(blobs, file.get());
    }

    private Page asRecorded(Batch batch, Query query) throws IOException {
        List<SegmentStore.Segment> segments = segments(batch);
        @Nullable InputLines input = input(batch);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        long index = 0;
        int found = 0;
        long read = 0;
        for (SegmentStore.Segment segment : segments) {
            int count = segment.ok() + segment.failed();
            if (index + count <= query.skip()) {
                index += count;
                continue;
            }
            if (read >= enough || out.size() >= enough) {
                return new Page(out.toByteArray(), index, true, found < query.limit());
            }
            read += segment.okBytes() + segment.failedBytes();
            List<byte[]> lines = lines(segment);
            int[] positions = reader.positions(segment);
            for (int i = 0; i < count; i++, index++) {
                if (index < query.skip()) {
                    continue;
                }
                if (found == query.limit()) {
                    return new Page(out.toByteArray(), index, true, false);
                }
                boolean good = i < segment.ok();
                if (wanted(query, good, lines.get(i))) {
                    write(out, lines.get(i), good, request(input, positions[i]));
                    found++;
                }
            }
        }
        return new Page(
                out.toByteArray(),
                Math.max(index, query.skip()),
                !batch.status().ended(),
                false);
    }

    private static boolean wanted(Query query, boolean good, byte[] line) {
        boolean status = query.status().isEmpty() || query.status().equals(good ? "completed" : "failed");
        return status
                && (query.search().isEmpty()
                        || new String(line, StandardCharsets.UTF_8)
                                .toLowerCase(Locale.ROOT)
                                .contains(query.search().toLowerCase(Locale.ROOT)));
    }

    private List<byte[]> lines(SegmentStore.Segment segment) throws IOException {
        byte[] all = reader.lines(segment);
        List<byte[]> lines = new ArrayList<>();
        int from = 0;
        for (int i = 0; i < all.length; i++) {
            if (all[i] == '\n') {
                lines.add(Arrays.copyOfRange(all, from, i));
                from = i + 1;
            }
        }
        return lines;
    }

    @SuppressWarnings("ArrayRecordComponent")
    private record Request(String model, byte[] body) {}

    private static @Nullable Request request(@Nullable InputLines input, int position) throws IOException {
        if (input == null) {
            return null;
        }
        LineEntry entry = input.index().entry(position);
        return new Request(entry.model(), input.read(entry).body());
    }

    private static void write(OutputStream out, byte[] line, boolean good, @Nullable Request request)
            throws IOException {
        JsonNode result = JSON.readTree(line);
        ByteArrayOutputStream one = new ByteArrayOutputStream();
        try (JsonGenerator json = JSON.createGenerator(one)) {
            json.writeStartObject();
            json.writeObjectField("id", result.get("id"));
            json.writeObjectField("custom_id", result.get("custom_id"));
            if (request == null) {
                json.writeNullField("model");
                json.writeNullField("input_body");
            } else {
                json.writeStringField("model", request.model());
                json.writeObjectField("input_body", JSON.readTree(request.body()));
            }
            JsonNode body = result.at("/response/body");
            json.writeObjectField("response_body", body.isMissingNode() ? null : body);
            json.writeObjectField("error", result.get("error"));
            json.writeStringField("status", good ? "completed" : "failed");
            json.writeEndObject();
        }
        one.write('\n');
        out.write(one.toByteArray());
    }
}
