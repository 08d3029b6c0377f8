package ai.doubleword.audit;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;

/// SQL of the audit log.
final class AuditStore {
    private static final String ROW = """
            SELECT seq, at, kind, actor, credential, client, request, account_id, subject, was, became, hash
              FROM audit_event
            """;

    private AuditStore() {}

    /// The last row's number and hash.
    record Head(long seq, Hash hash) {}

    /// The end of the log, locked until the transaction ends: rows are added one after another.
    static Head lock(Handle handle) {
        return handle.createQuery("SELECT seq, hash FROM audit_lock()")
                .map((row, context) -> new Head(row.getLong("seq"), new Hash(row.getBytes("hash"))))
                .one();
    }

    static Head head(Handle handle) {
        return handle.createQuery("SELECT seq, hash FROM audit_head")
                .map((row, context) -> new Head(row.getLong("seq"), new Hash(row.getBytes("hash"))))
                .one();
    }

    static void append(Handle handle, AuditRow row) {
        handle.createQuery("""
                        SELECT audit_append(jsonb_build_object('seq', CAST(:seq AS bigint), 'at',
                                   CAST(:at AS timestamptz), 'kind', CAST(:kind AS text), 'actor',
                                   CAST(:actor AS bigint), 'credential', CAST(:credential AS text), 'client',
                                   CAST(:client AS text), 'request', CAST(:request AS text), 'account_id',
                                   CAST(:account AS bigint), 'subject', CAST(:subject AS text), 'was',
                                   CAST(:was AS text), 'became', CAST(:became AS text)), :hash) IS NULL
                        """)
                .bind("seq", row.seq())
                .bind("at", row.at())
                .bind("kind", row.kind())
                .bind("actor", row.actor())
                .bind("credential", row.credential())
                .bind("client", row.client())
                .bind("request", row.request())
                .bind("account", row.account())
                .bind("subject", row.subject())
                .bind("was", row.was())
                .bind("became", row.became())
                .bind("hash", row.hash().bytes())
                .mapTo(Boolean.class)
                .one();
    }

    /// Rows after a number, the oldest first.
    static List<AuditRow> after(Handle handle, long seq, int limit) {
        return handle.createQuery(ROW + " WHERE seq > :seq ORDER BY seq FETCH FIRST :limit ROWS ONLY")
                .bind("seq", seq)
                .bind("limit", limit)
                .map((row, context) -> map(row))
                .list();
    }

    /// Rows before a number, the newest first.
    static List<AuditRow> before(Handle handle, long seq, int limit) {
        return handle.createQuery(ROW + " WHERE seq < :seq ORDER BY seq DESC FETCH FIRST :limit ROWS ONLY")
                .bind("seq", seq)
                .bind("limit", limit)
                .map((row, context) -> map(row))
                .list();
    }

    /// Rows between two numbers that fit a filter, the newest first. Numbers have no gaps, so their distance
    /// bounds what is read.
    ///
    /// @param from the first number that is read
    static List<AuditRow> search(Handle handle, AuditFilter filter, long from, long below, int limit) {
        String narrowed = (filter.account().isEmpty() ? "" : " AND account_id = :account")
                + (filter.kind().isEmpty() ? "" : " AND (kind = :kind OR starts_with(kind, :kind || '.'))")
                + (filter.actor().isEmpty() ? "" : " AND actor = :actor")
                + (filter.subject().isEmpty() ? "" : " AND position(lower(:subject) IN lower(subject)) > 0");
        return handle.createQuery(ROW + " WHERE seq >= :from AND seq < :below" + narrowed
                        + " ORDER BY seq DESC FETCH FIRST :limit ROWS ONLY")
                .bind("from", from)
                .bind("below", below)
                .bind("account", filter.account().orElse(0))
                .bind("kind", filter.kind())
                .bind("actor", filter.actor().orElse(0))
                .bind("subject", filter.subject())
                .bind("limit", limit)
                .map((row, context) -> map(row))
                .list();
    }

    /// The number of the oldest of that many rows of an account; nothing if it has fewer.
    static Optional<Long> reach(Handle handle, long account, long below, int rows) {
        return handle.createQuery("""
                        SELECT seq FROM audit_event WHERE account_id = :account AND seq < :below
                         ORDER BY seq DESC OFFSET :rows ROWS FETCH FIRST ROW ONLY
                        """)
                .bind("account", account)
                .bind("below", below)
                .bind("rows", rows - 1)
                .mapTo(Long.class)
                .findOne();
    }

    /// When a row was written.
    static Instant at(Handle handle, long seq) {
        return handle.createQuery("SELECT at FROM audit_event WHERE seq = :seq")
                .bind("seq", seq)
                .map((row, context) -> instant(row, "at"))
                .one();
    }

    /// Rows before a number of one account, the newest first.
    static List<AuditRow> beforeOfAccount(Handle handle, long account, long seq, int limit) {
        return handle.createQuery(ROW + """
                         WHERE account_id = :account AND seq < :seq ORDER BY seq DESC FETCH FIRST :limit ROWS ONLY
                        """)
                .bind("account", account)
                .bind("seq", seq)
                .bind("limit", limit)
                .map((row, context) -> map(row))
                .list();
    }

    /// What a user did, the newest first.
    static List<AuditRow> newestOfActor(Handle handle, long actor, int limit) {
        return handle.createQuery(ROW + " WHERE actor = :actor ORDER BY seq DESC FETCH FIRST :limit ROWS ONLY")
                .bind("actor", actor)
                .bind("limit", limit)
                .map((row, context) -> map(row))
                .list();
    }

    static void insertCheckpoint(Handle handle, Checkpoint checkpoint) {
        handle.createUpdate("""
                        INSERT INTO audit_checkpoint (seq, hash, taken_at, signature)
                        VALUES (:seq, :hash, :at, :signature) ON CONFLICT DO NOTHING
                        """)
                .bind("seq", checkpoint.seq())
                .bind("hash", checkpoint.hash().bytes())
                .bind("at", checkpoint.at())
                .bind("signature", checkpoint.signature())
                .execute();
    }

    static Optional<Checkpoint> lastCheckpoint(Handle handle) {
        return handle.createQuery("""
                        SELECT seq, hash, taken_at, signature FROM audit_checkpoint
                         ORDER BY seq DESC FETCH FIRST ROW ONLY
                        """).map((row, context) -> mapCheckpoint(row)).findOne();
    }

    static List<Checkpoint> checkpoints(Handle handle) {
        return handle.createQuery("SELECT seq, hash, taken_at, signature FROM audit_checkpoint ORDER BY seq")
                .map((row, context) -> mapCheckpoint(row))
                .list();
    }

    private static Checkpoint mapCheckpoint(ResultSet row) throws SQLException {
        return new Checkpoint(
                row.getLong("seq"),
                new Hash(row.getBytes("hash")),
                instant(row, "taken_at"),
                row.getString("signature"));
    }

    private static AuditRow map(ResultSet row) throws SQLException {
        return new AuditRow(
                row.getLong("seq"),
                instant(row, "at"),
                row.getString("kind"),
                row.getLong("actor"),
                row.getString("credential"),
                row.getString("client"),
                row.getString("request"),
                row.getLong("account_id"),
                row.getString("subject"),
                row.getString("was"),
                row.getString("became"),
                new Hash(row.getBytes("hash")));
    }

    private static Instant instant(ResultSet row, String column) throws SQLException {
        return row.getTimestamp(column).toInstant();
    }
}
