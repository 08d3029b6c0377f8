package ai.doubleword.bench;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.time.LocalDate;
import java.time.ZoneOffset;

/// Fills a home with requests of the last thirty days and their rollups, inside of PostgreSQL, a day at a time:
/// half of them of the first administrator's account, the rest of a hundred others. Of the account's keys a fiftieth
/// is busy in any hour, each with a model of its own. The rows are plausible, not true: no token was ever counted.
final class UsageFill {
    private static final int DAYS = 30;
    private static final int OTHERS = 100;
    private static final int BUSY_SHARE = 50;
    /// As the server's ids have them: milliseconds since 2025, then 22 bits.
    private static final long IDS_BEGIN = 1_735_689_600_000L;

    private static final int IDS_SHIFT = 22;

    private static final String ROLLUPS = """
            INSERT INTO rollup_hour (hour, account, family, member, model, tier, requests, failed, refused, estimated,
                                     input, cache_read, cache_write_5m, cache_write_1h, output, reasoning, audio_input,
                                     audio_output, images, cost)
            SELECT date_trunc('hour', time, 'UTC'), account, family, member, model, tier, sum(count),
                   coalesce(sum(count) FILTER (WHERE cause = 2), 0), coalesce(sum(count) FILTER (WHERE cause = 5), 0),
                   0, sum(input), 0, 0, 0, sum(output), 0, 0, 0, 0, sum(cost)
              FROM usage
             WHERE model > 1000
             GROUP BY 1, 2, 3, 4, 5, 6
            ON CONFLICT DO NOTHING
            """;

    private static final String TARGET_ROLLUPS = """
            INSERT INTO rollup_target_hour (hour, model, target, tier, requests, statuses, causes, first_token, total)
            SELECT hour, model, 0, tier, sum(requests), jsonb_build_object('200', sum(requests)),
                   ARRAY[sum(requests - failed - refused), 0, sum(failed), 0, 0, sum(refused)]::bigint[],
                   array_fill(0::bigint, ARRAY[44]) || sum(requests)::bigint || array_fill(0::bigint, ARRAY[53]),
                   array_fill(0::bigint, ARRAY[56]) || sum(requests)::bigint || array_fill(0::bigint, ARRAY[41])
              FROM rollup_hour
             WHERE model > 1000
             GROUP BY hour, model, tier
            ON CONFLICT DO NOTHING
            """;

    private final EmbeddedDatabase database;

    UsageFill(EmbeddedDatabase database) {
        this.database = database;
    }

    /// Does nothing where there are as many rows already.
    void fill(long rows, int keys, int models) {
        try (Connection connection = database.connect();
                Statement statement = connection.createStatement()) {
            if (count(statement, "SELECT coalesce(sum(requests), 0) FROM rollup_hour") >= rows) {
                return;
            }
            statement.execute("SET synchronous_commit = off");
            statement.execute(models(models));
            statement.execute(keys(keys));
            LocalDate today = LocalDate.now(Clock.systemUTC());
            for (int ago = DAYS - 1; ago >= 0; ago--) {
                LocalDate day = today.minusDays(ago);
                partition(statement, day);
                statement.execute(day(day, rows / DAYS, keys, models));
            }
            statement.execute(ROLLUPS);
            statement.execute(TARGET_ROLLUPS);
            statement.execute("ANALYZE");
        } catch (SQLException e) {
            throw new IllegalStateException("the home could not be filled", e);
        }
    }

    private static long count(Statement statement, String query) throws SQLException {
        try (ResultSet row = statement.executeQuery(query)) {
            row.next();
            return row.getLong(1);
        }
    }

    private static String models(int models) {
        return """
                INSERT INTO model (id, uuid, name, type, tiers, policy)
                SELECT 1000 + n, gen_random_uuid(), 'filled/model-' || lpad(n::text, 3, '0'), 'chat',
                       '{realtime,batch}', 'priority'
                  FROM generate_series(1, %d) AS n ON CONFLICT DO NOTHING
                """.formatted(models);
    }

    private static String keys(int keys) {
        return """
                INSERT INTO api_key (id, family, account_id, created_by, type, name, pepper_id, hmac, created_at)
                SELECT 'filled' || lpad(n::text, 6, '0'), n, u.account_id, u.id, 'inference', 'filled ' || n, 1,
                       sha256(n::text::bytea), now() - n * interval '1 minute'
                  FROM generate_series(1, %d) AS n,
                       (SELECT id, account_id FROM "user" ORDER BY created_at LIMIT 1) AS u ON CONFLICT DO NOTHING
                """.formatted(keys);
    }

    private static void partition(Statement statement, LocalDate day) throws SQLException {
        String name = "usage_" + day.toString().replace("-", "");
        if (count(statement, "SELECT count(*) FROM pg_class WHERE relname = '" + name + "'") == 0) {
            statement.execute("CREATE TABLE " + name + " PARTITION OF usage FOR VALUES FROM ('" + day
                    + "T00:00Z') TO ('" + day.plusDays(1) + "T00:00Z')");
            statement.execute("ALTER TABLE " + name + " OWNER TO dw_engine");
        }
    }

    private static String day(LocalDate day, long rows, int keys, int models) {
        long start = day.atStartOfDay(ZoneOffset.UTC).toInstant().toEpochMilli();
        long until = Math.min(start + 86_400_000, Clock.systemUTC().millis());
        return """
                INSERT INTO usage (time, id, account, family, member, model, target, input, cache_read, output, cost,
                                   queue_us, first_token_us, total_us, count, status, tier, cause, stream, estimated,
                                   endpoint, key_id, error_code)
                SELECT to_timestamp(millis / 1000.0),
                       ((millis - %1$d) << %2$d) + mod(n, 4096),
                       CASE WHEN mine THEN u.account_id ELSE 10000 + mod(n, %3$d) END,
                       CASE WHEN mine THEN key ELSE 100000 + mod(n, %3$d) END,
                       CASE WHEN mine THEN u.id ELSE 20000 + mod(n, %3$d) END,
                       1001 + mod(key, %4$d), NULL, 200 + mod(n, 1700), NULL, 20 + mod(n, 500),
                       30000 + mod(n, 900000), 200, 40000 + mod(n * 7919, 700000), 300000 + mod(n * 104729, 9000000),
                       1, CASE mod(n, 50) WHEN 0 THEN 502 WHEN 1 THEN 429 ELSE 200 END,
                       CASE WHEN mod(key, 5) = 0 THEN 2 ELSE 0 END,
                       CASE mod(n, 50) WHEN 0 THEN 2 WHEN 1 THEN 5 ELSE 0 END, true, false, 'chat/completions',
                       'filled' || lpad(key::text, 6, '0'),
                       CASE mod(n, 50) WHEN 0 THEN 'upstream_error' WHEN 1 THEN 'rate_limit_requests' END
                  FROM (SELECT n, mod(n, 2) = 0 AS mine, %5$d + (n - 1) * %6$d / %7$d AS millis,
                               1 + mod((%5$d + (n - 1) * %6$d / %7$d) / 3600000 * 37 + mod(n * 7919, %8$d) * %9$d, %10$d)
                                   AS key
                          FROM generate_series(1::bigint, %7$d) AS n) AS request,
                       (SELECT id, account_id FROM "user" ORDER BY created_at LIMIT 1) AS u
                """.formatted(
                        IDS_BEGIN,
                        IDS_SHIFT,
                        OTHERS,
                        models,
                        start,
                        until - start,
                        rows,
                        Math.max(1, keys / BUSY_SHARE),
                        BUSY_SHARE,
                        keys);
    }
}
