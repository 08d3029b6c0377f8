package ai.doubleword.keys;

import java.sql.Timestamp;
import java.time.Instant;
import java.util.List;
import org.jdbi.v3.core.Handle;

/// SQL of the list of keys that people search, sort and turn the pages of.
final class KeyListStore {
    private static final String WORKS = "revoked_at IS NULL AND (expires_at IS NULL OR expires_at > :now)"
            + " AND (retires_at IS NULL OR retires_at > :now)";

    private KeyListStore() {}

    /// The keys of a page, and one more if there are more.
    static List<ApiKey> page(Handle handle, long account, KeyQuery query, Instant now) {
        String sort = query.sort().expression();
        String order = query.descending() ? "DESC" : "ASC";
        String follows = query.after().isEmpty()
                ? ""
                : " AND (%s, id) %s (SELECT %s, id FROM api_key WHERE id = :after AND account_id = :account)"
                        .formatted(sort, query.descending() ? "<" : ">", sort);
        return handle.createQuery(ApiKeyStore.COLUMNS
                        + condition(query)
                        + follows
                        + " ORDER BY %s %s, id %s FETCH FIRST :limit ROWS ONLY".formatted(sort, order, order))
                .bind("account", account)
                .bind("now", Timestamp.from(now))
                .bind("search", query.search())
                .bind("after", query.after())
                .bind("member", query.member())
                .bind("limit", query.limit() + 1)
                .map((row, context) -> ApiKeyStore.map(row))
                .list();
    }

    /// How many keys there are on all pages.
    static long count(Handle handle, long account, KeyQuery query, Instant now) {
        return handle.createQuery("SELECT count(*) FROM api_key" + condition(query))
                .bind("account", account)
                .bind("now", Timestamp.from(now))
                .bind("search", query.search())
                .bind("member", query.member())
                .mapTo(Long.class)
                .one();
    }

    static long workingSamples(Handle handle, long account, Instant now) {
        return handle.createQuery("SELECT count(*) FROM api_key WHERE account_id = :account AND deleted_at IS NULL"
                        + " AND sample AND " + WORKS)
                .bind("account", account)
                .bind("now", Timestamp.from(now))
                .mapTo(Long.class)
                .one();
    }

    /// Sample keys that work, those that were not used for the longest time first.
    static List<ApiKey> samples(Handle handle, long account, Instant now, int limit) {
        return handle.createQuery(ApiKeyStore.COLUMNS + " WHERE account_id = :account AND deleted_at IS NULL AND sample"
                        + " AND " + WORKS
                        + " ORDER BY coalesce(last_used_at, created_at), id FETCH FIRST :limit ROWS ONLY")
                .bind("account", account)
                .bind("now", Timestamp.from(now))
                .bind("limit", limit)
                .map((row, context) -> ApiKeyStore.map(row))
                .list();
    }

    static long working(Handle handle, long account, Instant now) {
        return handle.createQuery("SELECT count(*) FROM api_key WHERE account_id = :account AND deleted_at IS NULL"
                        + " AND NOT unopened AND " + WORKS)
                .bind("account", account)
                .bind("now", Timestamp.from(now))
                .mapTo(Long.class)
                .one();
    }

    /// How many working keys of an account act as a user.
    static long workingOfMaker(Handle handle, long account, long user, Instant now) {
        return handle.createQuery(
                        "SELECT count(*) FROM api_key WHERE account_id = :account AND created_by = :user AND " + WORKS)
                .bind("account", account)
                .bind("user", user)
                .bind("now", Timestamp.from(now))
                .mapTo(Long.class)
                .one();
    }

    /// Whether an account has any key on its list.
    ///
    /// @param member that acts as this user; 0 for all
    static boolean any(Handle handle, long account, long member) {
        return handle.createQuery("SELECT EXISTS (SELECT FROM api_key WHERE account_id = :account"
                        + " AND deleted_at IS NULL AND :member IN (0, created_by))")
                .bind("account", account)
                .bind("member", member)
                .mapTo(Boolean.class)
                .one();
    }

    private static String condition(KeyQuery query) {
        String state = switch (query.state()) {
            case ALL -> " AND NOT sample";
            case WORKING -> " AND NOT sample AND " + WORKS;
            case ENDED -> " AND NOT sample AND NOT (" + WORKS + ")";
            case SAMPLES -> " AND sample";
        };
        String search = query.search().isEmpty()
                ? ""
                : " AND (position(lower(:search) IN lower(name)) > 0"
                        + " OR position(lower(:search) IN lower(description)) > 0"
                        + " OR position(:search IN CASE type WHEN 'platform' THEN 'dw_pk_' ELSE 'dw_sk_' END || id) > 0)";
        String member = query.member() == 0 ? "" : " AND created_by = :member";
        return " WHERE account_id = :account AND deleted_at IS NULL" + member + state + search;
    }
}
