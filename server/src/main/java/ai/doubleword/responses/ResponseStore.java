package ai.doubleword.responses;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import org.jdbi.v3.core.Handle;

/// SQL of stored responses. What they say is sealed.
final class ResponseStore {
    private ResponseStore() {}

    /// A response to write down.
    @SuppressWarnings("ArrayRecordComponent") // made once, then only read
    record Row(long id, long account, long member, byte[] content) {}

    /// Plain JDBC, since arrays of bytes are the driver's own.
    ///
    /// @param usual how long they are kept whose account does not say
    static void insert(Handle handle, List<Row> rows, Instant now, Duration usual) throws SQLException {
        Connection connection = handle.getConnection();
        try (PreparedStatement insert = connection.prepareStatement("""
                INSERT INTO response (id, account, member, expires_at, content)
                SELECT r.id, r.account, r.member, coalesce(?::timestamptz + make_interval(days => a.response_days), ?),
                    r.content
                FROM unnest(?, ?, ?, ?) AS r (id, account, member, content) JOIN account a ON a.id = r.account
                ON CONFLICT (id) DO NOTHING
                """)) {
            insert.setObject(1, now.atOffset(ZoneOffset.UTC));
            insert.setObject(2, now.plus(usual).atOffset(ZoneOffset.UTC));
            insert.setArray(
                    3,
                    connection.createArrayOf("int8", rows.stream().map(Row::id).toArray()));
            insert.setArray(
                    4,
                    connection.createArrayOf(
                            "int8", rows.stream().map(Row::account).toArray()));
            insert.setArray(
                    5,
                    connection.createArrayOf(
                            "int8", rows.stream().map(Row::member).toArray()));
            insert.setArray(
                    6,
                    connection.createArrayOf(
                            "bytea", rows.stream().map(Row::content).toArray(byte[][]::new)));
            insert.executeUpdate();
        }
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

    /// Removes what is past its time, at most so many.
    ///
    /// @return how many
    static int expire(Handle handle, Instant now, int limit) {
        return handle.createUpdate("""
                        DELETE FROM response WHERE id IN (
                            SELECT id FROM response WHERE expires_at <= :now ORDER BY expires_at LIMIT :limit)
                        """).bind("now", now).bind("limit", limit).execute();
    }
}
