package ai.doubleword.idempotency;

import ai.doubleword.platform.Database;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.Collection;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/// The rows of requests that carried a key.
@Singleton
final class IdempotencyStore {
    private static final int CLAIM_SECONDS = 60;

    private final Database database;

    IdempotencyStore(Database database) {
        this.database = database;
    }

    /// A request that was claimed before.
    ///
    /// @param status 0 while the work runs
    // Hashes and sealed bytes, compared by whoever reads them.
    @SuppressWarnings("ArrayRecordComponent")
    record Row(byte[] requestHash, long claim, int status, String contentType, byte @Nullable [] answer) {}

    /// Claims a request that is new, expired, or whose claim nobody renewed.
    boolean claim(long family, byte[] keyHash, long account, byte[] requestHash, long claim, Duration kept) {
        return database.engine()
                        .withHandle(handle -> handle.createUpdate("""
                                INSERT INTO idempotency
                                    (family, key_hash, account_id, request_hash, claim, claimed_until, expires_at)
                                VALUES (:family, :key, :account, :request, :claim,
                                        now() + make_interval(secs => :hold), now() + make_interval(secs => :kept))
                                ON CONFLICT (family, key_hash) DO UPDATE
                                SET request_hash = excluded.request_hash, claim = excluded.claim,
                                    claimed_until = excluded.claimed_until, expires_at = excluded.expires_at,
                                    status = NULL, content_type = NULL, answer = NULL
                                WHERE idempotency.expires_at < now()
                                   OR (idempotency.status IS NULL AND idempotency.claimed_until < now()
                                       AND idempotency.request_hash = excluded.request_hash)
                                """)
                                .bind("family", family)
                                .bind("key", keyHash)
                                .bind("account", account)
                                .bind("request", requestHash)
                                .bind("claim", claim)
                                .bind("hold", CLAIM_SECONDS)
                                .bind("kept", kept.toSeconds())
                                .execute())
                == 1;
    }

    @Nullable
    Row find(long family, byte[] keyHash) {
        return database.engine()
                .withHandle(handle -> handle.createQuery("""
                        SELECT request_hash, claim, coalesce(status, 0) AS status,
                               coalesce(content_type, '') AS content_type, answer
                        FROM idempotency WHERE family = :family AND key_hash = :key
                        """)
                        .bind("family", family)
                        .bind("key", keyHash)
                        .map((row, context) -> new Row(
                                row.getBytes("request_hash"),
                                row.getLong("claim"),
                                row.getInt("status"),
                                row.getString("content_type"),
                                row.getBytes("answer")))
                        .findOne()
                        .orElse(null));
    }

    void finish(long claim, int status, String contentType, byte @Nullable [] answer, Duration kept) {
        database.engine()
                .useHandle(handle -> handle.createUpdate("""
                        UPDATE idempotency
                        SET status = :status, content_type = :type, answer = :answer,
                            expires_at = now() + make_interval(secs => :kept)
                        WHERE claim = :claim AND status IS NULL
                        """)
                        .bind("status", status)
                        .bind("type", contentType)
                        .bind("answer", answer)
                        .bind("kept", kept.toSeconds())
                        .bind("claim", claim)
                        .execute());
    }

    void release(long claim) {
        database.engine()
                .useHandle(
                        handle -> handle.createUpdate("DELETE FROM idempotency WHERE claim = :claim AND status IS NULL")
                                .bind("claim", claim)
                                .execute());
    }

    void renew(Collection<Long> claims) {
        database.engine()
                .useHandle(handle -> handle.createUpdate("""
                        UPDATE idempotency SET claimed_until = now() + make_interval(secs => :hold)
                        WHERE claim = ANY(:claims) AND status IS NULL
                        """)
                        .bind("hold", CLAIM_SECONDS)
                        .bind("claims", claims.toArray(Long[]::new))
                        .execute());
    }

    static long count(Handle handle, long account) {
        return handle.createQuery("SELECT count(*) FROM idempotency WHERE account_id = :account")
                .bind("account", account)
                .mapTo(Long.class)
                .one();
    }

    static void forget(Handle handle, long account) {
        handle.createUpdate("DELETE FROM idempotency WHERE account_id = :account")
                .bind("account", account)
                .execute();
    }

    void purge() {
        database.engine()
                .useHandle(handle -> handle.createUpdate("DELETE FROM idempotency WHERE expires_at < now()")
                        .execute());
    }
}
