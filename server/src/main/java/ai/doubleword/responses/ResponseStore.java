package ai.doubleword.responses;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;

/// SQL of stored responses. What they say is sealed.
final class ResponseStore {
    private ResponseStore() {}

    /// A response to write down.
    @SuppressWarnings("ArrayRecordComponent") // made once, then only read
    record Row(long id, long account, long member, byte[] content) {}

    /// Plain JDBC, since arrays of bytes are the driver's own.
    static void insert(Handle handle, List<Row> rows, Instant expires) throws SQLException {
        Connection connection = handle.getConnection();
        try (PreparedStatement insert = connection.prepareStatement("""
                INSERT INTO response (id, account, member, expires_at, content)
                SELECT id, account, member, ?, content
                FROM unnest(?, ?, ?, ?) AS r (id, account, member, content)
                ON CONFLICT (id) DO NOTHING
                """)) {
            insert.setObject(1, expires.atOffset(ZoneOffset.UTC));
            insert.setArray(
                    2,
                    connection.createArrayOf("int8", rows.stream().map(Row::id).toArray()));
            insert.setArray(
                    3,
                    connection.createArrayOf(
                            "int8", rows.stream().map(Row::account).toArray()));
            insert.setArray(
                    4,
                    connection.createArrayOf(
                            "int8", rows.stream().map(Row::member).toArray()));
            insert.setArray(
                    5,
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
