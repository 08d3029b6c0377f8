package ai.doubleword.accounts;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;

/// SQL of invites. Each method is one statement on the caller's handle.
final class InviteStore {
    private static final String INVITE = """
            SELECT i.id, i.email, i.role, i.manage_keys, i.created_at, i.expires_at, o.id AS organization,
                   o.account_id, o.slug, o.name
              FROM invite i JOIN organization o ON o.id = i.organization_id
             WHERE i.ended_at IS NULL
            """;

    private InviteStore() {}

    static void insert(Handle handle, Invite invite, byte[] hash, long by) {
        handle.createUpdate("""
                        INSERT INTO invite (id, organization_id, email, role, manage_keys, token_hash, invited_by,
                                            created_at, expires_at)
                        VALUES (:id, :organization, :email, :role, :manageKeys, :hash, :by, :created, :expires)
                        """)
                .bind("id", invite.id())
                .bind("organization", invite.organization().id())
                .bind("email", invite.email())
                .bind("role", invite.role().wire())
                .bind("manageKeys", invite.manageKeys())
                .bind("hash", hash)
                .bind("by", by)
                .bind("created", invite.created())
                .bind("expires", invite.expires())
                .execute();
    }

    static List<Invite> open(Handle handle, long organization) {
        return handle.createQuery(INVITE + " AND i.organization_id = :organization ORDER BY i.id DESC")
                .bind("organization", organization)
                .map((row, context) -> map(row))
                .list();
    }

    static Optional<Invite> find(Handle handle, long organization, long id) {
        return handle.createQuery(INVITE + " AND i.organization_id = :organization AND i.id = :id")
                .bind("organization", organization)
                .bind("id", id)
                .map((row, context) -> map(row))
                .findOne();
    }

    static Optional<Invite> find(Handle handle, long id) {
        return handle.createQuery(INVITE + " AND i.id = :id")
                .bind("id", id)
                .map((row, context) -> map(row))
                .findOne();
    }

    static List<Invite> openTo(Handle handle, String email) {
        return handle.createQuery(INVITE + " AND lower(i.email) = lower(:email) ORDER BY i.id")
                .bind("email", email)
                .map((row, context) -> map(row))
                .list();
    }

    static Optional<Invite> byToken(Handle handle, byte[] hash, Instant now) {
        return handle.createQuery(INVITE + " AND i.token_hash = :hash AND i.expires_at > :now")
                .bind("hash", hash)
                .bind("now", now)
                .map((row, context) -> map(row))
                .findOne();
    }

    static int renew(Handle handle, long organization, long id, byte[] hash, Instant expires) {
        return handle.createUpdate("""
                        UPDATE invite SET token_hash = :hash, expires_at = :expires
                         WHERE id = :id AND organization_id = :organization AND ended_at IS NULL
                        """)
                .bind("organization", organization)
                .bind("id", id)
                .bind("hash", hash)
                .bind("expires", expires)
                .execute();
    }

    /// Ends an invite that is open: of two at the same time one does.
    static int end(Handle handle, long organization, long id, String how, Instant now) {
        return handle.createUpdate("""
                        UPDATE invite SET ended_at = :now, ended_as = :how
                         WHERE id = :id AND organization_id = :organization AND ended_at IS NULL
                        """)
                .bind("organization", organization)
                .bind("id", id)
                .bind("how", how)
                .bind("now", now)
                .execute();
    }

    private static Invite map(ResultSet row) throws SQLException {
        return new Invite(
                row.getLong("id"),
                new Organization(
                        row.getLong("organization"),
                        row.getLong("account_id"),
                        row.getString("slug"),
                        row.getString("name")),
                row.getString("email"),
                MemberRole.of(row.getString("role")),
                row.getBoolean("manage_keys"),
                row.getTimestamp("created_at").toInstant(),
                row.getTimestamp("expires_at").toInstant());
    }
}
