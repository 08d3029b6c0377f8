package ai.doubleword.batch;

import ai.doubleword.batch.files.BatchFile;
import ai.doubleword.platform.AccountEvent;
import ai.doubleword.platform.AccountEventType;
import ai.doubleword.platform.AccountEvents;
import ai.doubleword.platform.Ids;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jdbi.v3.core.Handle;

/// What webhooks hear of batches: that one has ended, and each quarter on the way; and of single lines: that each has
/// ended, once. Part of the caller's transaction.
final class BatchNews {
    private static final int QUARTERS = 4;

    private final AccountEvents events;
    private final Endpoints endpoints;

    BatchNews(AccountEvents events, Endpoints endpoints) {
        this.events = events;
        this.endpoints = endpoints;
    }

    /// Batches have ended.
    void ended(Handle handle, List<Batch> batches) {
        tell(handle, batches.stream().map(BatchNews::end).toList());
    }

    private static AccountEvent end(Batch batch) {
        AccountEventType type = switch (batch.status()) {
            case FAILED -> AccountEventType.BATCH_FAILED;
            case EXPIRED -> AccountEventType.BATCH_EXPIRED;
            case CANCELLED -> AccountEventType.BATCH_CANCELLED;
            case VALIDATING, IN_PROGRESS, FINALIZING, COMPLETED, CANCELLING -> AccountEventType.BATCH_COMPLETED;
        };
        BatchView view = BatchView.of(batch);
        Map<String, Object> data = new LinkedHashMap<>();
        data.put("id", view.id());
        data.put("status", view.status());
        data.put("endpoint", view.endpoint());
        data.put("completion_window", view.completionWindow());
        data.put("input_file_id", view.inputFileId());
        data.put("output_file_id", view.outputFileId());
        data.put("error_file_id", Ids.format(BatchFile.PREFIX, batch.errorFile()));
        data.put("request_counts", view.requestCounts());
        return new AccountEvent(type, batch.account(), batch.member(), data);
    }

    /// What is to be heard of batches of which results were recorded.
    List<AccountEvent> progress(List<SegmentStore.Progress> progress) {
        List<AccountEvent> quarters = new ArrayList<>();
        for (SegmentStore.Progress each : progress) {
            int quarter = quarter(each.done(), each.total());
            if (quarter > quarter(each.done() - each.added(), each.total()) && quarter < QUARTERS) {
                Map<String, Object> data = new LinkedHashMap<>();
                data.put("id", Ids.format(Batch.PREFIX, each.batch()));
                data.put("percent", quarter * 100 / QUARTERS);
                data.put("request_counts", new BatchView.RequestCounts(each.total(), each.ok(), each.failed()));
                quarters.add(new AccountEvent(AccountEventType.BATCH_PROGRESS, each.account(), each.member(), data));
            }
        }
        return quarters;
    }

    /// Lines of a pack have ended.
    ///
    /// @param lines their ids
    void ended(Handle handle, Batch pack, List<Long> lines, LineEnd end) {
        endpoints
                .find(pack.endpoint())
                .ifPresent(endpoint -> tell(
                        handle,
                        lines.stream()
                                .flatMap(line -> of(pack, endpoint, line, end).stream())
                                .toList()));
    }

    /// All of this has happened.
    void tell(Handle handle, List<AccountEvent> happened) {
        if (!happened.isEmpty()) {
            events.emit(handle, happened);
        }
    }

    /// What is to be heard of the end of a line of a pack.
    static Optional<AccountEvent> of(Batch pack, EndpointHandler endpoint, long line, LineEnd end) {
        return endpoint.news(line, end)
                .map(news -> new AccountEvent(news.type(), pack.account(), pack.member(), news.data()));
    }

    private static int quarter(int done, int total) {
        return total == 0 ? 0 : (int) ((long) done * QUARTERS / total);
    }
}
