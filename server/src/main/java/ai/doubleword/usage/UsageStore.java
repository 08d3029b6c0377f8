package ai.doubleword.usage;

import ai.doubleword.platform.Database;
import ai.doubleword.platform.Tier;
import ai.doubleword.usage.UsageQuery.Dimension;
import jakarta.inject.Singleton;
import java.math.BigDecimal;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.HandleCallback;
import org.jdbi.v3.core.statement.Query;
import org.jspecify.annotations.Nullable;

/// Reads the rollups. Never the rows: a dashboard costs the same at a thousand requests and at ten million.
@Singleton
final class UsageStore {
    private static final Tier[] TIERS = Tier.values();
    private static final int DOLLAR_DECIMALS = 9;

    /// Of each family of keys the labels that its newest carries.
    private static final String LABELS = """
            LEFT JOIN (SELECT DISTINCT ON (family) family, labels FROM api_key
                        WHERE :account IN (0, account_id) ORDER BY family, created_at DESC) labelled
                ON labelled.family = r.family
            """;

    /// The newest key of each family.
    private static final String NEWEST = """
            LEFT JOIN LATERAL (
                SELECT id, name FROM api_key WHERE api_key.family = sums.family
                ORDER BY created_at DESC LIMIT 1) newest ON true
            """;

    /// A day of UTC. It is the same as `date_trunc`, which looks the time zone up for each row.
    private static final String DAY = "date_bin('1 day', r.hour, timestamptz 'epoch')";

    private final Database database;

    UsageStore(Database database) {
        this.database = database;
    }

    /// The sums, in the order of their groups.
    List<UsageSums> sums(Viewer viewer, UsageQuery query) {
        return read(
                database,
                viewer,
                handle -> bound(handle.createQuery(sql(viewer, query)), viewer, query)
                        .map((row, context) -> sums(row))
                        .list());
    }

    /// Some keys, the largest first, and what all of them add up to over time.
    ///
    /// @param keys each over the whole time
    /// @param count how many keys there are
    /// @param steps each hour or day over all keys
    record Largest(List<UsageSums> keys, int count, List<UsageSums> steps) {}

    /// The keys that something was used by, and the time in which it was, read in one go.
    ///
    /// @param query by hour or by day
    /// @param limit of the keys
    Largest largestKeys(Viewer viewer, UsageQuery query, UsageMeasure measure, int limit) {
        List<Line> lines = read(
                database,
                viewer,
                handle -> bound(handle.createQuery(largest(viewer, query, measure)), viewer, query)
                        .bind("limit", limit)
                        .map((row, context) -> new Line(row.getInt("keys"), sums(row)))
                        .list());
        return new Largest(
                lines.stream().filter(line -> line.keys > 0).map(Line::sums).toList(),
                lines.stream().mapToInt(Line::keys).max().orElse(0),
                lines.stream().filter(line -> line.keys == 0).map(Line::sums).toList());
    }

    /// @param keys how many there are, on the line of one; 0 on that of a step
    private record Line(int keys, UsageSums sums) {}

    /// Batches that were ordered in a time, with the requests of all of them.
    record Ordered(long batches, long requests) {}

    Ordered ordered(Viewer viewer, Instant from, Instant to) {
        return read(
                database,
                viewer,
                handle -> handle.createQuery("""
                        SELECT count(*) AS batches, coalesce(sum(b.total), 0) AS requests
                          FROM (SELECT account_id AS account, family, member, total, input_file, created_at
                                  FROM batch) b
                         WHERE %s AND b.input_file <> 0 AND b.created_at >= :from AND b.created_at < :to
                        """.formatted(viewer.condition("b")))
                        .bind("account", viewer.account())
                        .bind("member", viewer.member())
                        .bind("from", Timestamp.from(from))
                        .bind("to", Timestamp.from(to))
                        .map((row, context) -> new Ordered(row.getLong("batches"), row.getLong("requests")))
                        .one());
    }

    /// The names of the labels that an account's keys carry.
    List<String> labels(Viewer viewer) {
        return read(
                database,
                viewer,
                handle -> handle.createQuery("""
                        SELECT DISTINCT label FROM api_key, jsonb_object_keys(labels) AS label
                         WHERE account_id = :account ORDER BY label
                        """)
                        .bind("account", viewer.account())
                        .mapTo(String.class)
                        .list());
    }

    /// The requests of one family of keys on one day.
    record FamilyDay(long family, Instant day, long requests) {}

    List<FamilyDay> days(long account, Collection<Long> families, Instant from) {
        return read(
                database,
                new Viewer(account, 0),
                handle -> handle.createQuery("""
                        SELECT family, date_trunc('day', hour, 'UTC') AS day, sum(requests - refused) AS requests
                          FROM rollup_hour
                         WHERE account = :account AND family = ANY(:families) AND hour >= :from
                         GROUP BY 1, 2
                        """)
                        .bind("account", account)
                        .bindArray("families", Long.class, families)
                        .bind("from", Timestamp.from(from))
                        .map((row, context) -> new FamilyDay(
                                row.getLong("family"), row.getTimestamp("day").toInstant(), row.getLong("requests")))
                        .list());
    }

    /// The first hour in which an account used anything.
    Optional<Instant> firstHour(long account) {
        return read(
                database,
                new Viewer(account, 0),
                handle -> handle.createQuery("SELECT min(hour) FROM rollup_hour WHERE account = :account")
                        .bind("account", account)
                        .mapTo(Instant.class)
                        .findOne());
    }

    /// Reads as the one login or the other: everybody's rows are the owner's to see, an account's are bound by its
    /// policy too.
    static <T> T read(Database database, Viewer viewer, HandleCallback<T, RuntimeException> work) {
        return viewer.account() == 0
                ? database.engine().<T, RuntimeException>inTransaction(work)
                : database.<T, RuntimeException>inAccount(viewer.account(), work);
    }

    private static Query bound(Query statement, Viewer viewer, UsageQuery query) {
        return statement
                .bind("from", Timestamp.from(query.from()))
                .bind("to", Timestamp.from(query.to()))
                .bind("account", viewer.account())
                .bind("member", viewer.member())
                .bindArray("types", String.class, query.types())
                .bindArray("models", String.class, query.models())
                .bindArray("keys", String.class, query.keys())
                .bindArray("members", Long.class, query.members())
                .bind("label", query.label().name())
                .bindByType("labelValue", query.label().value(), String.class);
    }

    private static String sql(Viewer viewer, UsageQuery query) {
        return """
                WITH %s GROUP BY 1, 2, 3, 4, 5, 6)
                SELECT sums.*, newest.id AS key, newest.name AS key_name
                FROM sums
                %s
                ORDER BY bucket, model, newest.name, sums.family, member, tier, label
                """.formatted(summed(viewer, query, query.by(Dimension.KEY) ? "r.family" : "NULL::bigint"), NEWEST);
    }

    /// Keys and steps are summed in one scan. Only the keys that are shown have their names looked up.
    private static String largest(Viewer viewer, UsageQuery query, UsageMeasure measure) {
        String size = switch (measure) {
            case COST -> "cost";
            case TOKENS -> "input + cache_read + cache_write + audio_input + output + reasoning + audio_output";
            case REQUESTS -> "requests";
        };
        return """
                WITH %s GROUP BY GROUPING SETS ((1), (2)) HAVING sum(r.requests - r.refused) > 0),
                ranked AS (
                    SELECT *, row_number() OVER (ORDER BY %s DESC, family) AS place, count(*) OVER () AS keys
                    FROM sums WHERE family IS NOT NULL)
                SELECT sums.*, newest.id AS key, newest.name AS key_name
                FROM (SELECT * FROM ranked WHERE place <= :limit
                    UNION ALL SELECT *, 0, 0 FROM sums WHERE family IS NULL) sums
                %s
                ORDER BY place, bucket
                """.formatted(summed(viewer, query, "r.family"), size, NEWEST);
    }

    /// What both have in common, up to their groups. A condition stands there only where it is one: the planner then
    /// leaves out tables that nobody asks for.
    private static String summed(Viewer viewer, UsageQuery query, String family) {
        String bucket = query.by(Dimension.HOUR) ? "r.hour" : query.by(Dimension.DAY) ? DAY : "NULL::timestamptz";
        StringBuilder conditions = new StringBuilder(viewer.condition("r"));
        if (!query.types().isEmpty()) {
            conditions.append(" AND m.type = ANY(:types)");
        }
        if (!query.models().isEmpty()) {
            conditions.append(" AND m.name = ANY(:models)");
        }
        if (!query.members().isEmpty()) {
            conditions.append(" AND r.member = ANY(:members)");
        }
        if (!query.keys().isEmpty()) {
            conditions.append(" AND r.family IN (SELECT k.family FROM api_key k WHERE k.id = ANY(:keys))");
        }
        if (query.label().value() != null) {
            conditions.append(" AND labelled.labels ->> :label = :labelValue");
        }
        return """
                realtime AS (
                    SELECT *, valid_from - interval '1 hour' AS since, lead(valid_from - interval '1 hour', 1, 'infinity')
                        OVER (PARTITION BY model_id ORDER BY valid_from, id) AS until
                    FROM tariff WHERE tier = 'realtime'),
                sums AS (
                    SELECT %s AS bucket, %s AS family, %s AS model, %s AS member, %s AS tier, %s AS label,
                        sum(r.requests - r.refused) AS requests, sum(r.failed) AS failed, sum(r.refused) AS refused,
                        sum(r.input) AS input, sum(r.cache_read) AS cache_read,
                        sum(r.cache_write_5m + r.cache_write_1h) AS cache_write, sum(r.output) AS output,
                        sum(r.reasoning) AS reasoning, sum(r.audio_input) AS audio_input,
                        sum(r.audio_output) AS audio_output, sum(r.images) AS images, sum(r.cost) AS cost,
                        sum(r.cost) + coalesce(sum(round((r.input::numeric * t.input
                            + r.cache_read::numeric * t.cache_read + r.cache_write_5m::numeric * t.cache_write_5m
                            + r.cache_write_1h::numeric * t.cache_write_1h + r.output::numeric * t.output
                            + r.reasoning::numeric * t.reasoning + r.audio_input::numeric * t.audio_input
                            + r.audio_output::numeric * t.audio_output + r.images::numeric * t.images) / 1000000)
                            - r.cost) FILTER (WHERE t.id IS NOT NULL), 0) AS realtime_cost
                    FROM rollup_hour r
                    LEFT JOIN model m ON m.id = r.model
                    %s
                    LEFT JOIN realtime t
                        ON r.tier <> 0 AND t.model_id = r.model AND r.hour >= t.since AND r.hour < t.until
                    WHERE %s AND r.hour >= date_trunc('hour', :from, 'UTC') AND r.hour < :to
                """.formatted(
                        bucket,
                        family,
                        query.by(Dimension.MODEL) ? "coalesce(m.name, '')" : "NULL::text",
                        query.by(Dimension.MEMBER) ? "r.member" : "NULL::bigint",
                        query.by(Dimension.TIER) ? "r.tier" : "NULL::smallint",
                        query.by(Dimension.LABEL) ? "coalesce(labelled.labels ->> :label, '')" : "NULL::text",
                        query.label().isNamed() ? LABELS : "",
                        conditions);
    }

    private static UsageSums sums(ResultSet row) throws SQLException {
        @Nullable OffsetDateTime bucket = row.getObject("bucket", OffsetDateTime.class);
        long member = row.getLong("member");
        boolean byMember = !row.wasNull();
        int tier = row.getInt("tier");
        boolean byTier = !row.wasNull();
        return new UsageSums(
                bucket == null ? null : bucket.toInstant(),
                row.getString("key"),
                row.getString("key_name"),
                row.getString("model"),
                byMember ? (Long) member : null,
                byTier ? TIERS[tier] : null,
                row.getString("label"),
                row.getLong("requests"),
                row.getLong("failed"),
                row.getLong("refused"),
                row.getLong("input"),
                row.getLong("cache_read"),
                row.getLong("cache_write"),
                row.getLong("output"),
                row.getLong("reasoning"),
                row.getLong("audio_input"),
                row.getLong("audio_output"),
                row.getLong("images"),
                dollars(row.getBigDecimal("cost")),
                dollars(row.getBigDecimal("realtime_cost")));
    }

    private static BigDecimal dollars(@Nullable BigDecimal nanos) {
        return nanos == null ? BigDecimal.ZERO : nanos.movePointLeft(DOLLAR_DECIMALS);
    }
}
