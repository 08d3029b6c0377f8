package ai.doubleword.keys;

import java.util.Optional;
import org.jdbi.v3.core.Handle;

/// SQL of the sample keys that sessions hold.
final class SampleKeyStore {
    private SampleKeyStore() {}

    /// A sealed secret and the key that it is of.
    static final class Sealed {
        final String key;
        final byte[] secret;

        Sealed(String key, byte[] secret) {
            this.key = key;
            this.secret = secret;
        }
    }

    static Optional<Sealed> find(Handle handle, long session, long account) {
        return handle.createQuery("""
                        SELECT key_id, sealed FROM sample_key WHERE session_id = :session AND account_id = :account
                        """)
                .bind("session", session)
                .bind("account", account)
                .map((row, context) -> new Sealed(row.getString("key_id"), row.getBytes("sealed")))
                .findOne();
    }

    static void put(Handle handle, long session, long account, Sealed sealed) {
        handle.createUpdate("""
                        INSERT INTO sample_key (session_id, account_id, key_id, sealed)
                        VALUES (:session, :account, :key, :sealed)
                        ON CONFLICT (session_id, account_id) DO UPDATE
                            SET key_id = excluded.key_id, sealed = excluded.sealed
                        """)
                .bind("session", session)
                .bind("account", account)
                .bind("key", sealed.key)
                .bind("sealed", sealed.secret)
                .execute();
    }

    /// Tells a key from others, so that lists fold it.
    static void mark(Handle handle, long account, String key) {
        handle.createUpdate("UPDATE api_key SET sample = true WHERE id = :id AND account_id = :account")
                .bind("id", key)
                .bind("account", account)
                .execute();
    }
}
