package ai.doubleword.payloads;

import ai.doubleword.blobs.BlobName;
import ai.doubleword.blobs.BlobSlice;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jdbi.v3.core.Handle;

/// SQL of payloads. Each method is one statement on the caller's handle.
final class PayloadStore {
    private PayloadStore() {}

    /// The accounts that want payloads kept. As `dw_engine`.
    static Set<Long> keeping(Handle handle) {
        return handle.createQuery("SELECT id FROM account WHERE payload_days > 0")
                .mapTo(Long.class)
                .set();
    }

    /// As `dw_engine`.
    static int days(Handle handle, long account) {
        return handle.createQuery("SELECT payload_days FROM account WHERE id = :account")
                .bind("account", account)
                .mapTo(Integer.class)
                .one();
    }

    /// As `dw_engine`.
    static void setDays(Handle handle, long account, int days) {
        handle.createUpdate("UPDATE account SET payload_days = :days WHERE id = :account")
                .bind("account", account)
                .bind("days", days)
                .execute();
    }

    /// Where a payload lies.
    record Row(long request, long account, BlobSlice place) {}

    /// Adds payloads of one account, unless it has just stopped wanting them. As `dw_engine`.
    ///
    /// @return how many
    static int insert(Handle handle, long account, List<Row> rows, Instant now) {
        return handle.createUpdate("""
                        INSERT INTO request_payload (request, account_id, blob, at, bytes, kept_at)
                        SELECT p.request, a.id, :blob, p.at, p.bytes, :now
                          FROM unnest(:requests, :ats, :sizes) AS p (request, at, bytes)
                          JOIN account a ON a.id = :account AND a.payload_days > 0
                        """)
                .bind("account", account)
                .bind("blob", rows.getFirst().place().blob().toString())
                .bindArray(
                        "requests", Long.class, rows.stream().map(Row::request).toList())
                .bindArray(
                        "ats",
                        Long.class,
                        rows.stream().map(row -> row.place().offset()).toList())
                .bindArray(
                        "sizes",
                        Integer.class,
                        rows.stream().map(row -> (int) row.place().bytes()).toList())
                .bind("now", now)
                .execute();
    }

    /// Where the payload of a request is, as long as its account wants it kept.
    static Optional<BlobSlice> find(Handle handle, long account, long request, Instant now) {
        return handle.createQuery("""
                        SELECT p.blob, p.at, p.bytes FROM request_payload p JOIN account a ON a.id = p.account_id
                         WHERE p.request = :request AND p.account_id = :account
                           AND p.kept_at > :now::timestamptz - make_interval(days => a.payload_days)
                        """)
                .bind("account", account)
                .bind("request", request)
                .bind("now", now)
                .map((row, context) ->
                        new BlobSlice(BlobName.parse(row.getString("blob")), row.getLong("at"), row.getLong("bytes")))
                .findOne();
    }

    /// Takes away payloads that their accounts do not want any more; looks at each account that has any. As
    /// `dw_engine`.
    ///
    /// @param each most of one account at once
    /// @return the blobs that they were in, one for each
    static List<BlobName> deleteExpired(Handle handle, Instant now, int each) {
        return handle.createQuery("""
                        WITH RECURSIVE keeping AS (
                            (SELECT account_id FROM request_payload ORDER BY account_id FETCH FIRST ROW ONLY)
                            UNION ALL
                            SELECT (SELECT p.account_id FROM request_payload p WHERE p.account_id > k.account_id
                                     ORDER BY p.account_id FETCH FIRST ROW ONLY)
                              FROM keeping k WHERE k.account_id IS NOT NULL),
                        old AS MATERIALIZED (
                            SELECT p.request FROM keeping k JOIN account a ON a.id = k.account_id
                             CROSS JOIN LATERAL (
                                   SELECT request FROM request_payload
                                    WHERE account_id = a.id
                                      AND kept_at <= :now::timestamptz - make_interval(days => a.payload_days)
                                    ORDER BY kept_at FETCH FIRST :each ROWS ONLY) p)
                        DELETE FROM request_payload p USING old WHERE p.request = old.request RETURNING p.blob
                        """)
                .bind("now", now)
                .bind("each", each)
                .mapTo(String.class)
                .map(BlobName::parse)
                .list();
    }

    /// How many payloads of an account are kept. As `dw_engine`.
    static long count(Handle handle, long account) {
        return handle.createQuery("SELECT count(*) FROM request_payload WHERE account_id = :account")
                .bind("account", account)
                .mapTo(Long.class)
                .one();
    }

    /// Takes every payload of an account away. As `dw_engine`.
    static void deleteAll(Handle handle, long account) {
        handle.createUpdate("DELETE FROM request_payload WHERE account_id = :account")
                .bind("account", account)
                .execute();
    }

    /// Whether a payload lies in a blob. As `dw_engine`.
    static boolean uses(Handle handle, BlobName blob) {
        return handle.createQuery("SELECT EXISTS (SELECT FROM request_payload WHERE blob = :blob)")
                .bind("blob", blob.toString())
                .mapTo(Boolean.class)
                .one();
    }
}
