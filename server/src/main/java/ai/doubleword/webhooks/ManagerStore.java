package ai.doubleword.webhooks;

import java.util.List;
import org.jdbi.v3.core.Handle;

/// SQL of who hears that an endpoint fails.
final class ManagerStore {
    private ManagerStore() {}

    /// The addresses of an organization's owners and admins, and of who made the endpoint while they are a member; of a
    /// personal account, that of its user.
    static List<String> addresses(Handle handle, long account, long maker) {
        return handle.createQuery("""
                        SELECT DISTINCT u.email FROM "user" u
                         WHERE u.disabled_at IS NULL AND u.erased_at IS NULL
                           AND (u.account_id = :account
                                OR EXISTS (SELECT FROM organization o JOIN member m ON m.organization_id = o.id
                                            WHERE o.account_id = :account AND m.user_id = u.id
                                              AND (m.role IN ('owner', 'admin') OR u.id = :maker)))
                         ORDER BY u.email
                        """)
                .bind("account", account)
                .bind("maker", maker)
                .mapTo(String.class)
                .list();
    }
}
