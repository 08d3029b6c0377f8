package ai.doubleword.accounts;

import java.time.Instant;
import java.util.Optional;
import org.jdbi.v3.core.Handle;

/// SQL that ends an organization.
final class OrganizationEndStore {
    private OrganizationEndStore() {}

    /// Locks the account, so that no key is made in it meanwhile.
    static void lockAccount(Handle handle, long account) {
        handle.createQuery("SELECT id FROM account WHERE id = :account FOR UPDATE")
                .bind("account", account)
                .mapTo(Long.class)
                .one();
    }

    static int delete(Handle handle, long organization, Instant now) {
        return handle.createUpdate(
                        "UPDATE organization SET deleted_at = :now WHERE id = :organization AND deleted_at IS NULL")
                .bind("organization", organization)
                .bind("now", now)
                .execute();
    }

    static int deleteMembers(Handle handle, long organization) {
        return update(handle, "DELETE FROM member WHERE organization_id = :organization", organization);
    }

    static void deleteDomains(Handle handle, long organization) {
        update(handle, "DELETE FROM organization_domain WHERE organization_id = :organization", organization);
    }

    static void deleteOpenJoinRequests(Handle handle, long organization) {
        update(
                handle,
                "DELETE FROM join_request WHERE organization_id = :organization AND decided_at IS NULL",
                organization);
    }

    static void endInvites(Handle handle, long organization, Instant now) {
        handle.createUpdate("""
                        UPDATE invite SET ended_as = 'revoked', ended_at = :now
                         WHERE organization_id = :organization AND ended_at IS NULL
                        """)
                .bind("organization", organization)
                .bind("now", now)
                .execute();
    }

    static Optional<Long> find(Handle handle, long account) {
        return handle.createQuery("SELECT id FROM organization WHERE account_id = :account AND deleted_at IS NOT NULL")
                .bind("account", account)
                .mapTo(Long.class)
                .findOne();
    }

    private static int update(Handle handle, String sql, long organization) {
        return handle.createUpdate(sql).bind("organization", organization).execute();
    }
}
