package ai.doubleword.batch;

import ai.doubleword.batch.files.BatchFile;
import ai.doubleword.platform.Ids;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/// A batch as OpenAI's API shows it. Times are epoch seconds.
///
/// @param deadline how sure `expires_at` was when it was ordered: `promised`, `estimated` (too little was measured) or
///     `at_risk`; null for what has none
/// @param earliestWindow of one at risk: the shortest usual window that it would be done in
/// @param pausedAt since when it is paused; null while it is not
/// @param notice what is to be known of it, in a sentence; null for nothing
@Schema(name = "BatchResponse")
record BatchView(
        String id,
        String object,
        String endpoint,
        String inputFileId,
        String completionWindow,
        String status,
        String outputFileId,
        @Nullable String errorFileId,
        long createdAt,
        @Nullable Long inProgressAt,
        @Nullable Long expiresAt,
        @Nullable Long finalizingAt,
        @Nullable Long completedAt,
        @Nullable Long failedAt,
        @Nullable Long expiredAt,
        @Nullable Long cancellingAt,
        @Nullable Long cancelledAt,
        @Nullable Long pausedAt,
        @Nullable String deadline,
        @Nullable String earliestWindow,
        @Nullable String notice,
        RequestCounts requestCounts,
        Map<String, String> metadata) {
    /// How many lines there are, have an answer, and failed for good.
    @Schema(name = "RequestCounts")
    record RequestCounts(int total, int completed, int failed) {}

    /// A page.
    @Schema(name = "BatchListResponse")
    record Page(
            String object,
            List<BatchView> data,
            @Nullable String firstId,
            @Nullable String lastId,
            boolean hasMore) {
        static Page of(Batches.Page page) {
            List<BatchView> views = page.batches().stream().map(BatchView::of).toList();
            return new Page(
                    "list",
                    views,
                    views.isEmpty() ? null : views.getFirst().id(),
                    views.isEmpty() ? null : views.getLast().id(),
                    page.more());
        }
    }

    static BatchView of(Batch batch) {
        boolean errors = batch.failed() > 0 || batch.status() == BatchStatus.EXPIRED;
        Batch.Times times = batch.times();
        return new BatchView(
                Ids.format(Batch.PREFIX, batch.id()),
                "batch",
                batch.endpoint(),
                Ids.format(BatchFile.PREFIX, batch.inputFile()),
                batch.window(),
                batch.status().wire(),
                Ids.format(BatchFile.PREFIX, batch.outputFile()),
                errors ? Ids.format(BatchFile.PREFIX, batch.errorFile()) : null,
                times.created().getEpochSecond(),
                seconds(times.inProgress()),
                seconds(times.expires()),
                seconds(times.finalizing()),
                seconds(times.completed()),
                seconds(times.failed()),
                seconds(times.expired()),
                seconds(times.cancelling()),
                seconds(times.cancelled()),
                batch.paused() ? seconds(times.paused()) : null,
                batch.deadline().map(Deadline::wire).orElse(null),
                batch.promise().earliestWindow(),
                notice(batch),
                new RequestCounts(batch.total(), batch.ok(), batch.failed()),
                batch.metadata());
    }

    private static @Nullable String notice(Batch batch) {
        if (batch.paused()) {
            return paused(batch);
        }
        boolean risk = batch.deadline().filter(Deadline.AT_RISK::equals).isPresent();
        return risk && !batch.status().ended() ? atRisk(batch) : null;
    }

    private static String atRisk(Batch batch) {
        String earliest = batch.promise().earliestWindow();
        return "At risk: at the speed that was measured when it was ordered it is not done within " + batch.window()
                + (earliest == null ? "." : "; the earliest window that fits is " + earliest + ".");
    }

    private static String paused(Batch batch) {
        Instant expires = batch.times().expires();
        String goesOn = "Paused: no request is begun; those under way end and count. ";
        return goesOn
                + (expires == null
                        ? "It has no deadline."
                        : "The deadline stays: " + expires.truncatedTo(ChronoUnit.SECONDS) + ".");
    }

    private static @Nullable Long seconds(@Nullable Instant time) {
        return time == null ? null : (Long) time.getEpochSecond();
    }
}
