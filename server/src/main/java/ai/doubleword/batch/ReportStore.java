package ai.doubleword.batch;

import java.math.BigDecimal;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/// SQL of what batches used.
final class ReportStore {
    private ReportStore() {}

    /// Sums over the requests of a batch; one that was retried is one request.
    ///
    /// @param costNanos in nano-dollars
    record Sums(
            long requests,
            long inputTokens,
            long outputTokens,
            @Nullable Double averageMillis,
            @Nullable Double averageFirstTokenMillis,
            BigDecimal costNanos) {}

    /// One scan of the account's requests since the batch was made.
    static Sums sums(Handle handle, Batch batch) {
        return handle.createQuery("""
                        SELECT count(DISTINCT line) AS requests,
                            coalesce(sum(coalesce(input, 0) + coalesce(cache_read, 0) + coalesce(cache_write_5m, 0)
                                + coalesce(cache_write_1h, 0) + coalesce(audio_input, 0)), 0) AS input,
                            coalesce(sum(coalesce(output, 0) + coalesce(reasoning, 0) + coalesce(audio_output, 0)), 0)
                                AS output,
                            avg(total_us) FILTER (WHERE status = 200) / 1000 AS total_ms,
                            avg(first_token_us) / 1000 AS first_ms,
                            coalesce(sum(cost), 0) AS cost
                        FROM usage
                        WHERE account = :account AND time >= :created AND batch = :batch
                        """)
                .bind("account", batch.account())
                .bind("created", batch.times().created().atOffset(java.time.ZoneOffset.UTC))
                .bind("batch", batch.id())
                .map((row, context) -> new Sums(
                        row.getLong("requests"),
                        row.getLong("input"),
                        row.getLong("output"),
                        row.getObject("total_ms", BigDecimal.class) == null ? null : (Double) row.getDouble("total_ms"),
                        row.getObject("first_ms", BigDecimal.class) == null ? null : (Double) row.getDouble("first_ms"),
                        row.getBigDecimal("cost")))
                .one();
    }
}
