package ai.doubleword.webhooks;

import ai.doubleword.platform.AccountEventType;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;

/// SQL of endpoints. Each method is one statement on the caller's handle.
final class WebhookStore {
    private static final String ROW = """
            SELECT id, account_id, maker, url, description, event_types, scope, enabled, disabled_because,
                   previous_until, failing_since, created_at, updated_at
              FROM webhook_endpoint
            """;

    private WebhookStore() {}

    /// A secret as the database holds it.
    @SuppressWarnings("ArrayRecordComponent") // Opened by whoever signs, never compared.
    record Sealed(byte[] current, Optional<byte[]> previous, Optional<Instant> previousUntil) {}

    static void insert(Handle handle, Webhook webhook, byte[] secret) {
        handle.createUpdate("""
                        INSERT INTO webhook_endpoint (id, account_id, maker, url, description, event_types, scope, secret,
                                                      created_at, updated_at)
                        VALUES (:id, :account, :maker, :url, :description, :types, :scope, :secret, :created, :created)
                        """)
                .bind("id", webhook.id())
                .bind("account", webhook.account())
                .bind("maker", webhook.maker())
                .bind("url", webhook.terms().url())
                .bind("description", webhook.terms().description())
                .bindArray("types", String.class, wires(webhook.terms()))
                .bind("scope", webhook.terms().scope().wire())
                .bind("secret", secret)
                .bind("created", webhook.created())
                .execute();
    }

    /// The endpoints of an account, the newest first.
    static List<Webhook> list(Handle handle, long account) {
        return handle.createQuery(ROW + " WHERE account_id = :account ORDER BY id DESC")
                .bind("account", account)
                .map((row, context) -> map(row))
                .list();
    }

    /// The endpoints of all accounts, the newest first.
    static List<Webhook> newest(Handle handle, int limit) {
        return handle.createQuery(ROW + " ORDER BY id DESC FETCH FIRST :limit ROWS ONLY")
                .bind("limit", limit)
                .map((row, context) -> map(row))
                .list();
    }

    static Optional<Webhook> find(Handle handle, long account, long id) {
        return handle.createQuery(ROW + " WHERE account_id = :account AND id = :id")
                .bind("account", account)
                .bind("id", id)
                .map((row, context) -> map(row))
                .findOne();
    }

    /// Whose endpoint it is.
    static Optional<Long> account(Handle handle, long id) {
        return handle.createQuery("SELECT account_id FROM webhook_endpoint WHERE id = :id")
                .bind("id", id)
                .mapTo(Long.class)
                .findOne();
    }

    static Optional<Webhook> lock(Handle handle, long account, long id) {
        return handle.createQuery(ROW + " WHERE account_id = :account AND id = :id FOR NO KEY UPDATE")
                .bind("account", account)
                .bind("id", id)
                .map((row, context) -> map(row))
                .findOne();
    }

    /// Has the endpoints of an account counted and added to by one transaction at a time.
    static void lockAccount(Handle handle, long account) {
        handle.createQuery("SELECT pg_advisory_xact_lock(hashtextextended('webhooks', :account)) IS NULL")
                .bind("account", account)
                .mapTo(Boolean.class)
                .one();
    }

    static void change(Handle handle, Webhook webhook, Instant now) {
        handle.createUpdate("""
                        UPDATE webhook_endpoint SET url = :url, description = :description, event_types = :types,
                               scope = :scope, updated_at = :now
                         WHERE account_id = :account AND id = :id
                        """)
                .bind("account", webhook.account())
                .bind("id", webhook.id())
                .bind("url", webhook.terms().url())
                .bind("description", webhook.terms().description())
                .bindArray("types", String.class, wires(webhook.terms()))
                .bind("scope", webhook.terms().scope().wire())
                .bind("now", now)
                .execute();
    }

    /// Puts a secret in force; the one before goes on signing for a time.
    static void rotate(Handle handle, long account, long id, Sealed secrets, Instant now) {
        handle.createUpdate("""
                        UPDATE webhook_endpoint SET secret = :current, previous_secret = :previous,
                               previous_until = :until, updated_at = :now
                         WHERE account_id = :account AND id = :id
                        """)
                .bind("account", account)
                .bind("id", id)
                .bind("current", secrets.current())
                .bind("previous", secrets.previous().orElse(null))
                .bind("until", secrets.previousUntil().orElse(null))
                .bind("now", now)
                .execute();
    }

    static Sealed secrets(Handle handle, long id) {
        return handle.createQuery("SELECT secret, previous_secret, previous_until FROM webhook_endpoint WHERE id = :id")
                .bind("id", id)
                .map((row, context) -> sealed(row))
                .one();
    }

    static Sealed sealed(ResultSet row) throws SQLException {
        return new Sealed(
                row.getBytes("secret"),
                Optional.ofNullable(row.getBytes("previous_secret")),
                instant(row, "previous_until"));
    }

    /// Forgets secrets whose overlap is over.
    static void forgetSecrets(Handle handle, Instant now) {
        handle.createUpdate("""
                        UPDATE webhook_endpoint SET previous_secret = NULL, previous_until = NULL
                         WHERE previous_until <= :now
                        """).bind("now", now).execute();
    }

    static void enable(Handle handle, long account, long id, Instant now) {
        handle.createUpdate("""
                        UPDATE webhook_endpoint SET enabled = true, disabled_because = '', failing_since = NULL,
                               warned = false, updated_at = :now
                         WHERE account_id = :account AND id = :id
                        """)
                .bind("account", account)
                .bind("id", id)
                .bind("now", now)
                .execute();
    }

    static int disable(Handle handle, long account, long id, String because, Instant now) {
        return handle.createUpdate("""
                        UPDATE webhook_endpoint SET enabled = false, disabled_because = :because, updated_at = :now
                         WHERE account_id = :account AND id = :id AND enabled
                        """)
                .bind("account", account)
                .bind("id", id)
                .bind("because", because)
                .bind("now", now)
                .execute();
    }

    /// Notes that something arrived.
    static void works(Handle handle, long id) {
        handle.createUpdate("""
                        UPDATE webhook_endpoint SET failing_since = NULL, warned = false
                         WHERE id = :id AND failing_since IS NOT NULL
                        """).bind("id", id).execute();
    }

    /// Notes that something did not arrive.
    ///
    /// @return since when nothing does; nothing if the endpoint is gone or disabled
    static Optional<Instant> fails(Handle handle, long id, Instant now) {
        return handle.createQuery("""
                        UPDATE webhook_endpoint SET failing_since = coalesce(failing_since, :now)
                         WHERE id = :id AND enabled RETURNING failing_since
                        """)
                .bind("id", id)
                .bind("now", now)
                .map((row, context) -> row.getTimestamp(1).toInstant())
                .findOne();
    }

    /// Notes that a mail goes out about it.
    ///
    /// @return whether none had gone out yet
    static boolean warn(Handle handle, long id) {
        return handle.createUpdate("UPDATE webhook_endpoint SET warned = true WHERE id = :id AND NOT warned")
                        .bind("id", id)
                        .execute()
                > 0;
    }

    static int delete(Handle handle, long account, long id) {
        return handle.createUpdate("DELETE FROM webhook_endpoint WHERE account_id = :account AND id = :id")
                .bind("account", account)
                .bind("id", id)
                .execute();
    }

    /// Deletes the endpoints of an account that hear of one user's doing alone.
    static void deleteOwn(Handle handle, long account, long maker) {
        handle.createUpdate("""
                        DELETE FROM webhook_endpoint WHERE account_id = :account AND maker = :maker AND scope = 'own'
                        """).bind("account", account).bind("maker", maker).execute();
    }

    /// Deletes every endpoint of an account.
    static void deleteAll(Handle handle, long account) {
        handle.createUpdate("DELETE FROM webhook_endpoint WHERE account_id = :account")
                .bind("account", account)
                .execute();
    }

    static Webhook map(ResultSet row) throws SQLException {
        String[] types = (String[]) row.getArray("event_types").getArray();
        return new Webhook(
                row.getLong("id"),
                row.getLong("account_id"),
                row.getLong("maker"),
                new Webhook.Terms(
                        row.getString("url"),
                        row.getString("description"),
                        Arrays.stream(types)
                                .map(AccountEventType::of)
                                .flatMap(Optional::stream)
                                .toList(),
                        Webhook.Scope.of(row.getString("scope"))),
                row.getBoolean("enabled"),
                row.getString("disabled_because"),
                instant(row, "previous_until"),
                instant(row, "failing_since"),
                row.getTimestamp("created_at").toInstant(),
                row.getTimestamp("updated_at").toInstant());
    }

    static Optional<Instant> instant(ResultSet row, String column) throws SQLException {
        return Optional.ofNullable(row.getTimestamp(column)).map(Timestamp::toInstant);
    }

    private static List<String> wires(Webhook.Terms terms) {
        return terms.types().stream().map(AccountEventType::wire).toList();
    }
}
