package ai.doubleword.keys;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jdbi.v3.core.Handle;

/// SQL of the key ring: everything once, then what changed. Plain JDBC on the feed's own connection, for a load
/// streams through a cursor.
final class RingStore {
    private static final int FETCH = 2_000;

    // Ended keys stay for 30 days, so that their users are told what happened rather than "unknown".
    private static final String COLUMNS = """
            SELECT k.id, k.family, k.account_id, k.created_by, k.type, k.pepper_id, k.hmac, k.endpoints, k.models,
                   k.tiers, k.addresses, k.rights, k.rpm, k.tpm, k.concurrent, k.cut_streams,
                   least(k.expires_at, k.retires_at) AS ends_at,
                   (k.revoked_at IS NOT NULL OR k.deleted_at IS NOT NULL) AS revoked, k.version,
                   a.rpm AS account_rpm, a.tpm AS account_tpm, a.concurrent AS account_concurrent, g.groups,
                   u.disabled_at IS NOT NULL AS disabled
              FROM api_key k
              JOIN account a ON a.id = k.account_id
              JOIN "user" u ON u.id = k.created_by
              LEFT JOIN (SELECT account_id, array_agg(group_id) AS groups FROM access_group_account GROUP BY account_id) g
                ON g.account_id = k.account_id
            """;
    private static final String ALL = COLUMNS + """
             WHERE coalesce(k.revoked_at, k.deleted_at, least(k.expires_at, k.retires_at), 'infinity')
                   > now() - interval '30 days'
            """;
    private static final String SOME = COLUMNS + " WHERE k.id = ANY (?)";

    private RingStore() {}

    /// What changed: a key, an account or a user.
    ///
    /// @param xid the transaction that wrote it
    /// @param ageSeconds since it was written, by PostgreSQL's own clock
    record Change(long id, long xid, String kind, String subject, double ageSeconds) {}

    /// @param horizon the oldest transaction that may still commit changes
    record Changes(long horizon, List<Change> changes) {}

    /// Takes one row of a key.
    @FunctionalInterface
    interface RowReader {
        void row(RingEntry.Row key, RingEntry.Terms account, boolean disabled);
    }

    /// Streams all keys that work or ended not long ago.
    static void load(Connection connection, RowReader reader) throws SQLException {
        connection.setAutoCommit(false);
        try (PreparedStatement statement = connection.prepareStatement(ALL)) {
            statement.setFetchSize(FETCH);
            read(statement, reader);
        }
        connection.commit();
        connection.setAutoCommit(true);
    }

    /// Reads the keys of these ids, however long ago they ended.
    static void load(Connection connection, Collection<String> ids, RowReader reader) throws SQLException {
        List<String> all = List.copyOf(ids);
        for (int from = 0; from < all.size(); from += FETCH) {
            try (PreparedStatement statement = connection.prepareStatement(SOME)) {
                List<String> some = all.subList(from, Math.min(all.size(), from + FETCH));
                statement.setArray(1, connection.createArrayOf("text", some.toArray()));
                read(statement, reader);
            }
        }
    }

    /// The changes of transactions from `horizon` on, but for those already seen, with the horizon to read from
    /// next. In one statement and so of one snapshot: whatever commits later has a transaction id not below the
    /// new horizon, so that nothing is missed in whatever order transactions commit.
    static Changes changes(Connection connection, long horizon, Collection<Long> seen) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement("""
                SELECT pg_snapshot_xmin(s)::text AS horizon, c.id, c.xid::text AS xid, c.kind, c.subject,
                       extract(epoch FROM clock_timestamp() - c.changed_at)::float8 AS age
                  FROM pg_current_snapshot() s
                  LEFT JOIN key_change c ON c.xid >= ?::text::xid8 AND c.id <> ALL (?)
                 ORDER BY c.id
                """)) {
            statement.setString(1, Long.toString(horizon));
            statement.setArray(2, connection.createArrayOf("bigint", seen.toArray()));
            try (ResultSet rows = statement.executeQuery()) {
                long next = horizon;
                List<Change> changes = new ArrayList<>();
                while (rows.next()) {
                    next = Long.parseLong(rows.getString("horizon"));
                    if (rows.getString("kind") != null) {
                        changes.add(new Change(
                                rows.getLong("id"),
                                Long.parseLong(rows.getString("xid")),
                                rows.getString("kind"),
                                rows.getString("subject"),
                                rows.getDouble("age")));
                    }
                }
                return new Changes(next, changes);
            }
        }
    }

    static long horizon(Connection connection) throws SQLException {
        try (PreparedStatement statement =
                        connection.prepareStatement("SELECT pg_snapshot_xmin(pg_current_snapshot())::text");
                ResultSet rows = statement.executeQuery()) {
            rows.next();
            return Long.parseLong(rows.getString(1));
        }
    }

    /// The terms of accounts, by id.
    static Map<Long, RingEntry.Terms> terms(Connection connection, Collection<Long> accounts, long serial)
            throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement("""
                SELECT a.id, a.rpm AS account_rpm, a.tpm AS account_tpm, a.concurrent AS account_concurrent,
                       array(SELECT group_id FROM access_group_account g WHERE g.account_id = a.id) AS groups
                  FROM account a WHERE a.id = ANY (?)
                """)) {
            statement.setArray(1, connection.createArrayOf("bigint", accounts.toArray()));
            Map<Long, RingEntry.Terms> terms = new HashMap<>();
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    terms.put(rows.getLong("id"), terms(rows, serial));
                }
            }
            return terms;
        }
    }

    /// Which of these users are disabled.
    static Set<Long> disabled(Connection connection, Collection<Long> users) throws SQLException {
        try (PreparedStatement statement =
                connection.prepareStatement("SELECT id FROM \"user\" WHERE id = ANY (?) AND disabled_at IS NOT NULL")) {
            statement.setArray(1, connection.createArrayOf("bigint", users.toArray()));
            Set<Long> disabled = new java.util.HashSet<>();
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    disabled.add(rows.getLong(1));
                }
            }
            return disabled;
        }
    }

    /// Writes down when keys were last used; the later of two nodes wins.
    static void saveUses(Handle engine, Map<RingEntry, ApiKey.LastUse> uses) {
        List<RingEntry> keys = List.copyOf(uses.keySet());
        List<String> ids = keys.stream().map(key -> key.row.id()).toList();
        List<ApiKey.LastUse> values = keys.stream()
                .map(key -> java.util.Objects.requireNonNull(uses.get(key)))
                .toList();
        engine.createUpdate("""
                        UPDATE api_key k
                           SET last_used_at = u.at, last_used_from = u.origin, last_used_model = u.model
                          FROM unnest(:ids, :at, :from, :models) AS u (id, at, origin, model)
                         WHERE k.id = u.id AND (k.last_used_at IS NULL OR k.last_used_at < u.at)
                        """)
                .bindArray("ids", String.class, ids)
                .bindBySqlType("at", timestamps(engine, values), java.sql.Types.ARRAY)
                .bindArray(
                        "from",
                        String.class,
                        values.stream().map(ApiKey.LastUse::from).toList())
                .bindArray(
                        "models",
                        String.class,
                        values.stream().map(ApiKey.LastUse::model).toList())
                .execute();
    }

    /// Drops changes that every ring has read long ago.
    static void prune(Handle engine) {
        engine.createUpdate("DELETE FROM key_change WHERE changed_at < now() - interval '1 day'")
                .execute();
    }

    private static java.sql.Array timestamps(Handle engine, List<ApiKey.LastUse> uses) {
        try {
            return engine.getConnection()
                    .createArrayOf(
                            "timestamptz",
                            uses.stream().map(use -> Timestamp.from(use.at())).toArray());
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void read(PreparedStatement statement, RowReader reader) throws SQLException {
        try (ResultSet rows = statement.executeQuery()) {
            while (rows.next()) {
                reader.row(row(rows), terms(rows, 0), rows.getBoolean("disabled"));
            }
        }
    }

    private static RingEntry.Row row(ResultSet rows) throws SQLException {
        Instant end = ApiKeyStore.instant(rows, "ends_at");
        return new RingEntry.Row(
                rows.getString("id"),
                rows.getLong("family"),
                rows.getLong("account_id"),
                rows.getLong("created_by"),
                KeyType.valueOf(rows.getString("type").toUpperCase(Locale.ROOT)),
                rows.getInt("pepper_id"),
                rows.getBytes("hmac"),
                ApiKeyStore.scopes(rows),
                ApiKeyStore.rates(rows),
                rows.getBoolean("cut_streams"),
                end == null ? Long.MAX_VALUE : end.toEpochMilli(),
                rows.getBoolean("revoked"),
                rows.getLong("version"));
    }

    private static RingEntry.Terms terms(ResultSet rows, long serial) throws SQLException {
        java.sql.Array groups = rows.getArray("groups");
        return new RingEntry.Terms(
                new ai.doubleword.limits.Rates(
                        rows.getInt("account_rpm"), rows.getLong("account_tpm"), rows.getInt("account_concurrent")),
                groups == null ? Set.of() : Set.copyOf(Arrays.asList((Long[]) groups.getArray())),
                serial);
    }
}
