package ai.doubleword.accounts;

import java.time.Instant;
import java.util.Optional;
import org.jdbi.v3.core.Handle;

/// SQL of sign-ins under way at issuers.
final class OidcAttemptStore {
    private OidcAttemptStore() {}

    static void insert(Handle handle, byte[] stateHash, String issuer, String path, Instant expires) {
        handle.createUpdate("""
                        INSERT INTO oidc_attempt (state_hash, issuer, path, expires_at)
                        VALUES (:hash, :issuer, :path, :expires)
                        """)
                .bind("hash", stateHash)
                .bind("issuer", issuer)
                .bind("path", path)
                .bind("expires", expires)
                .execute();
    }

    static void deleteExpired(Handle handle, Instant now) {
        handle.createUpdate("DELETE FROM oidc_attempt WHERE expires_at <= :now")
                .bind("now", now)
                .execute();
    }

    /// Of two that come back at the same time one finds it.
    static Optional<String> use(Handle handle, byte[] stateHash, String issuer, Instant now) {
        return handle.createQuery("""
                        DELETE FROM oidc_attempt WHERE state_hash = :hash AND issuer = :issuer AND expires_at > :now
                        RETURNING path
                        """)
                .bind("hash", stateHash)
                .bind("issuer", issuer)
                .bind("now", now)
                .mapTo(String.class)
                .findOne();
    }
}
