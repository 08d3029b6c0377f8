package ai.doubleword.providers;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Base64;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.SqlStatement;
import org.jspecify.annotations.Nullable;

/// SQL of providers. Each method is one statement on the caller's handle.
final class ProviderStore {
    private static final String ROW = """
            SELECT id, name, kind, base_url, api_key, api_key_source, headers, connect_timeout_ms,
                   first_byte_timeout_ms, idle_timeout_ms, total_timeout_ms, takes_service_tier, takes_stream_usage,
                   takes_base64, responses, concurrency, health_path, health_interval_ms, created_at
              FROM provider
             WHERE deleted_at IS NULL
            """;

    private ProviderStore() {}

    /// A row with its secrets still sealed, in base 64; empty where there is none.
    record Row(Provider provider, String sealedKey, String sealedHeaders) {}

    static List<Row> all(Handle handle) {
        return handle.createQuery(ROW + " ORDER BY name")
                .map((row, context) -> map(row))
                .list();
    }

    static List<Row> byId(Handle handle, Collection<Long> ids) {
        return handle.createQuery(ROW + " AND id = ANY(:ids)")
                .bindArray("ids", Long.class, ids)
                .map((row, context) -> map(row))
                .list();
    }

    static Optional<Row> byName(Handle handle, String name) {
        return handle.createQuery(ROW + " AND name = :name")
                .bind("name", name)
                .map((row, context) -> map(row))
                .findOne();
    }

    static boolean everHadOne(Handle handle) {
        return handle.createQuery("SELECT EXISTS (SELECT 1 FROM provider)")
                .mapTo(Boolean.class)
                .one();
    }

    static void insert(Handle handle, Row row) {
        bind(handle.createUpdate("""
                                INSERT INTO provider (id, name, kind, base_url, api_key, api_key_source, headers,
                                    connect_timeout_ms, first_byte_timeout_ms, idle_timeout_ms, total_timeout_ms,
                                    takes_service_tier, takes_stream_usage, takes_base64, responses, concurrency,
                                    health_path, health_interval_ms)
                                VALUES (:id, :name, :kind, :baseUrl, :key, :keySource, :headers, :connect, :firstByte,
                                    :idle, :total, :serviceTier, :streamUsage, :base64, :responses, :concurrency,
                                    :healthPath, :healthInterval)
                                """), row).execute();
    }

    static void update(Handle handle, Row row) {
        bind(handle.createUpdate("""
                                UPDATE provider
                                   SET name = :name, kind = :kind, base_url = :baseUrl, api_key = :key,
                                       api_key_source = :keySource, headers = :headers, connect_timeout_ms = :connect,
                                       first_byte_timeout_ms = :firstByte, idle_timeout_ms = :idle,
                                       total_timeout_ms = :total, takes_service_tier = :serviceTier,
                                       takes_stream_usage = :streamUsage, takes_base64 = :base64, responses = :responses,
                                       concurrency = :concurrency, health_path = :healthPath,
                                       health_interval_ms = :healthInterval
                                 WHERE id = :id
                                """), row).execute();
    }

    static void delete(Handle handle, long id) {
        handle.createUpdate("UPDATE provider SET deleted_at = now() WHERE id = :id")
                .bind("id", id)
                .execute();
    }

    private static <T extends SqlStatement<T>> T bind(T statement, Row row) {
        Provider provider = row.provider();
        return statement
                .bind("id", provider.id())
                .bind("name", provider.name())
                .bind("kind", provider.kind().wire())
                .bind("baseUrl", provider.baseUrl())
                .bind("key", bytes(row.sealedKey()))
                .bind("keySource", provider.keySource())
                .bind("headers", bytes(row.sealedHeaders()))
                .bind("connect", provider.timeouts().connectMs())
                .bind("firstByte", provider.timeouts().firstByteMs())
                .bind("idle", provider.timeouts().idleMs())
                .bind("total", provider.timeouts().totalMs())
                .bind("serviceTier", provider.quirks().takesServiceTier())
                .bind("streamUsage", provider.quirks().takesStreamUsage())
                .bind("base64", provider.quirks().takesBase64())
                .bind("responses", provider.quirks().responses().wire())
                .bind("concurrency", provider.concurrency())
                .bind("healthPath", provider.healthPath())
                .bind("healthInterval", provider.healthIntervalMillis());
    }

    private static Row map(ResultSet row) throws SQLException {
        String key = text(row.getBytes("api_key"));
        Provider provider = new Provider(
                row.getLong("id"),
                row.getString("name"),
                ProviderKind.of(row.getString("kind")).orElseThrow(),
                row.getString("base_url"),
                !key.isEmpty(),
                row.getString("api_key_source"),
                new java.util.TreeMap<>(),
                new Provider.Timeouts(
                        row.getInt("connect_timeout_ms"),
                        row.getInt("first_byte_timeout_ms"),
                        row.getInt("idle_timeout_ms"),
                        row.getInt("total_timeout_ms")),
                new Target.Quirks(
                        row.getBoolean("takes_service_tier"),
                        row.getBoolean("takes_stream_usage"),
                        row.getBoolean("takes_base64"),
                        ResponsesSupport.of(row.getString("responses")).orElseThrow()),
                row.getInt("concurrency"),
                row.getString("health_path"),
                row.getInt("health_interval_ms"),
                row.getTimestamp("created_at").toInstant());
        return new Row(provider, key, text(row.getBytes("headers")));
    }

    private static String text(byte @Nullable [] sealed) {
        return sealed == null ? "" : Base64.getEncoder().encodeToString(sealed);
    }

    private static byte @Nullable [] bytes(String sealed) {
        return sealed.isEmpty() ? null : Base64.getDecoder().decode(sealed);
    }
}
