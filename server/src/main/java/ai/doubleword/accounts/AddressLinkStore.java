package ai.doubleword.accounts;

import java.time.Instant;
import java.util.Optional;
import java.util.OptionalLong;
import org.jdbi.v3.core.Handle;

/// SQL of links that go out by mail, and of requests for them. Each method is one statement on the caller's
/// handle.
final class AddressLinkStore {
    private AddressLinkStore() {}

    /// A link that works.
    ///
    /// @param user whose address it is; absent for somebody who has no user yet
    record Link(OptionalLong user, String email) {}

    /// What somebody asked for.
    record Request(AddressLinks.Purpose purpose, String email) {}

    static void insert(
            Handle handle,
            byte[] hash,
            AddressLinks.Purpose purpose,
            OptionalLong user,
            String email,
            Instant expires) {
        handle.createUpdate("""
                        INSERT INTO address_link (token_hash, purpose, user_id, email, expires_at)
                        VALUES (:hash, :purpose, :user, :email, :expires)
                        """)
                .bind("hash", hash)
                .bind("purpose", purpose.wire())
                .bind("user", user.isPresent() ? user.getAsLong() : null)
                .bind("email", email)
                .bind("expires", expires)
                .execute();
    }

    static Optional<Link> find(Handle handle, byte[] hash, AddressLinks.Purpose purpose, Instant now) {
        return handle.createQuery("""
                        SELECT user_id, email FROM address_link
                         WHERE token_hash = :hash AND purpose = :purpose AND used_at IS NULL AND expires_at > :now
                        """)
                .bind("hash", hash)
                .bind("purpose", purpose.wire())
                .bind("now", now)
                .map((row, context) -> {
                    long user = row.getLong("user_id");
                    return new Link(
                            row.wasNull() ? OptionalLong.empty() : OptionalLong.of(user), row.getString("email"));
                })
                .findOne();
    }

    /// Uses a link up: of two at the same time one finds it unused.
    static int use(Handle handle, byte[] hash, Instant now) {
        return handle.createUpdate("""
                        UPDATE address_link SET used_at = :now
                         WHERE token_hash = :hash AND used_at IS NULL AND expires_at > :now
                        """).bind("hash", hash).bind("now", now).execute();
    }

    /// Ends the links of a user that were not used.
    static void expireOf(Handle handle, long user, AddressLinks.Purpose purpose, Instant now) {
        handle.createUpdate("""
                        UPDATE address_link SET expires_at = :now
                         WHERE user_id = :user AND purpose = :purpose AND used_at IS NULL AND expires_at > :now
                        """)
                .bind("user", user)
                .bind("purpose", purpose.wire())
                .bind("now", now)
                .execute();
    }

    static void deleteEndedBefore(Handle handle, Instant before) {
        handle.createUpdate("DELETE FROM address_link WHERE expires_at < :before")
                .bind("before", before)
                .execute();
    }

    static void deleteOf(Handle handle, long user) {
        handle.createUpdate("DELETE FROM address_link WHERE user_id = :user")
                .bind("user", user)
                .execute();
    }

    static void ask(Handle handle, long id, AddressLinks.Purpose purpose, String email, Instant now) {
        handle.createUpdate("""
                        INSERT INTO address_request (id, purpose, email, created_at)
                        VALUES (:id, :purpose, :email, :now)
                        """)
                .bind("id", id)
                .bind("purpose", purpose.wire())
                .bind("email", email)
                .bind("now", now)
                .execute();
    }

    /// Takes the oldest request; of two nodes at once one gets it.
    static Optional<Request> take(Handle handle) {
        return handle.createQuery("""
                        DELETE FROM address_request
                         WHERE id = (SELECT id FROM address_request ORDER BY id FETCH FIRST ROW ONLY
                                        FOR UPDATE SKIP LOCKED)
                        RETURNING purpose, email
                        """)
                .map((row, context) ->
                        new Request(AddressLinks.Purpose.of(row.getString("purpose")), row.getString("email")))
                .findOne();
    }
}
