package ai.doubleword.usage;

import ai.doubleword.platform.Database;
import ai.doubleword.platform.Ids;
import ai.doubleword.platform.Tier;
import ai.doubleword.usage.RequestsResource.Entry;
import ai.doubleword.usage.RequestsResource.Filter;
import ai.doubleword.usage.RequestsResource.Timings;
import ai.doubleword.usage.RequestsResource.Tokens;
import jakarta.inject.Singleton;
import java.math.BigDecimal;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.List;
import java.util.Locale;

/// Reads the request log, newest first, along the index on account and time.
@Singleton
final class RequestLogStore {
    private static final Tier[] TIERS = Tier.values();
    private static final Cause[] CAUSES = Cause.values();
    private static final int DOLLAR_DECIMALS = 9;

    private final Database database;

    RequestLogStore(Database database) {
        this.database = database;
    }

    List<Entry> entries(Viewer viewer, Filter filter, int limit, int skip) {
        return UsageStore.read(
                database,
                viewer,
                handle -> handle.createQuery(sql(viewer, filter))
                        .bind("account", viewer.account())
                        .bind("member", viewer.member())
                        .bind("after", Timestamp.from(filter.after()))
                        .bind("before", Timestamp.from(filter.before()))
                        .bind("below", filter.belowId())
                        .bind("exact", filter.exactId())
                        .bind("model", filter.model())
                        .bind("key", filter.key())
                        .bind("batch", filter.batch())
                        .bind("status", filter.status())
                        .bind("limit", limit)
                        .bind("skip", skip)
                        .map((row, context) -> entry(row))
                        .list());
    }

    private static String sql(Viewer viewer, Filter filter) {
        StringBuilder more = new StringBuilder();
        more.append(filter.belowId() == 0 ? "" : " AND u.id < :below");
        more.append(filter.exactId() == 0 ? "" : " AND u.id = :exact");
        more.append(filter.model().isEmpty() ? "" : " AND m.name = :model");
        more.append(filter.key().isEmpty() ? "" : " AND u.key_id = :key");
        more.append(filter.batch() == 0 ? "" : " AND u.batch = :batch");
        more.append(filter.status() == 0 ? "" : " AND u.status = :status");
        // Said again for the partial index, which holds failures only.
        more.append(filter.status() < 400 ? "" : " AND u.status >= 400");
        return """
                SELECT u.*, m.name AS model_name, p.name AS provider_name
                FROM usage u
                LEFT JOIN model m ON m.id = u.model
                LEFT JOIN target t ON t.id = u.target
                LEFT JOIN provider p ON p.id = t.provider_id
                WHERE %s AND u.time >= :after AND u.time <= :before %s
                ORDER BY u.time DESC, u.id DESC
                LIMIT :limit OFFSET :skip
                """.formatted(viewer.condition("u"), more);
    }

    private static Entry entry(ResultSet row) throws SQLException {
        long id = row.getLong("id");
        int status = row.getInt("status");
        Tokens tokens = new Tokens(
                row.getLong("input"),
                row.getLong("cache_read"),
                row.getLong("cache_write_5m"),
                row.getLong("cache_write_1h"),
                row.getLong("output"),
                row.getLong("reasoning"),
                row.getLong("audio_input"),
                row.getLong("audio_output"),
                row.getLong("images"));
        Timings timings = new Timings(
                row.getLong("queue_us") / 1000.0,
                row.getLong("first_token_us") / 1000.0,
                row.getLong("total_us") / 1000.0);
        long batch = row.getLong("batch");
        String cause = CAUSES[row.getInt("cause")].name().toLowerCase(Locale.ROOT);
        return new Entry(
                id,
                Instant.ofEpochMilli(Ids.millis(id)),
                "POST",
                "/v1/" + row.getString("endpoint"),
                Ids.format("req", id),
                "key_" + row.getString("key_id"),
                row.getString("model_name"),
                row.getString("provider_name"),
                TIERS[row.getInt("tier")].wire(),
                status,
                status,
                cause,
                row.getString("error_code"),
                tokens,
                row.getBoolean("estimated"),
                Parameters.dollars(BigDecimal.valueOf(row.getLong("cost"), DOLLAR_DECIMALS)),
                timings,
                row.getBoolean("stream"),
                row.getInt("count"),
                batch == 0 ? null : Ids.format("batch", batch),
                row.getString("attempts"));
    }
}
