package ai.doubleword.batch;

import ai.doubleword.platform.Database;
import org.jspecify.annotations.Nullable;

/// What batches used. Blocks; thread-safe.
final class BatchReports {
    private static final int NANO_DIGITS = 9;

    private final Database database;

    BatchReports(Database database) {
        this.database = database;
    }

    /// What a batch used so far.
    ///
    /// @param totalCost in dollars, exact
    record Analytics(
            long totalRequests,
            long totalPromptTokens,
            long totalCompletionTokens,
            long totalTokens,
            @Nullable Double avgDurationMs,
            @Nullable Double avgTtfbMs,
            String totalCost) {}

    Analytics analytics(Batch batch) {
        ReportStore.Sums sums = database.inAccount(batch.account(), handle -> ReportStore.sums(handle, batch));
        return new Analytics(
                sums.requests(),
                sums.inputTokens(),
                sums.outputTokens(),
                sums.inputTokens() + sums.outputTokens(),
                sums.averageMillis(),
                sums.averageFirstTokenMillis(),
                sums.costNanos().movePointLeft(NANO_DIGITS).stripTrailingZeros().toPlainString());
    }
}
