package ai.doubleword.keys;

import java.time.Instant;
import java.util.List;
import org.jdbi.v3.core.Handle;

/// SQL of warnings that keys end soon.
final class KeyExpiryStore {
    private KeyExpiryStore() {}

    /// A key that ends soon.
    ///
    /// @param days the warning that is due: 14, 3 or 1 days before
    /// @param email of who made it
    record Ending(String id, long account, long maker, String name, Instant expires, int days, String email) {}

    /// Keys whose next warning is due, each noted as given: of two nodes one gets it. A key that was made to live no
    /// longer than a warning's time has none of that time.
    static List<Ending> take(Handle handle, Instant now) {
        return handle.createQuery("""
                        WITH ending AS (
                            SELECT k.id, k.account_id, k.created_by, k.name, k.expires_at, k.created_at,
                                   CASE WHEN k.expires_at <= :now::timestamptz + interval '1 day' THEN 1
                                        WHEN k.expires_at <= :now::timestamptz + interval '3 days' THEN 3
                                        ELSE 14 END AS days
                              FROM api_key k
                             WHERE k.revoked_at IS NULL AND k.deleted_at IS NULL AND NOT k.sample
                               AND k.retires_at IS NULL
                               AND k.expires_at > :now AND k.expires_at <= :now::timestamptz + interval '14 days'
                               AND NOT EXISTS (SELECT FROM playground_key p WHERE p.key_id = k.id)),
                        noted AS (
                            INSERT INTO key_expiry_notice AS n (key_id, expires_at, days)
                            SELECT id, expires_at, days FROM ending
                             WHERE created_at < expires_at - make_interval(days => days)
                             ORDER BY id
                            ON CONFLICT (key_id) DO UPDATE
                               SET expires_at = excluded.expires_at, days = excluded.days
                             WHERE n.expires_at <> excluded.expires_at OR n.days > excluded.days
                            RETURNING n.key_id)
                        SELECT e.id, e.account_id, e.created_by, e.name, e.expires_at, e.days, u.email
                          FROM noted JOIN ending e ON e.id = noted.key_id JOIN "user" u ON u.id = e.created_by
                        """)
                .bind("now", now)
                .map((row, context) -> new Ending(
                        row.getString("id"),
                        row.getLong("account_id"),
                        row.getLong("created_by"),
                        row.getString("name"),
                        row.getTimestamp("expires_at").toInstant(),
                        row.getInt("days"),
                        row.getString("email")))
                .list();
    }
}
