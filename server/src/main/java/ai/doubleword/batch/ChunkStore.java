package ai.doubleword.batch;

import ai.doubleword.platform.Tier;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jdbi.v3.core.Handle;

/// SQL of chunks and their leases; all times are the database's. Each method is one statement on the caller's
/// handle.
final class ChunkStore {
    /// How long a lease lasts without being renewed.
    static final Duration LEASE = Duration.ofSeconds(9);

    private ChunkStore() {}

    /// Which chunk.
    record Key(long batch, int no) {}

    /// A chunk that waits for a worker, and what the scheduler needs to know of it.
    ///
    /// @param count lines in it
    record Ready(Key key, long account, String model, long tokens, int count, Tier tier, Optional<Instant> expires) {}

    /// A chunk that this worker now has.
    ///
    /// @param done lines that are recorded already
    /// @param lines positions in the file
    @SuppressWarnings("ArrayRecordComponent") // made once, then only read
    record Claimed(Key key, int epoch, String model, long tariff, LineBits done, int[] lines) {}

    /// A lease that is still held, whether its batch goes on, and lines of it that are not wanted any more.
    record Held(Key key, int epoch, boolean goesOn, LineBits withdrawn) {}

    /// A planned chunk with its price.
    record Priced(PlannedChunk chunk, long tariff) {}

    /// Forgets what was planned and done.
    static void deleteAll(Handle handle, long batch) {
        handle.createUpdate("""
                        WITH done AS (DELETE FROM chunk WHERE batch = :batch)
                        DELETE FROM chunk_plan WHERE batch = :batch
                        """).bind("batch", batch).execute();
    }

    /// Adds chunks from a number on.
    static void insert(Handle handle, long batch, int first, List<Priced> chunks) {
        int count = chunks.size();
        Integer[] nos = new Integer[count];
        String[] models = new String[count];
        Long[] tariffs = new Long[count];
        Integer[] prefixes = new Integer[count];
        Long[] tokens = new Long[count];
        Integer[] counts = new Integer[count];
        byte[][] lines = new byte[count][];
        for (int i = 0; i < count; i++) {
            PlannedChunk chunk = chunks.get(i).chunk();
            nos[i] = first + i;
            models[i] = chunk.model();
            tariffs[i] = chunks.get(i).tariff();
            prefixes[i] = chunk.prefix();
            tokens[i] = chunk.tokens();
            counts[i] = chunk.lines().length;
            lines[i] = LineRuns.encode(chunk.lines());
        }
        Connection connection = handle.getConnection();
        try (PreparedStatement insert = connection.prepareStatement("""
                WITH plan AS (
                    INSERT INTO chunk_plan (batch, no, model, tariff, prefix, tokens, count, lines)
                    SELECT ?, * FROM unnest(?, ?, ?, ?, ?, ?, ?)
                    RETURNING batch, no, count)
                INSERT INTO chunk (batch, no, done, bad)
                SELECT batch, no, decode(repeat('00', (count + 7) / 8), 'hex'),
                    decode(repeat('00', (count + 7) / 8), 'hex')
                FROM plan
                """)) {
            insert.setLong(1, batch);
            insert.setArray(2, connection.createArrayOf("int4", nos));
            insert.setArray(3, connection.createArrayOf("text", models));
            insert.setArray(4, connection.createArrayOf("int8", tariffs));
            insert.setArray(5, connection.createArrayOf("int4", prefixes));
            insert.setArray(6, connection.createArrayOf("int8", tokens));
            insert.setArray(7, connection.createArrayOf("int4", counts));
            insert.setArray(8, connection.createArrayOf("bytea", lines));
            insert.executeUpdate();
        } catch (SQLException e) {
            throw new StoreException(e);
        }
    }

    /// What waits, the most urgent first: one scan of what is ready.
    static List<Ready> ready(Handle handle, int limit) {
        return handle.createQuery("""
                        SELECT c.batch, c.no, b.account_id, p.model, p.tokens, p.count, b.tier, b.expires_at
                        FROM chunk c
                        JOIN batch b ON b.id = c.batch
                        JOIN chunk_plan p ON p.batch = c.batch AND p.no = c.no
                        WHERE c.state = 0 AND b.status = 1 AND b.paused_at IS NULL
                        ORDER BY b.expires_at NULLS LAST, c.batch, c.no
                        LIMIT :limit
                        """)
                .bind("limit", limit)
                .map((row, context) -> ready(row))
                .list();
    }

    /// What waits of some batches.
    static List<Ready> readyOf(Handle handle, Collection<Long> batches) {
        return handle.createQuery("""
                        SELECT c.batch, c.no, b.account_id, p.model, p.tokens, p.count, b.tier, b.expires_at
                        FROM chunk c
                        JOIN batch b ON b.id = c.batch
                        JOIN chunk_plan p ON p.batch = c.batch AND p.no = c.no
                        WHERE c.batch = ANY(:batches) AND c.state = 0 AND b.status = 1 AND b.paused_at IS NULL
                        ORDER BY c.batch, c.no
                        """)
                .bindArray("batches", Long.class, batches)
                .map((row, context) -> ready(row))
                .list();
    }

    /// Leases those of the chunks that are still there to be had.
    static List<Claimed> claim(Handle handle, Collection<Key> wanted, long owner, String node) {
        return handle.createQuery("""
                        UPDATE chunk c SET state = 1, epoch = c.epoch + 1, owner = :owner, node = :node,
                            lease_until = now() + make_interval(secs => :lease)
                        FROM (SELECT k.batch, k.no
                              FROM unnest(:batches, :nos) AS w (batch, no)
                              JOIN chunk k ON k.batch = w.batch AND k.no = w.no
                              JOIN batch b ON b.id = k.batch
                              WHERE k.state = 0 AND b.status = 1 AND b.paused_at IS NULL
                              ORDER BY k.batch, k.no
                              FOR UPDATE OF k SKIP LOCKED) AS picked, chunk_plan p
                        WHERE c.batch = picked.batch AND c.no = picked.no AND p.batch = c.batch AND p.no = c.no
                        RETURNING c.batch, c.no, c.epoch, c.done, p.model, p.tariff, p.lines
                        """)
                .bind("owner", owner)
                .bind("node", node)
                .bind("lease", (double) LEASE.toSeconds())
                .bindArray(
                        "batches", Long.class, wanted.stream().map(Key::batch).toList())
                .bindArray("nos", Integer.class, wanted.stream().map(Key::no).toList())
                .map((row, context) -> new Claimed(
                        key(row),
                        row.getInt("epoch"),
                        row.getString("model"),
                        row.getLong("tariff"),
                        new LineBits(row.getBytes("done")),
                        LineRuns.decode(row.getBytes("lines"))))
                .list();
    }

    /// Makes leases last longer.
    ///
    /// @return those that are still held; the others are lost
    static List<Held> renew(Handle handle, List<Key> keys, List<Integer> epochs, long owner) {
        return handle.createQuery("""
                        UPDATE chunk c SET lease_until = now() + make_interval(secs => :lease)
                        FROM unnest(:batches, :nos, :epochs) AS h (batch, no, epoch), batch b
                        WHERE c.batch = h.batch AND c.no = h.no AND c.epoch = h.epoch AND c.owner = :owner
                          AND c.state = 1 AND b.id = c.batch
                        RETURNING c.batch, c.no, c.epoch, b.status = 1 AND b.paused_at IS NULL AS goes_on,
                            c.withdrawn, length(c.done) * 8 AS count
                        """)
                .bind("lease", (double) LEASE.toSeconds())
                .bindArray("batches", Long.class, keys.stream().map(Key::batch).toList())
                .bindArray("nos", Integer.class, keys.stream().map(Key::no).toList())
                .bindArray("epochs", Integer.class, epochs)
                .bind("owner", owner)
                .map((row, context) -> new Held(
                        key(row), row.getInt("epoch"), row.getBoolean("goes_on"), withdrawn(row, row.getInt("count"))))
                .list();
    }

    /// A lease that has ended.
    ///
    /// @param goesOn whether somebody else may take the chunk; else it is cancelled
    record Freed(long batch, boolean goesOn) {}

    /// Frees leases that have ended: they ran out, or an earlier start of this node had them.
    static List<Freed> freeEnded(Handle handle, String node, long owner) {
        return handle.createQuery("""
                        UPDATE chunk c SET state = CASE WHEN b.status = 1 THEN 0 ELSE 4 END, owner = 0, node = ''
                        FROM batch b
                        WHERE b.id = c.batch AND c.state = 1
                          AND (c.lease_until < now() OR (c.node = :node AND c.owner <> :owner))
                        RETURNING c.batch, c.state
                        """)
                .bind("node", node)
                .bind("owner", owner)
                .map((row, context) -> new Freed(row.getLong(1), row.getInt(2) == 0))
                .list();
    }

    /// Gives a lease of a locked batch back.
    ///
    /// @return whether it was still held
    static boolean free(Handle handle, Key key, int epoch, long owner, boolean goesOn) {
        return handle.createUpdate("""
                        UPDATE chunk SET state = :state, owner = 0, node = ''
                        WHERE batch = :batch AND no = :no AND state = 1 AND epoch = :epoch AND owner = :owner
                        """)
                        .bind("state", goesOn ? 0 : 4)
                        .bind("batch", key.batch())
                        .bind("no", key.no())
                        .bind("epoch", epoch)
                        .bind("owner", owner)
                        .execute()
                > 0;
    }

    /// How many lines of models wait or run, of batches that are not paused. One scan of what is open.
    static Map<String, Long> backlog(Handle handle, Collection<String> models) {
        Map<String, Long> backlog = new HashMap<>();
        handle.createQuery("""
                        SELECT p.model, sum(p.count - c.ok - c.failed) AS lines
                        FROM chunk c
                        JOIN batch b ON b.id = c.batch
                        JOIN chunk_plan p ON p.batch = c.batch AND p.no = c.no
                        WHERE c.state IN (0, 1) AND b.status = 1 AND b.paused_at IS NULL AND p.model = ANY(:models)
                        GROUP BY p.model
                        """)
                .bindArray("models", String.class, models)
                .map((row, context) -> Map.entry(row.getString("model"), row.getLong("lines")))
                .forEach(entry -> backlog.put(entry.getKey(), entry.getValue()));
        return backlog;
    }

    /// What waits or runs of a model, of batches that are not paused, together by account and end. One scan of what is
    /// open.
    static List<Due> due(Handle handle, String model) {
        return handle.createQuery("""
                        SELECT b.account_id, b.tier < 2 AS first, b.expires_at,
                            sum(p.tokens * (p.count - c.ok - c.failed) / p.count)::bigint AS tokens
                        FROM chunk c
                        JOIN batch b ON b.id = c.batch
                        JOIN chunk_plan p ON p.batch = c.batch AND p.no = c.no
                        WHERE c.state IN (0, 1) AND b.status = 1 AND b.paused_at IS NULL AND p.model = :model
                        GROUP BY 1, 2, 3
                        """)
                .bind("model", model)
                .map((row, context) -> new Due(row.getLong("account_id"), end(row), row.getLong("tokens")))
                .list();
    }

    private static long end(ResultSet row) throws SQLException {
        OffsetDateTime end = row.getObject("expires_at", OffsetDateTime.class);
        return row.getBoolean("first")
                ? 0
                : end == null ? Long.MAX_VALUE : end.toInstant().toEpochMilli();
    }

    /// Ends the chunks of a locked batch that nobody works on.
    static void cancelWaiting(Handle handle, long batch) {
        handle.createUpdate("UPDATE chunk SET state = 4, owner = 0, node = '' WHERE batch = :batch AND state IN (0, 3)")
                .bind("batch", batch)
                .execute();
    }

    /// Ends all open chunks of a locked batch, and fences who works on them.
    static void cancelAll(Handle handle, long batch) {
        handle.createUpdate("""
                        UPDATE chunk SET state = 4, epoch = epoch + 1, owner = 0, node = ''
                        WHERE batch = :batch AND state IN (0, 1, 3)
                        """).bind("batch", batch).execute();
    }

    /// What was planned of a chunk, and what has become of it.
    @SuppressWarnings("ArrayRecordComponent")
    record Whole(Chunk chunk, String model, long tariff, int prefix, long tokens, int[] lines) {}

    /// All chunks of a locked batch.
    static List<Whole> all(Handle handle, long batch) {
        return handle.createQuery("""
                        SELECT c.*, p.count, p.model, p.tariff, p.prefix, p.tokens, p.lines
                        FROM chunk c JOIN chunk_plan p ON p.batch = c.batch AND p.no = c.no
                        WHERE c.batch = :batch ORDER BY c.no
                        """)
                .bind("batch", batch)
                .map((row, context) -> new Whole(
                        chunk(row),
                        row.getString("model"),
                        row.getLong("tariff"),
                        row.getInt("prefix"),
                        row.getLong("tokens"),
                        LineRuns.decode(row.getBytes("lines"))))
                .list();
    }

    /// A chunk of which others take lines over: those are open in it no more.
    ///
    /// @param done lines that have a result, or are another chunk's now
    /// @param bad those of them that failed and stay so
    static void settle(Handle handle, Key key, int lines, LineBits done, LineBits bad) {
        handle.createUpdate("""
                        UPDATE chunk SET state = :state, done = :done, bad = :bad, failed = :failed
                        WHERE batch = :batch AND no = :no
                        """)
                .bind("state", done.count() == lines ? 2 : 4)
                .bind("done", done.bytes())
                .bind("bad", bad.bytes())
                .bind("failed", bad.count())
                .bind("batch", key.batch())
                .bind("no", key.no())
                .execute();
    }

    @SuppressWarnings("EnumOrdinal") // their order is part of the tables, as the enums say
    static Chunk chunk(ResultSet row) throws SQLException {
        return new Chunk(
                row.getLong("batch"),
                row.getInt("no"),
                ChunkState.values()[row.getInt("state")],
                row.getLong("owner"),
                row.getInt("epoch"),
                row.getInt("count"),
                new LineBits(row.getBytes("done")),
                new LineBits(row.getBytes("bad")),
                withdrawn(row, row.getInt("count")));
    }

    private static LineBits withdrawn(ResultSet row, int lines) throws SQLException {
        byte[] bits = row.getBytes("withdrawn");
        return bits == null ? LineBits.none(lines) : new LineBits(bits);
    }

    @SuppressWarnings("EnumOrdinal") // their order is part of the tables, as the enums say
    private static Ready ready(ResultSet row) throws SQLException {
        OffsetDateTime expires = row.getObject("expires_at", OffsetDateTime.class);
        return new Ready(
                key(row),
                row.getLong("account_id"),
                row.getString("model"),
                row.getLong("tokens"),
                row.getInt("count"),
                Tier.values()[row.getInt("tier")],
                Optional.ofNullable(expires).map(OffsetDateTime::toInstant));
    }

    private static Key key(ResultSet row) throws SQLException {
        return new Key(row.getLong("batch"), row.getInt("no"));
    }

    /// What a statement of plain JDBC failed by.
    static final class StoreException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        StoreException(SQLException cause) {
            super(cause);
        }
    }

    static <T> List<T> collect(PreparedStatement select, RowReader<T> reader) throws SQLException {
        List<T> rows = new ArrayList<>();
        try (ResultSet found = select.executeQuery()) {
            while (found.next()) {
                rows.add(reader.read(found));
            }
        }
        return rows;
    }

    @FunctionalInterface
    interface RowReader<T> {
        T read(ResultSet row) throws SQLException;
    }
}
