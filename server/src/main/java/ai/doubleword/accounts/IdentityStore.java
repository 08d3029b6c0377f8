package ai.doubleword.accounts;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;

/// SQL of users' identities at issuers.
final class IdentityStore {
    private IdentityStore() {}

    /// A user at an issuer.
    record Identity(String issuer, String email, Instant created, Instant used) {}

    static Optional<Long> userOf(Handle handle, String issuer, String subject) {
        return handle.createQuery("SELECT user_id FROM identity WHERE issuer = :issuer AND subject = :subject")
                .bind("issuer", issuer)
                .bind("subject", subject)
                .mapTo(Long.class)
                .findOne();
    }

    static List<Identity> of(Handle handle, long user) {
        return handle.createQuery("""
                        SELECT issuer, email, created_at, used_at FROM identity
                         WHERE user_id = :user ORDER BY issuer, subject
                        """)
                .bind("user", user)
                .map((row, context) -> new Identity(
                        row.getString("issuer"),
                        row.getString("email"),
                        row.getTimestamp("created_at").toInstant(),
                        row.getTimestamp("used_at").toInstant()))
                .list();
    }

    static void insert(Handle handle, String issuer, String subject, long user, String email, Instant now) {
        handle.createUpdate("""
                        INSERT INTO identity (issuer, subject, user_id, email, created_at, used_at)
                        VALUES (:issuer, :subject, :user, :email, :now, :now)
                        """)
                .bind("issuer", issuer)
                .bind("subject", subject)
                .bind("user", user)
                .bind("email", email)
                .bind("now", now)
                .execute();
    }

    static void used(Handle handle, String issuer, String subject, Instant now) {
        handle.createUpdate("UPDATE identity SET used_at = :now WHERE issuer = :issuer AND subject = :subject")
                .bind("issuer", issuer)
                .bind("subject", subject)
                .bind("now", now)
                .execute();
    }

    static void delete(Handle handle, long user) {
        handle.createUpdate("DELETE FROM identity WHERE user_id = :user")
                .bind("user", user)
                .execute();
    }
}
