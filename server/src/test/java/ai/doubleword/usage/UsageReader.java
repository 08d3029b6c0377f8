package ai.doubleword.usage;

import ai.doubleword.platform.ServerProcess;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

/// Reads what a home's database says was used, by plain JDBC past all code of ours.
final class UsageReader {
    private static final String ROLLUPS_THAT_DIFFER = """
            WITH summed AS (
                SELECT date_trunc('hour', time) AS hour, account, family, member, coalesce(model, 0) AS model, tier,
                    sum(count) AS requests,
                    sum(count) FILTER (WHERE status >= 400 AND cause <> 5) AS failed,
                    sum(count) FILTER (WHERE cause = 5) AS refused,
                    sum(count) FILTER (WHERE estimated) AS estimated,
                    sum(input) AS input, sum(cache_read) AS cache_read, sum(cache_write_5m) AS cache_write_5m,
                    sum(cache_write_1h) AS cache_write_1h, sum(output) AS output, sum(reasoning) AS reasoning,
                    sum(audio_input) AS audio_input, sum(audio_output) AS audio_output, sum(images) AS images,
                    sum(cost) AS cost
                FROM usage GROUP BY 1, 2, 3, 4, 5, 6),
            rows AS (
                SELECT hour, account, family, member, model, tier, requests, coalesce(failed, 0), coalesce(refused, 0),
                    coalesce(estimated, 0), coalesce(input, 0), coalesce(cache_read, 0), coalesce(cache_write_5m, 0),
                    coalesce(cache_write_1h, 0), coalesce(output, 0), coalesce(reasoning, 0), coalesce(audio_input, 0),
                    coalesce(audio_output, 0), coalesce(images, 0), coalesce(cost, 0)
                FROM summed),
            rollups AS (
                SELECT hour, account, family, member, model, tier, requests, failed, refused, estimated, input,
                    cache_read, cache_write_5m, cache_write_1h, output, reasoning, audio_input, audio_output, images,
                    cost
                FROM rollup_hour)
            SELECT (SELECT count(*) FROM (TABLE rows EXCEPT TABLE rollups) AS missing)
                + (SELECT count(*) FROM (TABLE rollups EXCEPT TABLE rows) AS surplus)
                + (SELECT count(*) FROM (
                       (SELECT date_trunc('hour', time), coalesce(model, 0), coalesce(target, 0), tier, sum(count)
                        FROM usage GROUP BY 1, 2, 3, 4)
                       EXCEPT
                       (SELECT hour, model, target, tier, requests FROM rollup_target_hour)) AS targets)
            """;

    private final Path home;

    UsageReader(Path home) {
        this.home = home;
    }

    /// What is wrong with the usage, if these requests are those that clients saw end: nothing, or a sentence.
    /// Waits for the journal to be drained, as long as `limit`.
    String verdict(List<Long> finished, Duration limit) {
        long end = System.nanoTime() + limit.toNanos();
        while (true) {
            String verdict = verdict(finished);
            if (verdict.isEmpty() || System.nanoTime() > end) {
                return verdict;
            }
            LockSupport.parkNanos(Duration.ofMillis(100).toNanos());
        }
    }

    /// How many requests there are.
    long rows() throws SQLException {
        return count("SELECT count(*) FROM usage");
    }

    /// What a statement gives that gives one number.
    long count(String sql) throws SQLException {
        try (Connection connection = ServerProcess.database(home)) {
            return number(connection, sql);
        }
    }

    private String verdict(List<Long> finished) {
        try (Connection connection = ServerProcess.database(home)) {
            long twice = number(
                    connection, "SELECT count(*) FROM (SELECT id FROM usage GROUP BY id HAVING count(*) > 1) AS twice");
            if (twice > 0) {
                return twice + " requests are in usage more than once";
            }
            long differing = number(connection, ROLLUPS_THAT_DIFFER);
            if (differing > 0) {
                return differing + " rollups are not the sum of their rows";
            }
            long missing = missing(connection, finished);
            return missing == 0 ? "" : missing + " of " + finished.size() + " finished requests are not in usage";
        } catch (SQLException e) {
            return "the database does not answer: " + e.getMessage();
        }
    }

    private static long missing(Connection connection, List<Long> finished) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement("""
                SELECT count(*) FROM unnest(?) AS finished (id)
                WHERE NOT EXISTS (SELECT FROM usage WHERE usage.id = finished.id)
                """)) {
            statement.setArray(1, connection.createArrayOf("bigint", finished.toArray()));
            try (ResultSet row = statement.executeQuery()) {
                row.next();
                return row.getLong(1);
            }
        }
    }

    private static long number(Connection connection, String sql) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql);
                ResultSet row = statement.executeQuery()) {
            row.next();
            return row.getLong(1);
        }
    }
}
