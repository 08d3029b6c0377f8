package ai.doubleword.accounts;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.PreparedBatch;

/// SQL of second factors. Each method is one statement on the caller's handle.
final class SecondFactorStore {
    private SecondFactorStore() {}

    /// A user's app.
    ///
    /// @param secret sealed
    /// @param confirmed whether the user proved to have it
    @SuppressWarnings("ArrayRecordComponent") // Opened by whoever reads it, never compared.
    record App(byte[] secret, boolean confirmed, long lastStep) {}

    /// Begins anew, unless the user has an app that is confirmed.
    static int begin(Handle handle, long user, byte[] secret, Instant now) {
        return handle.createUpdate("""
                        INSERT INTO totp (user_id, secret, last_step, created_at) VALUES (:user, :secret, 0, :now)
                        ON CONFLICT (user_id) DO UPDATE SET secret = excluded.secret, last_step = 0, created_at = :now
                         WHERE totp.confirmed_at IS NULL
                        """)
                .bind("user", user)
                .bind("secret", secret)
                .bind("now", now)
                .execute();
    }

    static Optional<App> app(Handle handle, long user) {
        return handle.createQuery("""
                        SELECT secret, confirmed_at IS NOT NULL AS confirmed, last_step FROM totp WHERE user_id = :user
                        """)
                .bind("user", user)
                .map((row, context) ->
                        new App(row.getBytes("secret"), row.getBoolean("confirmed"), row.getLong("last_step")))
                .findOne();
    }

    /// Uses a step up: of two at the same time one does.
    static int use(Handle handle, long user, long step) {
        return handle.createUpdate("UPDATE totp SET last_step = :step WHERE user_id = :user AND last_step < :step")
                .bind("user", user)
                .bind("step", step)
                .execute();
    }

    static int confirm(Handle handle, long user, Instant now) {
        return handle.createUpdate("UPDATE totp SET confirmed_at = :now WHERE user_id = :user AND confirmed_at IS NULL")
                .bind("user", user)
                .bind("now", now)
                .execute();
    }

    static int delete(Handle handle, long user) {
        return handle.createUpdate("DELETE FROM totp WHERE user_id = :user")
                .bind("user", user)
                .execute();
    }

    static void deleteCodes(Handle handle, long user) {
        handle.createUpdate("DELETE FROM recovery_code WHERE user_id = :user")
                .bind("user", user)
                .execute();
    }

    static void insertCodes(Handle handle, long user, List<byte[]> hashes) {
        PreparedBatch batch =
                handle.prepareBatch("INSERT INTO recovery_code (code_hash, user_id) VALUES (:hash, :user)");
        hashes.forEach(hash -> batch.bind("hash", hash).bind("user", user).add());
        batch.execute();
    }

    static int useCode(Handle handle, long user, byte[] hash, Instant now) {
        return handle.createUpdate("""
                        UPDATE recovery_code SET used_at = :now
                         WHERE code_hash = :hash AND user_id = :user AND used_at IS NULL
                        """)
                .bind("hash", hash)
                .bind("user", user)
                .bind("now", now)
                .execute();
    }

    static int codesLeft(Handle handle, long user) {
        return handle.createQuery("SELECT count(*) FROM recovery_code WHERE user_id = :user AND used_at IS NULL")
                .bind("user", user)
                .mapTo(Integer.class)
                .one();
    }

    static void insertHalf(Handle handle, byte[] hash, long user, Instant expires) {
        handle.createUpdate(
                        "INSERT INTO half_sign_in (token_hash, user_id, expires_at) VALUES (:hash, :user, :expires)")
                .bind("hash", hash)
                .bind("user", user)
                .bind("expires", expires)
                .execute();
    }

    static Optional<Long> half(Handle handle, byte[] hash, Instant now) {
        return handle.createQuery("""
                        SELECT h.user_id FROM half_sign_in h JOIN "user" u ON u.id = h.user_id
                         WHERE h.token_hash = :hash AND h.expires_at > :now AND u.disabled_at IS NULL
                        """)
                .bind("hash", hash)
                .bind("now", now)
                .mapTo(Long.class)
                .findOne();
    }

    static int deleteHalf(Handle handle, byte[] hash) {
        return handle.createUpdate("DELETE FROM half_sign_in WHERE token_hash = :hash")
                .bind("hash", hash)
                .execute();
    }

    static void deleteHalvesOf(Handle handle, long user) {
        handle.createUpdate("DELETE FROM half_sign_in WHERE user_id = :user")
                .bind("user", user)
                .execute();
    }

    static void deleteDeadHalves(Handle handle, Instant now) {
        handle.createUpdate("DELETE FROM half_sign_in WHERE expires_at <= :now")
                .bind("now", now)
                .execute();
    }
}
