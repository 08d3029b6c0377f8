package ai.doubleword.keys;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/// SQL of programs that ask to be let in.
final class DeviceLoginStore {
    private static final String LOGIN = """
            SELECT id, device, address, pause, polled_at, approved, coalesce(user_id, 0) AS user_id,
                   coalesce(account_id, 0) AS account_id, collected_at IS NOT NULL AS collected, created_at, expires_at
              FROM device_login
            """;

    private DeviceLoginStore() {}

    static void insert(Handle handle, DeviceLogin login, byte[] deviceHash, byte[] codeHash) {
        handle.createUpdate("""
                        INSERT INTO device_login (id, device_hash, code_hash, device, address, pause, created_at,
                                                  expires_at)
                        VALUES (:id, :deviceHash, :codeHash, :device, :address, :pause, :created, :expires)
                        """)
                .bind("id", login.id())
                .bind("deviceHash", deviceHash)
                .bind("codeHash", codeHash)
                .bind("device", login.device())
                .bind("address", login.address())
                .bind("pause", login.pause().toSeconds())
                .bind("created", login.created())
                .bind("expires", login.expires())
                .execute();
    }

    static void deleteExpiredBefore(Handle handle, Instant before) {
        handle.createUpdate("DELETE FROM device_login WHERE expires_at < :before")
                .bind("before", before)
                .execute();
    }

    /// The login that waits for a user with this code.
    static Optional<DeviceLogin> waiting(Handle handle, byte[] codeHash, Instant now) {
        return handle.createQuery(LOGIN + " WHERE code_hash = :hash AND decided_at IS NULL AND expires_at > :now")
                .bind("hash", codeHash)
                .bind("now", now)
                .map((row, context) -> map(row))
                .findOne();
    }

    /// Decides a login that waits: of two answers at the same time the first holds.
    static Optional<DeviceLogin> decide(
            Handle handle, byte[] codeHash, boolean approved, long user, @Nullable Long account, Instant now) {
        return handle.createQuery("""
                        UPDATE device_login SET decided_at = :now, approved = :approved, user_id = :user,
                               account_id = :account
                         WHERE code_hash = :hash AND decided_at IS NULL AND expires_at > :now
                        RETURNING id, device, address, pause, polled_at, approved, user_id,
                                  coalesce(account_id, 0) AS account_id, false AS collected, created_at, expires_at
                        """)
                .bind("hash", codeHash)
                .bind("approved", approved)
                .bind("user", user)
                .bind("account", account)
                .bind("now", now)
                .map((row, context) -> map(row))
                .findOne();
    }

    /// The login of a program, locked until the transaction ends.
    static Optional<DeviceLogin> lock(Handle handle, byte[] deviceHash) {
        return handle.createQuery(LOGIN + " WHERE device_hash = :hash FOR UPDATE")
                .bind("hash", deviceHash)
                .map((row, context) -> map(row))
                .findOne();
    }

    static void polled(Handle handle, long id, Duration pause, Instant now) {
        handle.createUpdate("UPDATE device_login SET polled_at = :now, pause = :pause WHERE id = :id")
                .bind("id", id)
                .bind("pause", pause.toSeconds())
                .bind("now", now)
                .execute();
    }

    static void collected(Handle handle, long id, Instant now) {
        handle.createUpdate("UPDATE device_login SET collected_at = :now WHERE id = :id")
                .bind("id", id)
                .bind("now", now)
                .execute();
    }

    static void forget(Handle handle, long user) {
        handle.createUpdate("DELETE FROM device_login WHERE user_id = :user")
                .bind("user", user)
                .execute();
    }

    private static DeviceLogin map(ResultSet row) throws SQLException {
        return new DeviceLogin(
                row.getLong("id"),
                row.getString("device"),
                row.getString("address"),
                Duration.ofSeconds(row.getInt("pause")),
                ApiKeyStore.instant(row, "polled_at"),
                row.getObject("approved", Boolean.class),
                row.getLong("user_id"),
                row.getLong("account_id"),
                row.getBoolean("collected"),
                row.getTimestamp("created_at").toInstant(),
                row.getTimestamp("expires_at").toInstant());
    }
}
