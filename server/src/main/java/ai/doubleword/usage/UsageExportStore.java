package ai.doubleword.usage;

import ai.doubleword.accounts.User;
import java.util.List;
import org.jdbi.v3.core.Handle;

/// SQL of what a user has used.
final class UsageExportStore {
    private UsageExportStore() {}

    /// A day's use of a model.
    ///
    /// @param day as `2026-11-25`, in UTC
    /// @param model empty for requests that were refused before their model was known
    /// @param input all input tokens
    /// @param output all output tokens
    /// @param costNanos in nano-dollars
    record Day(String day, String model, long requests, long input, long output, long costNanos) {}

    static List<Day> days(Handle handle, User user, List<Long> organizations) {
        return handle.createQuery("""
                        SELECT to_char(r.hour AT TIME ZONE 'UTC', 'YYYY-MM-DD') AS day, coalesce(m.name, '') AS model,
                               sum(r.requests) AS requests,
                               sum(r.input + r.cache_read + r.cache_write_5m + r.cache_write_1h + r.audio_input) AS input,
                               sum(r.output + r.reasoning + r.audio_output) AS output, sum(r.cost) AS cost
                          FROM rollup_hour r LEFT JOIN model m ON m.id = r.model
                         WHERE r.account = :account OR (r.account = ANY(:organizations) AND r.member = :user)
                         GROUP BY 1, 2 ORDER BY 1, 2
                        """)
                .bind("account", user.account())
                .bind("user", user.id())
                .bind("organizations", organizations.toArray(Long[]::new))
                .map((row, context) -> new Day(
                        row.getString("day"),
                        row.getString("model"),
                        row.getLong("requests"),
                        row.getLong("input"),
                        row.getLong("output"),
                        row.getLong("cost")))
                .list();
    }
}
