package ai.doubleword.accounts;

import java.sql.Timestamp;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.jdbi.v3.core.Handle;

/// SQL of passkeys. Each method is one statement on the caller's handle.
final class PasskeyStore {
    private PasskeyStore() {}

    /// What checking a passkey needs.
    ///
    /// @param credential the public key as the authenticator described it
    @SuppressWarnings("ArrayRecordComponent") // Read by the verifier, never compared.
    record Stored(long id, long user, byte[] credential, long signCount, boolean eligible, boolean backedUp) {}

    static void insert(Handle handle, long id, long user, PasskeyVerifier.Registered made, String name) {
        handle.createUpdate("""
                        INSERT INTO passkey (id, user_id, credential_id, credential, sign_count, eligible, backed_up,
                                             name, created_at)
                        VALUES (:id, :user, :credentialId, :credential, :signCount, :eligible, :backedUp, :name, now())
                        """)
                .bind("id", id)
                .bind("user", user)
                .bind("credentialId", made.credentialId())
                .bind("credential", made.credential())
                .bind("signCount", made.signCount())
                .bind("eligible", made.eligible())
                .bind("backedUp", made.backedUp())
                .bind("name", name)
                .execute();
    }

    static List<Passkey> list(Handle handle, long user) {
        return handle.createQuery("""
                        SELECT id, name, backed_up, created_at, used_at FROM passkey WHERE user_id = :user ORDER BY id
                        """)
                .bind("user", user)
                .map((row, context) -> new Passkey(
                        row.getLong("id"),
                        row.getString("name"),
                        row.getBoolean("backed_up"),
                        row.getTimestamp("created_at").toInstant(),
                        Optional.ofNullable(row.getTimestamp("used_at")).map(Timestamp::toInstant)))
                .list();
    }

    static List<byte[]> credentialIds(Handle handle, long user) {
        return handle.createQuery("SELECT credential_id FROM passkey WHERE user_id = :user ORDER BY id")
                .bind("user", user)
                .map((row, context) -> row.getBytes("credential_id"))
                .list();
    }

    /// The passkey of an id, if its user may sign in.
    static Optional<Stored> find(Handle handle, byte[] credentialId) {
        return handle.createQuery("""
                        SELECT p.id, p.user_id, p.credential, p.sign_count, p.eligible, p.backed_up
                          FROM passkey p JOIN "user" u ON u.id = p.user_id
                         WHERE p.credential_id = :credentialId AND u.disabled_at IS NULL
                        """)
                .bind("credentialId", credentialId)
                .map((row, context) -> new Stored(
                        row.getLong("id"),
                        row.getLong("user_id"),
                        row.getBytes("credential"),
                        row.getLong("sign_count"),
                        row.getBoolean("eligible"),
                        row.getBoolean("backed_up")))
                .findOne();
    }

    /// Writes a use down; of two that claim the same count one does. Authenticators that do not count say 0.
    static int used(Handle handle, long id, PasskeyVerifier.Use use) {
        return handle.createUpdate("""
                        UPDATE passkey SET sign_count = :signCount, backed_up = :backedUp, used_at = now()
                         WHERE id = :id AND (sign_count < :signCount OR (sign_count = 0 AND :signCount = 0))
                        """)
                .bind("id", id)
                .bind("signCount", use.signCount())
                .bind("backedUp", use.backedUp())
                .execute();
    }

    static int rename(Handle handle, long user, long id, String name) {
        return handle.createUpdate("UPDATE passkey SET name = :name WHERE id = :id AND user_id = :user")
                .bind("id", id)
                .bind("user", user)
                .bind("name", name)
                .execute();
    }

    static int delete(Handle handle, long user, long id) {
        return handle.createUpdate("DELETE FROM passkey WHERE id = :id AND user_id = :user")
                .bind("id", id)
                .bind("user", user)
                .execute();
    }

    static void deleteOf(Handle handle, long user) {
        handle.createUpdate("DELETE FROM passkey WHERE user_id = :user")
                .bind("user", user)
                .execute();
    }

    static void deleteChallengesOf(Handle handle, long user) {
        handle.createUpdate("DELETE FROM passkey_challenge WHERE user_id = :user")
                .bind("user", user)
                .execute();
    }

    static void insertChallenge(Handle handle, byte[] challenge, OptionalLong user, Instant expires) {
        handle.createUpdate("""
                        INSERT INTO passkey_challenge (challenge, user_id, expires_at)
                        VALUES (:challenge, :user, :expires)
                        """)
                .bind("challenge", challenge)
                .bind("user", user.isPresent() ? user.getAsLong() : null)
                .bind("expires", expires)
                .execute();
    }

    /// Uses a challenge up: of two at the same time one finds it.
    static int takeChallenge(Handle handle, byte[] challenge, OptionalLong user, Instant now) {
        return handle.createUpdate("""
                        DELETE FROM passkey_challenge
                         WHERE challenge = :challenge AND user_id IS NOT DISTINCT FROM :user AND expires_at > :now
                        """)
                .bind("challenge", challenge)
                .bind("user", user.isPresent() ? user.getAsLong() : null)
                .bind("now", now)
                .execute();
    }

    static void deleteDeadChallenges(Handle handle, Instant now) {
        handle.createUpdate("DELETE FROM passkey_challenge WHERE expires_at <= :now")
                .bind("now", now)
                .execute();
    }
}
