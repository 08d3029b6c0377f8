package ai.doubleword.administration;

import ai.doubleword.administration.Limited.Kind;
import ai.doubleword.limits.Rates;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;

/// SQL of what has limits: models, accounts, and keys. Each lists by name, then id, and can go on behind a row.
final class LimitStore {
    private static final String ORDER = " AND (lower(name), id) > (:afterName, :afterId) ORDER BY lower(name), id"
            + " FETCH FIRST :limit ROWS ONLY";

    private static final String MODELS = """
            SELECT * FROM (
                SELECT uuid::text AS id, name, type AS detail, 0 AS account_id, rpm, tpm, concurrent
                  FROM model
                 WHERE deleted_at IS NULL) limited
             WHERE true
            """;

    private static final String ACCOUNTS = """
            SELECT * FROM (
                SELECT a.id::text AS id, coalesce(o.name, u.username, a.name) AS name,
                       coalesce('organization ' || o.slug, u.email, '') AS detail, a.id AS account_id, a.rpm, a.tpm,
                       a.concurrent
                  FROM account a
                  LEFT JOIN organization o ON o.account_id = a.id
                  LEFT JOIN "user" u ON u.account_id = a.id
                 WHERE o.deleted_at IS NULL) limited
             WHERE true
            """;

    /// Keys that still work.
    private static final String KEYS = """
            SELECT * FROM (
                SELECT k.id, k.name,
                       CASE k.type WHEN 'platform' THEN 'dw_pk_' ELSE 'dw_sk_' END || k.id || '… of '
                           || coalesce(o.name, u.username, a.name) AS detail, k.account_id, k.rpm, k.tpm, k.concurrent
                  FROM api_key k
                  JOIN account a ON a.id = k.account_id
                  LEFT JOIN organization o ON o.account_id = a.id
                  LEFT JOIN "user" u ON u.account_id = a.id
                 WHERE k.deleted_at IS NULL AND k.revoked_at IS NULL AND NOT k.sample
                   AND (k.expires_at IS NULL OR k.expires_at > now())
                   AND (k.retires_at IS NULL OR k.retires_at > now())) limited
             WHERE true
            """;

    private LimitStore() {}

    /// @param search part of a name or of what stands below it; empty for all
    /// @param onlyLimited whether those without any limit are left out
    /// @param afterName lower case, of the row that the page follows; empty for the first page
    static List<Limited> page(
            Handle handle, Kind kind, String search, boolean onlyLimited, String afterName, String afterId, int limit) {
        String narrowed = (search.isEmpty()
                        ? ""
                        : " AND (position(lower(:search) IN lower(name)) > 0"
                                + " OR position(lower(:search) IN lower(detail)) > 0)")
                + (onlyLimited ? " AND (rpm > 0 OR tpm > 0 OR concurrent > 0)" : "");
        return handle.createQuery(sql(kind) + narrowed + ORDER)
                .bind("search", search)
                .bind("afterName", afterName)
                .bind("afterId", afterId)
                .bind("limit", limit)
                .map((row, context) -> map(kind, row))
                .list();
    }

    static Optional<Limited> find(Handle handle, Kind kind, String id) {
        return handle.createQuery(sql(kind) + " AND id = :id")
                .bind("id", id)
                .map((row, context) -> map(kind, row))
                .findOne();
    }

    private static String sql(Kind kind) {
        return switch (kind) {
            case MODELS -> MODELS;
            case ACCOUNTS -> ACCOUNTS;
            case KEYS -> KEYS;
        };
    }

    private static Limited map(Kind kind, ResultSet row) throws SQLException {
        return new Limited(
                kind,
                row.getString("id"),
                row.getString("name"),
                row.getString("detail"),
                row.getLong("account_id"),
                new Rates(row.getInt("rpm"), row.getLong("tpm"), row.getInt("concurrent")));
    }
}
