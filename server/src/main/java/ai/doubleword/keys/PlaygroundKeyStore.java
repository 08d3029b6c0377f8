package ai.doubleword.keys;

import java.util.Optional;
import org.jdbi.v3.core.Handle;

/// SQL of the keys that the playground calls with.
final class PlaygroundKeyStore {
    private PlaygroundKeyStore() {}

    static Optional<String> find(Handle handle, long account, long user) {
        return handle.createQuery("""
                        SELECT key_id FROM playground_key WHERE account_id = :account AND user_id = :user
                        """)
                .bind("account", account)
                .bind("user", user)
                .mapTo(String.class)
                .findOne();
    }

    static void put(Handle handle, long account, long user, String key) {
        handle.createUpdate("""
                        INSERT INTO playground_key (account_id, user_id, key_id) VALUES (:account, :user, :key)
                        ON CONFLICT (account_id, user_id) DO UPDATE SET key_id = excluded.key_id
                        """)
                .bind("account", account)
                .bind("user", user)
                .bind("key", key)
                .execute();
    }
}
