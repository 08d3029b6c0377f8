package ai.doubleword.usage;

import ai.doubleword.platform.Database;
import ai.doubleword.platform.Ids;
import ai.doubleword.platform.Tier;
import ai.doubleword.usage.RequestsResource.Entry;
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
import org.jdbi.v3.core.statement.Query;
import org.jspecify.annotations.Nullable;

/// Reads the request log, newest first, along the index on account and time.
@Singleton
final class RequestLogStore {
    private static final Tier[] TIERS = Tier.values();
    private static final Cause[] CAUSES = Cause.values();
    private static final int DOLLAR_DECIMALS = 9;
    /// How many rows a page reads at most, so that a rare one does not read millions.
    private static final int REACH = 50_000;

    private final Database database;

    RequestLogStore(Database database) {
        this.database = database;
    }

    /// A page of the log.
    ///
    /// @param searchedTo id of the last row that was read, where the page ended because [#REACH] rows were; 0
    ///     otherwise
    record Found(List<Entry> entries, long searchedTo) {}

    /// The newest that fit. However few do, no more than [#REACH] rows are read.
    List<Entry> entries(Viewer viewer, RequestFilter filter, int limit, int skip) {
        return search(viewer, filter, limit, skip).entries();
    }

    /// As [#entries], with how far it came.
    Found search(Viewer viewer, RequestFilter filter, int limit, int skip) {
        return UsageStore.read(database, viewer, handle -> {
            List<Entry> entries = bind(handle.createQuery(page(viewer, filter)), viewer, filter)
                    .bind("limit", limit)
                    .bind("skip", skip)
                    .map((row, context) -> entry(row))
                    .list();
            long searchedTo = entries.size() == limit || filter.exactId() != 0
                    ? 0
                    : bind(handle.createQuery(last(viewer, filter)), viewer, filter)
                            .mapTo(Long.class)
                            .findOne()
                            .orElse(0L);
            return new Found(entries, searchedTo);
        });
    }

    private static Query bind(Query query, Viewer viewer, RequestFilter filter) {
        return query.bind("account", viewer.account())
                .bind("member", viewer.member())
                .bind("after", Timestamp.from(filter.after()))
                .bind("before", Timestamp.from(filter.before()))
                .bind("below", filter.belowId())
                .bind("exact", filter.exactId())
                .bind("model", filter.model())
                .bind("key", filter.key())
                .bind("batch", filter.batch())
                .bind("status", filter.status())
                .bind("tier", position(filter.tier()))
                .bind("cause", position(filter.cause()))
                .bind("least", filter.leastMillis() * 1_000)
                .bind("reach", REACH);
    }

    @SuppressWarnings("EnumOrdinal") // their order is part of the table, as the enums say
    private static int position(@Nullable Enum<?> value) {
        return value == null ? -1 : value.ordinal();
    }

    private static String page(Viewer viewer, RequestFilter filter) {
        return """
                SELECT u.*, (SELECT name FROM model WHERE id = u.model) AS model_name,
                       (SELECT p.name FROM target t JOIN provider p ON p.id = t.provider_id WHERE t.id = u.target)
                           AS provider_name
                  FROM (SELECT * FROM usage u WHERE %s ORDER BY u.time DESC, u.id DESC LIMIT :reach) u
                 WHERE %s
                 ORDER BY u.time DESC, u.id DESC
                 LIMIT :limit OFFSET :skip
                """.formatted(read(viewer, filter), fits(viewer, filter));
    }

    /// The last row within reach, if there are as many.
    private static String last(Viewer viewer, RequestFilter filter) {
        return """
                SELECT u.id FROM usage u WHERE %s ORDER BY u.time DESC, u.id DESC OFFSET :reach - 1 LIMIT 1
                """.formatted(read(viewer, filter));
    }

    /// What the index on account and time finds: it bounds what is read.
    private static String read(Viewer viewer, RequestFilter filter) {
        return (viewer.account() == 0 ? "true" : "u.account = :account")
                + " AND u.time >= :after AND u.time <= :before"
                + (filter.belowId() == 0 ? "" : " AND u.id < :below")
                + (filter.exactId() == 0 ? "" : " AND u.id = :exact")
                + (filter.failures() ? " AND u.status >= 400" : "");
    }

    /// What is asked of each row that was read.
    private static String fits(Viewer viewer, RequestFilter filter) {
        return viewer.condition("u")
                + (filter.model().isEmpty()
                        ? ""
                        : " AND u.model = ANY(ARRAY(SELECT id FROM model WHERE name = :model))")
                + (filter.key().isEmpty() ? "" : " AND u.key_id = :key")
                + (filter.batch() == 0 ? "" : " AND u.batch = :batch")
                + (filter.status() == 0
                        ? ""
                        : filter.status() < 10 ? " AND u.status / 100 = :status" : " AND u.status = :status")
                + (filter.tier() == null ? "" : " AND u.tier = :tier")
                + (filter.cause() == null ? "" : " AND u.cause = :cause")
                + (filter.leastMillis() == 0 ? "" : " AND u.total_us >= :least");
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
        RequestResult.Request part = new RequestResult.Request(id, row.getLong("batch"), row.getInt("line"));
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
                part.batch() <= 0 ? null : Ids.format("batch", part.batch()),
                row.getString("attempts"),
                part);
    }
}
