package ai.doubleword.accounts;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;

/// SQL of requests to join.
final class JoinRequestStore {
    private JoinRequestStore() {}

    /// Asking again while a request is open changes nothing.
    static int insert(Handle handle, long id, long organization, long user, Instant now) {
        return handle.createUpdate("""
                        INSERT INTO join_request (id, organization_id, user_id, created_at)
                        VALUES (:id, :organization, :user, :now) ON CONFLICT DO NOTHING
                        """)
                .bind("id", id)
                .bind("organization", organization)
                .bind("user", user)
                .bind("now", now)
                .execute();
    }

    static List<JoinRequest> open(Handle handle, long organization) {
        return handle.createQuery("""
                        SELECT j.id, j.user_id, u.username, u.email, j.created_at
                          FROM join_request j JOIN "user" u ON u.id = j.user_id
                         WHERE j.organization_id = :organization AND j.decided_at IS NULL AND u.disabled_at IS NULL
                         ORDER BY j.id
                        """)
                .bind("organization", organization)
                .map((row, context) -> new JoinRequest(
                        row.getLong("id"),
                        row.getLong("user_id"),
                        row.getString("username"),
                        row.getString("email"),
                        row.getTimestamp("created_at").toInstant()))
                .list();
    }

    /// Ends a request that is open because the user joined in another way.
    static void close(Handle handle, long organization, long user, Instant now) {
        handle.createUpdate("""
                        UPDATE join_request SET decided_at = :now, approved = true
                         WHERE organization_id = :organization AND user_id = :user AND decided_at IS NULL
                        """)
                .bind("organization", organization)
                .bind("user", user)
                .bind("now", now)
                .execute();
    }

    /// Decides a request that is open.
    ///
    /// @return who asked
    static Optional<Long> decide(Handle handle, long organization, long id, boolean approved, Instant now) {
        return handle.createQuery("""
                        UPDATE join_request SET decided_at = :now, approved = :approved
                         WHERE id = :id AND organization_id = :organization AND decided_at IS NULL
                        RETURNING user_id
                        """)
                .bind("organization", organization)
                .bind("id", id)
                .bind("approved", approved)
                .bind("now", now)
                .mapTo(Long.class)
                .findOne();
    }
}
