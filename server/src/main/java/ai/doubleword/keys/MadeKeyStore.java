package ai.doubleword.keys;

import java.time.Instant;
import java.util.List;
import org.jdbi.v3.core.Handle;

/// SQL of the keys that a user made, over all accounts.
final class MadeKeyStore {
    private MadeKeyStore() {}

    static List<ApiKey> newest(Handle engine, long user, int most) {
        return engine.createQuery(ApiKeyStore.COLUMNS + """
                         WHERE created_by = :user AND deleted_at IS NULL
                         ORDER BY created_at DESC, id FETCH FIRST :most ROWS ONLY
                        """)
                .bind("user", user)
                .bind("most", most)
                .map((row, context) -> ApiKeyStore.map(row))
                .list();
    }

    static long count(Handle engine, long user) {
        return engine.createQuery("SELECT count(*) FROM api_key WHERE created_by = :user AND deleted_at IS NULL")
                .bind("user", user)
                .mapTo(Long.class)
                .one();
    }

    static void end(Handle engine, long user, long account, Instant now) {
        engine.createUpdate("""
                        UPDATE api_key
                           SET revoked_because = CASE WHEN revoked_at IS NULL THEN 'its maker was erased'
                                                      ELSE revoked_because END,
                               revoked_at = coalesce(revoked_at, :now), cut_streams = true, last_used_from = ''
                         WHERE created_by = :user OR account_id = :account
                        """)
                .bind("user", user)
                .bind("account", account)
                .bind("now", now)
                .execute();
    }

    static void forgetNames(Handle engine, long account) {
        engine.createUpdate("""
                        UPDATE api_key SET name = 'erased', description = '', labels = '{}'
                         WHERE account_id = :account
                        """).bind("account", account).execute();
    }
}
