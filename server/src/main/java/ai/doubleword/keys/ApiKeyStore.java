package ai.doubleword.keys;

import ai.doubleword.limits.Rates;
import ai.doubleword.platform.AddressRange;
import ai.doubleword.platform.JsonFormat;
import ai.doubleword.platform.Tier;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.sql.Array;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.SqlStatement;
import org.jspecify.annotations.Nullable;

/// SQL of keys as their owners see them. Every statement names the account; row-level policies are the second
/// wall.
final class ApiKeyStore {
    private static final ObjectMapper JSON = JsonFormat.trees();
    private static final TypeReference<Map<String, String>> LABELS = new TypeReference<>() {};

    private static final String SHARED = "organization";

    static final String COLUMNS = """
            SELECT id, family, account_id, created_by, made_by, unopened, type, name, description, endpoints, models,
                   tiers, addresses, rights, rpm, tpm, concurrent, cut_streams, labels, visibility, expires_at,
                   rotated_from, retires_at, revoked_at, revoked_because, last_used_at, last_used_from,
                   last_used_model, created_at
              FROM api_key
            """;

    private ApiKeyStore() {}

    static int currentPepper(Handle handle) {
        return handle.createQuery("SELECT id FROM pepper WHERE state = 'current'")
                .mapTo(Integer.class)
                .one();
    }

    static void acceptPeppers(Handle handle) {
        handle.createUpdate("UPDATE pepper SET state = 'accepted' WHERE state = 'current'")
                .execute();
    }

    /// @return its id
    static int addPepper(Handle handle) {
        return handle.createUpdate("INSERT INTO pepper (id, state) SELECT max(id) + 1, 'current' FROM pepper")
                .executeAndReturnGeneratedKeys("id")
                .mapTo(Integer.class)
                .one();
    }

    static void insert(Handle handle, ApiKey key, int pepper, byte[] hmac) {
        var statement = handle.createUpdate("""
                        INSERT INTO api_key (id, family, account_id, created_by, made_by, unopened, type, name,
                               description, pepper_id, hmac, endpoints, models, tiers, addresses, rights, rpm, tpm,
                               concurrent, cut_streams, labels, visibility, expires_at, rotated_from, created_at)
                        VALUES (:id, :family, :account, :createdBy, :madeBy, :unopened, :type, :name,
                               :description, :pepper, :hmac, :endpoints, :models, :tiers, :addresses, :rights, :rpm, :tpm,
                               :concurrent, :cutStreams, :labels::jsonb, :visibility, :expiresAt, :rotatedFrom, :created)
                        """);
        bindTerms(statement, key.terms())
                .bind("id", key.id())
                .bind("family", key.family())
                .bind("account", key.account())
                .bind("createdBy", key.createdBy())
                .bindByType("madeBy", key.madeBy(), Long.class)
                .bind("unopened", key.unopened())
                .bind("type", key.type().name().toLowerCase(Locale.ROOT))
                .bind("pepper", pepper)
                .bind("hmac", hmac)
                .bind("rotatedFrom", key.rotatedFrom())
                .bind("created", key.created());
        statement.execute();
    }

    static void updateTerms(Handle handle, long account, String id, KeyTerms terms) {
        var statement = handle.createUpdate("""
                        UPDATE api_key SET name = :name, description = :description, endpoints = :endpoints,
                               models = :models, tiers = :tiers, addresses = :addresses, rights = :rights, rpm = :rpm,
                               tpm = :tpm, concurrent = :concurrent, cut_streams = :cutStreams, labels = :labels::jsonb,
                               visibility = :visibility, expires_at = :expiresAt
                         WHERE id = :id AND account_id = :account
                        """);
        bindTerms(statement, terms).bind("id", id).bind("account", account);
        statement.execute();
    }

    /// The key, its row locked until the transaction ends.
    static Optional<ApiKey> lock(Handle handle, long account, String id) {
        return handle.createQuery(
                        COLUMNS + " WHERE id = :id AND account_id = :account AND deleted_at IS NULL FOR UPDATE")
                .bind("id", id)
                .bind("account", account)
                .map((row, context) -> map(row))
                .findOne();
    }

    static Optional<ApiKey> find(Handle handle, long account, String id) {
        return handle.createQuery(COLUMNS + " WHERE id = :id AND account_id = :account AND deleted_at IS NULL")
                .bind("id", id)
                .bind("account", account)
                .map((row, context) -> map(row))
                .findOne();
    }

    static List<ApiKey> list(Handle handle, long account, int skip, int limit) {
        return handle.createQuery(COLUMNS + """
                         WHERE account_id = :account AND deleted_at IS NULL
                         ORDER BY created_at DESC, id OFFSET :skip FETCH FIRST :limit ROWS ONLY
                        """)
                .bind("account", account)
                .bind("skip", skip)
                .bind("limit", limit)
                .map((row, context) -> map(row))
                .list();
    }

    static long count(Handle handle, long account) {
        return handle.createQuery("SELECT count(*) FROM api_key WHERE account_id = :account AND deleted_at IS NULL")
                .bind("account", account)
                .mapTo(Long.class)
                .one();
    }

    /// The account of a key, whoever it belongs to; for the operator and for keys that somebody found.
    static Optional<Long> accountOf(Handle engine, String id) {
        return engine.createQuery("SELECT account_id FROM api_key WHERE id = :id")
                .bind("id", id)
                .mapTo(Long.class)
                .findOne();
    }

    static void retire(Handle handle, long account, String id, Instant at) {
        handle.createUpdate("UPDATE api_key SET retires_at = :at WHERE id = :id AND account_id = :account")
                .bind("id", id)
                .bind("account", account)
                .bind("at", at)
                .execute();
    }

    /// Gives a key its secret, which it had none of.
    static void open(Handle engine, long account, String id, int pepper, byte[] hmac) {
        engine.createUpdate("""
                        UPDATE api_key SET unopened = false, pepper_id = :pepper, hmac = :hmac
                         WHERE id = :id AND account_id = :account AND unopened
                        """)
                .bind("id", id)
                .bind("account", account)
                .bind("pepper", pepper)
                .bind("hmac", hmac)
                .execute();
    }

    /// Revokes a key that is not yet.
    ///
    /// @param cut what happens to its streams; null leaves it to the key's own policy
    static void revoke(Handle handle, long account, String id, Instant at, @Nullable Boolean cut, String because) {
        handle.createUpdate("""
                        UPDATE api_key SET revoked_at = :at, cut_streams = coalesce(:cut, cut_streams),
                               revoked_because = :because
                         WHERE id = :id AND account_id = :account AND revoked_at IS NULL
                        """)
                .bind("id", id)
                .bind("account", account)
                .bind("at", at)
                .bindByType("cut", cut, Boolean.class)
                .bind("because", because)
                .execute();
    }

    /// Has a key's batches and background requests cancelled.
    static void cancelWork(Handle handle, long account, String id) {
        handle.createUpdate("UPDATE api_key SET cancel_work = true WHERE id = :id AND account_id = :account")
                .bind("id", id)
                .bind("account", account)
                .execute();
    }

    static void delete(Handle handle, long account, String id, Instant at) {
        handle.createUpdate("UPDATE api_key SET deleted_at = :at WHERE id = :id AND account_id = :account")
                .bind("id", id)
                .bind("account", account)
                .bind("at", at)
                .execute();
    }

    static int revokeOfMaker(Handle engine, long account, long user, Instant at, String because) {
        return engine.createUpdate("""
                        UPDATE api_key SET revoked_at = :at, revoked_because = :because
                         WHERE account_id = :account AND created_by = :user AND revoked_at IS NULL
                        """)
                .bind("account", account)
                .bind("user", user)
                .bind("at", at)
                .bind("because", because)
                .execute();
    }

    /// Ends every key of an account, cuts its streams.
    static int revokeAll(Handle engine, long account, Instant at, String because) {
        return engine.createUpdate("""
                        UPDATE api_key SET revoked_at = :at, revoked_because = :because, cut_streams = true
                         WHERE account_id = :account AND revoked_at IS NULL
                        """)
                .bind("account", account)
                .bind("at", at)
                .bind("because", because)
                .execute();
    }

    /// Cancels the work of every key of an account, those that ended before too.
    static void cancelAllWork(Handle engine, long account) {
        engine.createUpdate("UPDATE api_key SET cancel_work = true WHERE account_id = :account AND NOT cancel_work")
                .bind("account", account)
                .execute();
    }

    private static <S extends SqlStatement<S>> S bindTerms(S statement, KeyTerms terms) {
        KeyScopes scopes = terms.scopes();
        return statement
                .bind("name", terms.name())
                .bind("description", terms.description())
                .bindArray("endpoints", String.class, scopes.endpoints())
                .bindArray("models", String.class, scopes.models())
                .bindArray("tiers", String.class, texts(scopes.tiers(), Tier::wire))
                .bindArray("addresses", String.class, texts(scopes.addresses(), AddressRange::toString))
                .bindArray("rights", String.class, scopes.rights())
                .bind("rpm", terms.rates().requestsPerMinute())
                .bind("tpm", terms.rates().tokensPerMinute())
                .bind("concurrent", terms.rates().concurrentRequests())
                .bind("cutStreams", terms.cutStreams())
                .bind("labels", json(terms.labels()))
                .bind("visibility", terms.shared() ? SHARED : "maker")
                .bind("expiresAt", terms.expiresAt());
    }

    private static <T> List<String> texts(Collection<T> values, java.util.function.Function<T, String> text) {
        return values.stream().map(text).toList();
    }

    static ApiKey map(ResultSet row) throws SQLException {
        Instant usedAt = instant(row, "last_used_at");
        return new ApiKey(
                row.getString("id"),
                row.getLong("family"),
                row.getLong("account_id"),
                row.getLong("created_by"),
                row.getObject("made_by", Long.class),
                row.getBoolean("unopened"),
                KeyType.valueOf(row.getString("type").toUpperCase(Locale.ROOT)),
                new KeyTerms(
                        row.getString("name"),
                        row.getString("description"),
                        scopes(row),
                        rates(row),
                        row.getBoolean("cut_streams"),
                        labels(row.getString("labels")),
                        SHARED.equals(row.getString("visibility")),
                        instant(row, "expires_at")),
                row.getString("rotated_from"),
                instant(row, "retires_at"),
                instant(row, "revoked_at"),
                row.getString("revoked_because"),
                usedAt == null
                        ? null
                        : new ApiKey.LastUse(usedAt, row.getString("last_used_from"), row.getString("last_used_model")),
                row.getTimestamp("created_at").toInstant());
    }

    static Rates rates(ResultSet row) throws SQLException {
        return new Rates(row.getInt("rpm"), row.getLong("tpm"), row.getInt("concurrent"));
    }

    static KeyScopes scopes(ResultSet row) throws SQLException {
        List<String> endpoints = texts(row, "endpoints");
        List<String> models = texts(row, "models");
        List<String> tiers = texts(row, "tiers");
        List<String> addresses = texts(row, "addresses");
        List<String> rights = texts(row, "rights");
        if (Stream.of(endpoints, models, tiers, addresses, rights).allMatch(List::isEmpty)) {
            return KeyScopes.UNRESTRICTED;
        }
        return new KeyScopes(
                Set.copyOf(endpoints),
                models,
                tiers.stream()
                        .map(tier -> Tier.valueOf(tier.toUpperCase(Locale.ROOT)))
                        .collect(Collectors.toSet()),
                addresses.stream().map(AddressRange::parse).toList(),
                Set.copyOf(rights));
    }

    private static List<String> texts(ResultSet row, String column) throws SQLException {
        Array array = row.getArray(column);
        return List.of((String[]) array.getArray());
    }

    static @Nullable Instant instant(ResultSet row, String column) throws SQLException {
        Timestamp time = row.getTimestamp(column);
        return time == null ? null : time.toInstant();
    }

    private static Map<String, String> labels(String json) {
        try {
            return JSON.readValue(json, LABELS);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("labels that are no JSON object of strings", e);
        }
    }

    private static String json(Map<String, String> labels) {
        try {
            return JSON.writeValueAsString(labels);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }
}
