package ai.doubleword.responses;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import org.jdbi.v3.core.Handle;
import org.postgresql.PGConnection;

/// SQL of stored responses. What they say is sealed.
final class ResponseStore {
    private ResponseStore() {}

    /// A response to write down.
    @SuppressWarnings("ArrayRecordComponent") // made once, then only read
    record Row(long id, long account, long member, byte[] content) {}

    /// Writes down one, in a transaction of the account's own too.
    ///
    /// @param usual how long it is kept if its account does not say
    static void insert(Handle handle, Row row, Instant now, Duration usual) {
        handle.createUpdate("""
                        INSERT INTO response (id, account, member, expires_at, content)
                        SELECT :id, id, :member,
                            coalesce(:now::timestamptz + make_interval(days => response_days), :usually), :content
                        FROM account WHERE id = :account
                        ON CONFLICT (id) DO NOTHING
                        """)
                .bind("id", row.id())
                .bind("account", row.account())
                .bind("member", row.member())
                .bind("now", now)
                .bind("usually", now.plus(usual))
                .bind("content", row.content())
                .execute();
    }

    /// Writes down many, all or none. As `dw_engine`.
    ///
    /// @param usual how long they are kept whose account does not say
    /// @throws SQLException also if there is one of the same id
    static void insert(Handle handle, List<Row> rows, Instant now, Duration usual) throws SQLException {
        Map<Long, Integer> days = days(handle, rows);
        ResponseRows copied = new ResponseRows(
                rows.size(), rows.stream().mapToInt(row -> row.content().length).sum());
        for (Row row : rows) {
            Integer own = days.get(row.account());
            copied.add(row, now.plus(own == null ? usual : Duration.ofDays(own)));
        }
        copied.copy(handle.getConnection());
    }

    /// For how many days those accounts want theirs kept that say so.
    private static Map<Long, Integer> days(Handle handle, List<Row> rows) throws SQLException {
        Map<Long, Integer> days = new HashMap<>();
        Connection connection = handle.getConnection();
        try (PreparedStatement select = connection.prepareStatement(
                "SELECT id, response_days FROM account WHERE id = ANY(?) AND response_days IS NOT NULL")) {
            select.setArray(
                    1,
                    connection
                            .unwrap(PGConnection.class)
                            .createArrayOf(
                                    "int8",
                                    rows.stream()
                                            .mapToLong(Row::account)
                                            .distinct()
                                            .toArray()));
            try (ResultSet found = select.executeQuery()) {
                while (found.next()) {
                    days.put(found.getLong(1), found.getInt(2));
                }
            }
        }
        return days;
    }

    /// @param member whose it must be; 0 for anybody's of the account
    static Optional<byte[]> find(Handle handle, long account, long member, long id, Instant now) {
        return handle.createQuery("""
                        SELECT content FROM response
                        WHERE id = :id AND account = :account AND (:member = 0 OR member = :member)
                          AND expires_at > :now
                        """)
                .bind("id", id)
                .bind("account", account)
                .bind("member", member)
                .bind("now", now)
                .mapTo(byte[].class)
                .findOne();
    }

    /// @return whether there was one
    static boolean delete(Handle handle, long account, long member, long id) {
        return handle.createUpdate("""
                        DELETE FROM response
                        WHERE id = :id AND account = :account AND (:member = 0 OR member = :member)
                        """)
                        .bind("id", id)
                        .bind("account", account)
                        .bind("member", member)
                        .execute()
                == 1;
    }

    /// For how many days an account wants them kept, if it says. As `dw_engine`.
    static OptionalInt days(Handle handle, long account) {
        return handle.createQuery("SELECT response_days FROM account WHERE id = :account AND response_days IS NOT NULL")
                .bind("account", account)
                .mapTo(Integer.class)
                .findOne()
                .map(OptionalInt::of)
                .orElse(OptionalInt.empty());
    }

    /// @param days 0 for as many as the server says. As `dw_engine`
    static void setDays(Handle handle, long account, int days) {
        handle.createUpdate("UPDATE account SET response_days = nullif(:days, 0) WHERE id = :account")
                .bind("account", account)
                .bind("days", days)
                .execute();
    }

    /// Whether an account keeps those whose request does not say. As `dw_engine`.
    static boolean stored(Handle handle, long account) {
        return handle.createQuery("SELECT responses_stored FROM account WHERE id = :account")
                .bind("account", account)
                .mapTo(Boolean.class)
                .one();
    }

    /// As `dw_engine`.
    static void setStored(Handle handle, long account, boolean stored) {
        handle.createUpdate("UPDATE account SET responses_stored = :stored WHERE id = :account")
                .bind("account", account)
                .bind("stored", stored)
                .execute();
    }

    /// The accounts that keep only those whose request says so. As `dw_engine`.
    static Set<Long> unstored(Handle handle) {
        return Set.copyOf(handle.createQuery("SELECT id FROM account WHERE NOT responses_stored")
                .mapTo(Long.class)
                .set());
    }

    /// Keeps all of an account for more days, or fewer. As `dw_engine`.
    static void shift(Handle handle, long account, int days) {
        handle.createUpdate("""
                        UPDATE response SET expires_at = expires_at + make_interval(days => :days)
                        WHERE account = :account
                        """).bind("account", account).bind("days", days).execute();
    }

    static long count(Handle handle, long account) {
        return handle.createQuery("SELECT count(*) FROM response WHERE account = :account")
                .bind("account", account)
                .mapTo(Long.class)
                .one();
    }

    static void forget(Handle handle, long account) {
        handle.createUpdate("DELETE FROM response WHERE account = :account")
                .bind("account", account)
                .execute();
    }

    /// Removes what is past its time, of each account at most so many. One account after the other: so the index that
    /// says what is an account's serves this too, and each response has one entry less to be made for it.
    ///
    /// @return how many
    static int expire(Handle handle, Instant now, int each) {
        return handle.createUpdate("""
                        WITH RECURSIVE keeping AS (
                            (SELECT account FROM response ORDER BY account FETCH FIRST ROW ONLY)
                            UNION ALL
                            SELECT (SELECT r.account FROM response r WHERE r.account > k.account
                                     ORDER BY r.account FETCH FIRST ROW ONLY)
                              FROM keeping k WHERE k.account IS NOT NULL),
                        old AS MATERIALIZED (
                            SELECT r.id FROM keeping k CROSS JOIN LATERAL (
                                SELECT id FROM response WHERE account = k.account AND expires_at <= :now
                                 ORDER BY expires_at FETCH FIRST :each ROWS ONLY) r)
                        DELETE FROM response r USING old WHERE r.id = old.id
                        """).bind("now", now).bind("each", each).execute();
    }
}
