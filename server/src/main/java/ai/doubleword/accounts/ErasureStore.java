package ai.doubleword.accounts;

import java.time.Instant;
import org.jdbi.v3.core.Handle;

/// SQL that forgets a user.
final class ErasureStore {
    private ErasureStore() {}

    static void deleteSessions(Handle handle, long user) {
        update(handle, "DELETE FROM session WHERE user_id = :user", user);
    }

    static void deleteLinks(Handle handle, long user) {
        update(handle, "DELETE FROM admin_link WHERE user_id = :user", user);
    }

    static void deleteJoinRequests(Handle handle, long user) {
        update(handle, "DELETE FROM join_request WHERE user_id = :user", user);
    }

    /// Invites to the user's address end, and none keeps it.
    static void forgetInvites(Handle handle, String email, Instant now) {
        handle.createUpdate("""
                        UPDATE invite SET email = '', ended_as = coalesce(ended_as, 'revoked'),
                               ended_at = coalesce(ended_at, :now)
                         WHERE lower(email) = lower(:email)
                        """).bind("email", email).bind("now", now).execute();
    }

    static void leaveGroups(Handle handle, long account) {
        handle.createUpdate("DELETE FROM access_group_account WHERE account_id = :account")
                .bind("account", account)
                .execute();
    }

    static void forgetAccount(Handle handle, long account, String pseudonym) {
        handle.createUpdate("UPDATE account SET name = :pseudonym WHERE id = :account")
                .bind("account", account)
                .bind("pseudonym", pseudonym)
                .execute();
    }

    static void forgetUser(Handle handle, long user, String pseudonym, Instant now) {
        handle.createUpdate("""
                        UPDATE "user" SET username = :pseudonym, email = :pseudonym, role = 'user', password = NULL,
                               claimed_at = NULL, verified_at = NULL, seen_at = NULL, disabled_at = coalesce(disabled_at, :now),
                               erased_at = :now
                         WHERE id = :user
                        """)
                .bind("user", user)
                .bind("pseudonym", pseudonym)
                .bind("now", now)
                .execute();
    }

    private static void update(Handle handle, String sql, long user) {
        handle.createUpdate(sql).bind("user", user).execute();
    }
}
