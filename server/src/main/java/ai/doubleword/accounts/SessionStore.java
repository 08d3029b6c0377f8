package ai.doubleword.accounts;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jdbi.v3.core.Handle;

/// SQL of sessions.
final class SessionStore {
    private static final String SESSION = """
            SELECT s.id, s.user_id, s.method, s.device, s.address, s.created_at, s.seen_at, s.expires_at,
                   s.proven_at
              FROM session s
            """;

    private SessionStore() {}

    static void insert(Handle handle, byte[] hash, Session session) {
        handle.createUpdate("""
                        INSERT INTO session (id, token_hash, user_id, method, device, address, created_at, seen_at,
                                             expires_at, proven_at)
                        VALUES (:id, :hash, :user, :method, :device, :address, :created, :created, :expires, :proven)
                        """)
                .bind("id", session.id())
                .bind("hash", hash)
                .bind("user", session.user())
                .bind("method", session.method().wire())
                .bind("device", session.device())
                .bind("address", session.address())
                .bind("created", session.created())
                .bind("expires", session.expires())
                .bind("proven", session.proven())
                .execute();
    }

    static void prove(Handle handle, long id, Instant now) {
        handle.createUpdate("UPDATE session SET proven_at = :now WHERE id = :id")
                .bind("id", id)
                .bind("now", now)
                .execute();
    }

    /// The session of a token, if it lives and its user is not disabled.
    static Optional<Session> find(Handle handle, byte[] hash, Instant now, Instant seenAfter) {
        return handle.createQuery(SESSION + """
                          JOIN "user" u ON u.id = s.user_id
                         WHERE s.token_hash = :hash AND s.expires_at > :now AND s.seen_at > :seenAfter
                           AND u.disabled_at IS NULL
                        """)
                .bind("hash", hash)
                .bind("now", now)
                .bind("seenAfter", seenAfter)
                .map((row, context) -> map(row))
                .findOne();
    }

    static Set<Long> alive(Handle handle, Collection<Long> ids, Instant now, Instant seenAfter) {
        return handle.createQuery("""
                        SELECT s.id FROM session s JOIN "user" u ON u.id = s.user_id
                         WHERE s.id = ANY (:ids) AND s.expires_at > :now AND s.seen_at > :seenAfter
                           AND u.disabled_at IS NULL
                        """)
                .bindArray("ids", Long.class, ids)
                .bind("now", now)
                .bind("seenAfter", seenAfter)
                .mapTo(Long.class)
                .set();
    }

    static List<Session> list(Handle handle, long user, Instant now, Instant seenAfter) {
        return handle.createQuery(SESSION + """
                         WHERE s.user_id = :user AND s.expires_at > :now AND s.seen_at > :seenAfter
                         ORDER BY s.seen_at DESC, s.id
                        """)
                .bind("user", user)
                .bind("now", now)
                .bind("seenAfter", seenAfter)
                .map((row, context) -> map(row))
                .list();
    }

    static void seen(Handle handle, long id, Instant now, String address) {
        handle.createUpdate("UPDATE session SET seen_at = :now, address = :address WHERE id = :id AND seen_at < :now")
                .bind("id", id)
                .bind("now", now)
                .bind("address", address)
                .execute();
    }

    static void userSeen(Handle handle, long user, Instant now) {
        handle.createUpdate("UPDATE \"user\" SET seen_at = greatest(seen_at, :now) WHERE id = :user")
                .bind("user", user)
                .bind("now", now)
                .execute();
    }

    static int delete(Handle handle, long user, long id) {
        return handle.createUpdate("DELETE FROM session WHERE id = :id AND user_id = :user")
                .bind("id", id)
                .bind("user", user)
                .execute();
    }

    static void deleteReplaced(Handle handle, long id) {
        handle.createUpdate("DELETE FROM session WHERE id = :id").bind("id", id).execute();
    }

    static int deleteExcept(Handle handle, long user, long kept) {
        return handle.createUpdate("DELETE FROM session WHERE user_id = :user AND id <> :kept")
                .bind("user", user)
                .bind("kept", kept)
                .execute();
    }

    static void deleteDead(Handle handle, Instant now, Instant seenAfter) {
        handle.createUpdate("DELETE FROM session WHERE expires_at <= :now OR seen_at <= :seenAfter")
                .bind("now", now)
                .bind("seenAfter", seenAfter)
                .execute();
    }

    private static Session map(ResultSet row) throws SQLException {
        return new Session(
                row.getLong("id"),
                row.getLong("user_id"),
                SignInMethod.of(row.getString("method")),
                row.getString("device"),
                row.getString("address"),
                row.getTimestamp("created_at").toInstant(),
                row.getTimestamp("seen_at").toInstant(),
                row.getTimestamp("expires_at").toInstant(),
                row.getTimestamp("proven_at").toInstant());
    }
}
