package ai.doubleword.accounts;

import java.time.Instant;
import java.util.Optional;
import org.jdbi.v3.core.Handle;

/// SQL of the administrator's links.
final class AdminLinkStore {
    private AdminLinkStore() {}

    static void insert(Handle handle, byte[] hash, long user, Instant expiresAt) {
        handle.createUpdate(
                        "INSERT INTO admin_link (token_hash, user_id, expires_at) VALUES (:hash, :user, :expiresAt)")
                .bind("hash", hash)
                .bind("user", user)
                .bind("expiresAt", expiresAt)
                .execute();
    }

    /// Ends every link of a user that was not used.
    static void expireOf(Handle handle, long user, Instant now) {
        handle.createUpdate(
                        "UPDATE admin_link SET expires_at = :now WHERE user_id = :user AND used_at IS NULL AND expires_at > :now")
                .bind("user", user)
                .bind("now", now)
                .execute();
    }

    static Optional<Long> userOf(Handle handle, byte[] hash, Instant now) {
        return handle.createQuery("""
                        SELECT user_id FROM admin_link
                         WHERE token_hash = :hash AND used_at IS NULL AND expires_at > :now
                        """)
                .bind("hash", hash)
                .bind("now", now)
                .mapTo(Long.class)
                .findOne();
    }

    /// Uses a link up: of two at the same time one finds it unused.
    static Optional<Long> use(Handle handle, byte[] hash, Instant now) {
        return handle.createQuery("""
                        UPDATE admin_link SET used_at = :now
                         WHERE token_hash = :hash AND used_at IS NULL AND expires_at > :now
                        RETURNING user_id
                        """)
                .bind("hash", hash)
                .bind("now", now)
                .mapTo(Long.class)
                .findOne();
    }
}
