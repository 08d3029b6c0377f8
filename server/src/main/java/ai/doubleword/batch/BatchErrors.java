package ai.doubleword.batch;

import ai.doubleword.blobs.BlobStore;
import ai.doubleword.platform.Database;
import ai.doubleword.platform.JsonFormat;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.io.IOException;
import java.time.Duration;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Why lines of a batch failed, those of a kind together. Reads the first two thousand failures of its newest run, and
/// again only when there are more. Blocks; thread-safe.
final class BatchErrors {
    private static final int MOST = 2_000;
    private static final int MOST_SEGMENTS = 100;
    private static final int MOST_GROUPS = 20;

    private static final ObjectMapper JSON = JsonFormat.trees();

    private final Database database;
    private final BlobStore blobs;
    private final Cache<Batch, Errors> known = Caffeine.newBuilder()
            .maximumSize(500)
            .expireAfterAccess(Duration.ofMinutes(10))
            .build();

    BatchErrors(Database database, BlobStore blobs) {
        this.database = database;
        this.blobs = blobs;
    }

    /// The kinds of failures, the most frequent first.
    ///
    /// @param counted how many failures were looked at
    record Errors(List<Kind> kinds, int counted) {
        static final Errors NONE = new Errors(List.of(), 0);
    }

    /// Failures that differ in numbers and names only.
    ///
    /// @param code as in the API
    /// @param example the message of the first
    /// @param customId of that one
    record Kind(String code, long count, String example, String customId) {}

    Errors of(Batch batch) throws IOException {
        if (batch.failed() == 0 && batch.status() != BatchStatus.EXPIRED) {
            return Errors.NONE;
        }
        Errors kept = known.getIfPresent(batch);
        if (kept == null) {
            kept = read(batch);
            known.put(batch, kept);
        }
        return kept;
    }

    private Errors read(Batch batch) throws IOException {
        List<SegmentStore.Segment> segments = database.inAccount(
                batch.account(),
                handle -> SegmentStore.errorRange(handle, batch.id(), batch.errorFile())
                        .map(range ->
                                SegmentStore.failures(handle, batch.id(), range.from(), range.before(), MOST_SEGMENTS))
                        .orElse(List.of()));
        Map<String, Kind> kinds = new LinkedHashMap<>();
        int counted = 0;
        for (SegmentStore.Segment segment : segments) {
            if (counted >= MOST) {
                break;
            }
            byte[] lines = blobs.readFully(
                    segment.bytes().blob(), segment.bytes().offset() + segment.okBytes(), segment.failedBytes());
            int from = 0;
            for (int i = 0; i < lines.length && counted < MOST; i++) {
                if (lines[i] == '\n') {
                    count(kinds, JSON.readTree(lines, from, i - from));
                    counted++;
                    from = i + 1;
                }
            }
        }
        List<Kind> sorted = kinds.values().stream()
                .sorted(Comparator.comparingLong(Kind::count).reversed())
                .limit(MOST_GROUPS)
                .toList();
        return new Errors(sorted, counted);
    }

    private static void count(Map<String, Kind> kinds, JsonNode line) {
        String code = line.at("/error/code").asText("");
        String message = line.at("/error/message").asText("");
        String alike = code + "\n" + message.replaceAll("'[^']*'|\"[^\"]*\"|\\d+", "…");
        kinds.merge(
                alike,
                new Kind(code, 1, message, line.path("custom_id").asText("")),
                (first, next) -> new Kind(code, first.count() + 1, first.example(), first.customId()));
    }
}
