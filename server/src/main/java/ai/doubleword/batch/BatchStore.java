package ai.doubleword.batch;

import ai.doubleword.platform.JsonFormat;
import ai.doubleword.platform.Tier;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/// SQL of batches. Each method is one statement on the caller's handle.
final class BatchStore {
    private static final ObjectMapper JSON = JsonFormat.trees();
    private static final TypeReference<Map<String, String>> TEXTS = new TypeReference<>() {};

    private static final String ROW = """
            SELECT b.*, p.ok, p.failed, p.cost, p.input, p.output FROM batch b JOIN batch_progress p ON p.batch = b.id
            """;

    private BatchStore() {}

    /// The newest batch that a key ordered with the same words since an instant.
    static Optional<Batch> findSame(
            Handle handle, String keyId, long inputFile, String endpoint, String window, Instant since) {
        return handle.createQuery(ROW + """
                         WHERE b.key_id = :keyId AND b.input_file = :inputFile AND b.endpoint = :endpoint
                           AND b.completion_window = :window AND b.created_at > :since
                         ORDER BY b.id DESC LIMIT 1
                        """)
                .bind("keyId", keyId)
                .bind("inputFile", inputFile)
                .bind("endpoint", endpoint)
                .bind("window", window)
                .bind("since", since.atOffset(java.time.ZoneOffset.UTC))
                .map((row, context) -> map(row))
                .findOne();
    }

    /// Adds a batch of which no line is done.
    ///
    /// @param windowSeconds 0 for none
    /// @return it, with the times that the database gave it
    @SuppressWarnings("EnumOrdinal") // their order is part of the table, as the enums say
    static Batch insert(Handle handle, Batch batch, long windowSeconds) {
        Batch added = handle.createQuery("""
                        INSERT INTO batch (id, account_id, key_id, family, member, input_file, endpoint,
                            completion_window, tier, output_file, error_file, inline_errors, metadata, total, status,
                            deadline, earliest_window, in_progress_at, expires_at)
                        VALUES (:id, :account, :keyId, :family, :member, :inputFile, :endpoint, :window, :tier,
                            :outputFile, :errorFile, :inlineErrors, :metadata::jsonb, :total, :status,
                            :deadline, :earliest, now(),
                            CASE WHEN :seconds > 0 THEN now() + make_interval(secs => :seconds) END)
                        RETURNING *, 0 AS ok, 0 AS failed, 0 AS cost, 0 AS input, 0 AS output
                        """)
                .bind("id", batch.id())
                .bind("account", batch.account())
                .bind("keyId", batch.keyId())
                .bind("family", batch.family())
                .bind("member", batch.member())
                .bind("inputFile", batch.inputFile())
                .bind("endpoint", batch.endpoint())
                .bind("window", batch.window())
                .bind("tier", batch.tier().ordinal())
                .bind("outputFile", batch.outputFile())
                .bind("errorFile", batch.errorFile())
                .bind("inlineErrors", batch.inlineErrors())
                .bind("metadata", json(batch.metadata()))
                .bind("total", batch.total())
                .bind("status", batch.status().ordinal())
                .bind("deadline", batch.promise().deadline().ordinal())
                .bind("earliest", batch.promise().earliestWindow())
                .bind("seconds", windowSeconds)
                .map((row, context) -> map(row))
                .one();
        handle.createUpdate("""
                        WITH progress AS (INSERT INTO batch_progress (batch) VALUES (:id))
                        INSERT INTO batch_error_file (batch, from_seq, file) VALUES (:id, 0, :errorFile)
                        """)
                .bind("id", batch.id())
                .bind("errorFile", batch.errorFile())
                .execute();
        return added;
    }

    static void addErrorFile(Handle handle, long batch, int fromSeq, long file) {
        handle.createUpdate("INSERT INTO batch_error_file (batch, from_seq, file) VALUES (:batch, :from, :file)")
                .bind("batch", batch)
                .bind("from", fromSeq)
                .bind("file", file)
                .execute();
    }

    /// @param member whose it must be, or of a key that is shared; 0 for anybody's
    static Optional<Batch> find(Handle handle, long account, long member, long id) {
        return handle.createQuery(ROW + """
                         WHERE b.id = :id AND b.account_id = :account AND b.input_file <> 0
                           AND (:member = 0 OR b.member = :member OR b.family IN
                                (SELECT family FROM api_key
                                  WHERE account_id = :account AND visibility = 'organization'))
                        """)
                .bind("id", id)
                .bind("account", account)
                .bind("member", member)
                .map((row, context) -> map(row))
                .findOne();
    }

    static List<Batch> byIds(Handle handle, Collection<Long> ids) {
        return handle.createQuery(ROW + " WHERE b.id = ANY(:ids)")
                .bindArray("ids", Long.class, ids)
                .map((row, context) -> map(row))
                .list();
    }

    /// The newest batches of all accounts. As `dw_engine`.
    ///
    /// @param running only those that have not ended
    static List<Batch> newest(Handle handle, boolean running, int limit) {
        return handle.createQuery(ROW + " WHERE b.input_file <> 0" + (running ? " AND b.status IN (0, 1, 2, 6)" : "")
                        + " ORDER BY b.id DESC LIMIT :limit")
                .bind("limit", limit)
                .map((row, context) -> map(row))
                .list();
    }

    /// A page of an account's batches, the newest first.
    ///
    /// @param member whose; 0 for everybody's
    /// @param after of the batch before the page; null for the first page
    /// @param activeFirst whether those that have not ended come before those that have
    @SuppressWarnings("EnumOrdinal")
    static List<Batch> page(
            Handle handle, long account, long member, @Nullable Batch after, boolean activeFirst, int limit) {
        return handle.createQuery(ROW + """
                         WHERE b.account_id = :account AND b.input_file <> 0
                           AND (:member = 0 OR b.member = :member OR b.family IN
                                (SELECT family FROM api_key
                                  WHERE account_id = :account AND visibility = 'organization'))
                           AND (:after = 0 OR (:activeFirst AND b.status = ANY(:ended), -b.id)
                                > (:activeFirst AND :afterEnded, -:after))
                         ORDER BY (:activeFirst AND b.status = ANY(:ended)), b.id DESC LIMIT :limit
                        """)
                .bind("account", account)
                .bind("member", member)
                .bind("after", after == null ? 0 : after.id())
                .bind("afterEnded", after != null && after.status().ended())
                .bind("activeFirst", activeFirst)
                .bindArray(
                        "ended",
                        Integer.class,
                        Arrays.stream(BatchStatus.values())
                                .filter(BatchStatus::ended)
                                .map(BatchStatus::ordinal)
                                .toList())
                .bind("limit", limit)
                .map((row, context) -> map(row))
                .list();
    }

    /// Locks the batch until the transaction ends: before its chunks, and of several in the order of their ids.
    ///
    /// @return the seq of its next segment; nothing if there is no such batch
    static Optional<Integer> lock(Handle handle, long batch) {
        return handle.createQuery("SELECT next_seq FROM batch_progress WHERE batch = :batch FOR UPDATE")
                .bind("batch", batch)
                .mapTo(Integer.class)
                .findOne();
    }

    /// How a locked batch stands.
    @SuppressWarnings("EnumOrdinal") // their order is part of the tables, as the enums say
    static BatchStatus status(Handle handle, long batch) {
        return BatchStatus.values()[
                handle.createQuery("SELECT status FROM batch WHERE id = :batch")
                        .bind("batch", batch)
                        .mapTo(Integer.class)
                        .one()];
    }

    /// Moves locked batches on, and notes when.
    ///
    /// @throws IllegalStateException if that is no step they may take
    @SuppressWarnings("EnumOrdinal")
    static void move(Handle handle, Collection<Long> batches, BatchStatus from, BatchStatus to) {
        if (!from.next().contains(to)) {
            throw new IllegalStateException("batches " + batches + " cannot become " + to + " from " + from);
        }
        handle.createUpdate("UPDATE batch SET status = :to, <stamp> = now() WHERE id = ANY(:batches)")
                .define("stamp", to.wire() + "_at")
                .bind("to", to.ordinal())
                .bindArray("batches", Long.class, batches)
                .execute();
    }

    /// What the end of a batch depends on.
    ///
    /// @param whole whether each of its lines has a recorded result
    /// @param pack whether it is a pack of single lines
    /// @param open whether it waits for any chunk
    record Standing(long batch, BatchStatus status, boolean whole, boolean pack, boolean open) {}

    /// How locked batches stand, each that is there.
    @SuppressWarnings("EnumOrdinal") // their order is part of the tables, as the enums say
    static List<Standing> standings(Handle handle, Collection<Long> batches) {
        return handle.createQuery("""
                        SELECT b.id, b.status, b.total <= p.ok + p.failed AS whole, b.input_file = 0 AS pack,
                            EXISTS (SELECT FROM chunk c WHERE c.batch = b.id AND c.state IN (0, 1, 3)) AS open
                        FROM batch b JOIN batch_progress p ON p.batch = b.id WHERE b.id = ANY(:batches)
                        """)
                .bindArray("batches", Long.class, batches)
                .map((row, context) -> new Standing(
                        row.getLong("id"),
                        BatchStatus.values()[row.getInt("status")],
                        row.getBoolean("whole"),
                        row.getBoolean("pack"),
                        row.getBoolean("open")))
                .list();
    }

    /// Sets a locked batch going again, with a window that begins now and an error file of its own.
    @SuppressWarnings("EnumOrdinal")
    static void reopen(Handle handle, long batch, long errorFile, long windowSeconds, Batch.Promise promise) {
        handle.createUpdate("""
                        UPDATE batch SET status = :running, error_file = :errorFile, in_progress_at = now(),
                            deadline = :deadline, earliest_window = :earliest,
                            expires_at = CASE WHEN :seconds > 0 THEN now() + make_interval(secs => :seconds) END,
                            finalizing_at = NULL, completed_at = NULL, failed_at = NULL, expired_at = NULL,
                            cancelling_at = NULL, cancelled_at = NULL, paused_at = NULL
                        WHERE id = :batch
                        """)
                .bind("running", BatchStatus.IN_PROGRESS.ordinal())
                .bind("errorFile", errorFile)
                .bind("deadline", promise.deadline().ordinal())
                .bind("earliest", promise.earliestWindow())
                .bind("seconds", windowSeconds)
                .bind("batch", batch)
                .execute();
    }

    /// Has a locked batch begin no lines for now, or again.
    static void pause(Handle handle, long batch, boolean paused) {
        handle.createUpdate("""
                        UPDATE batch SET paused_at = CASE WHEN :paused THEN coalesce(paused_at, now()) END
                        WHERE id = :batch
                        """).bind("paused", paused).bind("batch", batch).execute();
    }

    /// Takes failures back that are tried again.
    static void forgetFailures(Handle handle, long batch, int count) {
        handle.createUpdate("UPDATE batch_progress SET failed = failed - :count WHERE batch = :batch")
                .bind("count", count)
                .bind("batch", batch)
                .execute();
    }

    /// Running batches whose window has ended.
    @SuppressWarnings("EnumOrdinal")
    static List<Long> due(Handle handle) {
        return handle.createQuery("SELECT id FROM batch WHERE status = :running AND expires_at <= now() ORDER BY id")
                .bind("running", BatchStatus.IN_PROGRESS.ordinal())
                .mapTo(Long.class)
                .list();
    }

    /// Running batches of keys that were ended with all of their work.
    @SuppressWarnings("EnumOrdinal")
    static List<Long> ofEndedKeys(Handle handle) {
        return handle.createQuery("""
                        SELECT b.id FROM api_key k JOIN batch b ON b.key_id = k.id
                        WHERE k.cancel_work AND b.status = :running ORDER BY b.id
                        """)
                .bind("running", BatchStatus.IN_PROGRESS.ordinal())
                .mapTo(Long.class)
                .list();
    }

    /// How many batches of an account have not ended; single requests are no batches.
    static long countRunning(Handle handle, long account) {
        return handle.createQuery("""
                        SELECT count(*) FROM batch
                        WHERE account_id = :account AND input_file <> 0 AND status IN (0, 1, 2, 6)
                        """)
                .bind("account", account)
                .mapTo(Long.class)
                .one();
    }

    /// Batches of which no chunk is open: what a kill left one step before their end.
    static List<Long> ending(Handle handle) {
        return handle.createQuery("""
                        SELECT id FROM batch b
                        WHERE status IN (0, 1, 2, 6)
                          AND NOT EXISTS (SELECT FROM chunk c WHERE c.batch = b.id AND c.state IN (0, 1, 3))
                        ORDER BY id
                        """).mapTo(Long.class).list();
    }

    /// How far a batch is; equal to the last one where nothing has changed.
    record Mark(BatchStatus status, int ok, int failed, boolean paused) {}

    /// The marks of batches by their ids; those that are gone have none.
    @SuppressWarnings("EnumOrdinal") // their order is part of the table, as the enum says
    static Map<Long, Mark> marks(Handle handle, Collection<Long> ids) {
        Map<Long, Mark> marks = new HashMap<>();
        handle.createQuery("""
                        SELECT b.id, b.status, b.paused_at IS NOT NULL AS paused, p.ok, p.failed
                        FROM batch b JOIN batch_progress p ON p.batch = b.id WHERE b.id = ANY(:ids)
                        """)
                .bindArray("ids", Long.class, ids)
                .map((row, context) -> Map.entry(
                        row.getLong("id"),
                        new Mark(
                                BatchStatus.values()[row.getInt("status")],
                                row.getInt("ok"),
                                row.getInt("failed"),
                                row.getBoolean("paused"))))
                .forEach(entry -> marks.put(entry.getKey(), entry.getValue()));
        return marks;
    }

    static boolean exists(Handle handle, long batch) {
        return handle.createQuery("SELECT EXISTS (SELECT FROM batch WHERE id = :batch)")
                .bind("batch", batch)
                .mapTo(Boolean.class)
                .one();
    }

    /// Whether a file that the batch wrote is there.
    static boolean hasFiles(Handle handle, long batch) {
        return handle.createQuery("SELECT EXISTS (SELECT FROM file WHERE batch = :batch AND deleted_at IS NULL)")
                .bind("batch", batch)
                .mapTo(Boolean.class)
                .one();
    }

    /// Notes that the results of a batch are forgotten.
    static void resultsGone(Handle handle, long batch) {
        handle.createUpdate("UPDATE batch SET results_gone_at = coalesce(results_gone_at, now()) WHERE id = :batch")
                .bind("batch", batch)
                .execute();
    }

    /// Deletes batches whose results were forgotten before an instant.
    ///
    /// @param most at once, so that no transaction is long
    static int deleteGone(Handle handle, Instant before, int most) {
        return handle.createUpdate("""
                        DELETE FROM batch WHERE id IN (
                            SELECT id FROM batch WHERE results_gone_at < :before ORDER BY results_gone_at LIMIT :most)
                        """)
                .bind("before", before.atOffset(java.time.ZoneOffset.UTC))
                .bind("most", most)
                .execute();
    }

    /// How many batches an account has, without those of single lines. As `dw_engine`.
    static long countOf(Handle handle, long account) {
        return handle.createQuery("SELECT count(*) FROM batch WHERE account_id = :account AND input_file <> 0")
                .bind("account", account)
                .mapTo(Long.class)
                .one();
    }

    /// Deletes all that an account has here, single lines too, whether it runs or not. As `dw_engine`.
    static void deleteAllOf(Handle handle, long account) {
        handle.createUpdate("DELETE FROM batch WHERE account_id = :account")
                .bind("account", account)
                .execute();
    }

    static void delete(Handle handle, long batch) {
        handle.createUpdate("DELETE FROM batch WHERE id = :batch")
                .bind("batch", batch)
                .execute();
    }

    private static String json(Map<String, String> texts) {
        try {
            return JSON.writeValueAsString(texts);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    @SuppressWarnings("EnumOrdinal") // their order is part of the tables, as the enums say
    static Batch map(ResultSet row) throws SQLException {
        try {
            return new Batch(
                    row.getLong("id"),
                    row.getLong("account_id"),
                    row.getString("key_id"),
                    row.getLong("family"),
                    row.getLong("member"),
                    row.getLong("input_file"),
                    row.getString("endpoint"),
                    row.getString("completion_window"),
                    Tier.values()[row.getInt("tier")],
                    row.getLong("output_file"),
                    row.getLong("error_file"),
                    row.getBoolean("inline_errors"),
                    JSON.readValue(row.getString("metadata"), TEXTS),
                    row.getInt("total"),
                    row.getInt("ok"),
                    row.getInt("failed"),
                    BatchStatus.values()[row.getInt("status")],
                    new Batch.Times(
                            row.getObject("created_at", OffsetDateTime.class).toInstant(),
                            instant(row, "in_progress_at"),
                            instant(row, "expires_at"),
                            instant(row, "finalizing_at"),
                            instant(row, "completed_at"),
                            instant(row, "failed_at"),
                            instant(row, "expired_at"),
                            instant(row, "cancelling_at"),
                            instant(row, "cancelled_at"),
                            instant(row, "paused_at")),
                    new Batch.Used(row.getLong("cost"), row.getLong("input"), row.getLong("output")),
                    new Batch.Promise(Deadline.values()[row.getInt("deadline")], row.getString("earliest_window")));
        } catch (JsonProcessingException e) {
            throw new SQLException("the metadata of a batch is no JSON", e);
        }
    }

    private static @Nullable Instant instant(ResultSet row, String column) throws SQLException {
        OffsetDateTime time = row.getObject(column, OffsetDateTime.class);
        return time == null ? null : time.toInstant();
    }
}
