package ai.doubleword.batch;

import ai.doubleword.blobs.BlobName;
import ai.doubleword.blobs.BlobSlice;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.Query;

/// SQL of recording: segments, what they add to their chunks and batches, and reading them. Plain JDBC where arrays of
/// bytes are the driver's own.
final class SegmentStore {
    private SegmentStore() {}

    /// A segment of a batch.
    ///
    /// @param bytes good lines, failed lines, positions
    record Segment(int seq, BlobSlice bytes, int ok, int failed, int okBytes, int failedBytes) {}

    /// Locks batches until the transaction ends, in the order of their ids, so that two recordings never wait for each
    /// other.
    ///
    /// @return the seq of the next segment of each
    static Map<Long, Integer> lock(Connection connection, Collection<Long> batches) throws SQLException {
        try (PreparedStatement select = connection.prepareStatement("""
                SELECT batch, next_seq FROM batch_progress WHERE batch = ANY(?) ORDER BY batch FOR UPDATE
                """)) {
            select.setArray(1, connection.createArrayOf("int8", batches.toArray()));
            Map<Long, Integer> next = new HashMap<>();
            ChunkStore.collect(select, row -> next.put(row.getLong(1), row.getInt(2)));
            return next;
        }
    }

    /// The chunks of these keys, locked.
    static Map<ChunkStore.Key, Chunk> chunks(Connection connection, Collection<ChunkStore.Key> keys)
            throws SQLException {
        try (PreparedStatement select = connection.prepareStatement("""
                SELECT c.*, p.count FROM unnest(?, ?) AS k (batch, no)
                JOIN chunk c ON c.batch = k.batch AND c.no = k.no
                JOIN chunk_plan p ON p.batch = c.batch AND p.no = c.no
                ORDER BY c.batch, c.no FOR UPDATE OF c
                """)) {
            select.setArray(
                    1,
                    connection.createArrayOf(
                            "int8", keys.stream().map(ChunkStore.Key::batch).toArray()));
            select.setArray(
                    2,
                    connection.createArrayOf(
                            "int4", keys.stream().map(ChunkStore.Key::no).toArray()));
            Map<ChunkStore.Key, Chunk> found = new HashMap<>();
            for (Chunk chunk : ChunkStore.collect(select, ChunkStore::chunk)) {
                found.put(new ChunkStore.Key(chunk.batch(), chunk.no()), chunk);
            }
            return found;
        }
    }

    /// Writes chunks as they are from now on.
    static void update(Connection connection, Collection<Chunk> chunks) throws SQLException {
        try (PreparedStatement update = connection.prepareStatement("""
                UPDATE chunk c SET state = n.state, done = n.done, bad = n.bad, ok = n.ok, failed = n.failed
                FROM unnest(?, ?, ?, ?, ?, ?, ?) AS n (batch, no, state, done, bad, ok, failed)
                WHERE c.batch = n.batch AND c.no = n.no
                """)) {
            int count = chunks.size();
            Object[][] columns = new Object[5][count];
            byte[][] done = new byte[count][];
            byte[][] bad = new byte[count][];
            int i = 0;
            for (Chunk chunk : chunks) {
                int failed = chunk.bad().count();
                columns[0][i] = chunk.batch();
                columns[1][i] = chunk.no();
                columns[2][i] = state(chunk);
                columns[3][i] = chunk.done().count() - failed;
                columns[4][i] = failed;
                done[i] = chunk.done().bytes();
                bad[i] = chunk.bad().bytes();
                i++;
            }
            update.setArray(1, connection.createArrayOf("int8", columns[0]));
            update.setArray(2, connection.createArrayOf("int4", columns[1]));
            update.setArray(3, connection.createArrayOf("int2", columns[2]));
            update.setArray(4, connection.createArrayOf("bytea", done));
            update.setArray(5, connection.createArrayOf("bytea", bad));
            update.setArray(6, connection.createArrayOf("int4", columns[3]));
            update.setArray(7, connection.createArrayOf("int4", columns[4]));
            update.executeUpdate();
        }
    }

    @SuppressWarnings("EnumOrdinal") // their order is part of the table, as the enum says
    private static short state(Chunk chunk) {
        return (short) chunk.state().ordinal();
    }

    /// Adds segments.
    ///
    /// @param seqs of each of them
    static void insert(Connection connection, List<Slice> slices, List<Integer> seqs) throws SQLException {
        int count = slices.size();
        Object[][] columns = new Object[11][count];
        byte[][] places = new byte[count][];
        for (int i = 0; i < count; i++) {
            Slice slice = slices.get(i);
            columns[0][i] = slice.chunk().batch();
            columns[1][i] = seqs.get(i);
            columns[2][i] = slice.chunk().no();
            columns[3][i] = slice.epoch();
            columns[4][i] = slice.bytes().blob().toString();
            columns[5][i] = slice.bytes().offset();
            columns[6][i] = slice.ok();
            columns[7][i] = slice.failed();
            columns[8][i] = slice.okBytes();
            columns[9][i] = slice.failedBytes();
            columns[10][i] = slice.crc();
            places[i] = slice.okLines().or(slice.failedLines()).bytes();
        }
        String[] types = {"int8", "int4", "int4", "int4", "text", "int8", "int4", "int4", "int4", "int4", "int4"};
        try (PreparedStatement insert = connection.prepareStatement("""
                INSERT INTO segment (batch, seq, chunk, epoch, blob, at, ok, failed, ok_bytes, failed_bytes, crc,
                    places)
                SELECT * FROM unnest(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                """)) {
            for (int i = 0; i < types.length; i++) {
                insert.setArray(i + 1, connection.createArrayOf(types[i], columns[i]));
            }
            insert.setArray(types.length + 1, connection.createArrayOf("bytea", places));
            insert.executeUpdate();
        }
    }

    /// Whether this very slice is recorded.
    static boolean exists(Connection connection, Slice slice) throws SQLException {
        try (PreparedStatement select =
                connection.prepareStatement("SELECT FROM segment WHERE batch = ? AND blob = ? AND at = ?")) {
            select.setLong(1, slice.chunk().batch());
            select.setString(2, slice.bytes().blob().toString());
            select.setLong(3, slice.bytes().offset());
            return !ChunkStore.collect(select, row -> true).isEmpty();
        }
    }

    /// What a recording adds to a locked batch.
    record Added(long batch, int nextSeq, int ok, int failed, Batch.Used used) {}

    /// How far a batch is.
    ///
    /// @param ok lines with an answer
    /// @param failed lines that failed
    /// @param added of both, by the recording
    record Progress(long batch, long account, long member, int total, int ok, int failed, int added) {
        int done() {
            return ok + failed;
        }
    }

    /// @return how far the batches are now
    static List<Progress> add(Connection connection, List<Added> added) throws SQLException {
        try (PreparedStatement update = connection.prepareStatement("""
                UPDATE batch_progress p SET next_seq = a.next_seq, ok = p.ok + a.ok, failed = p.failed + a.failed,
                    cost = p.cost + a.cost, input = p.input + a.input, output = p.output + a.output
                FROM unnest(?, ?, ?, ?, ?, ?, ?) AS a (batch, next_seq, ok, failed, cost, input, output)
                JOIN batch b ON b.id = a.batch
                WHERE p.batch = a.batch
                RETURNING b.id, b.account_id, b.member, b.total, p.ok, p.failed, a.ok + a.failed
                """)) {
            update.setArray(
                    1,
                    connection.createArrayOf(
                            "int8", added.stream().map(Added::batch).toArray()));
            update.setArray(
                    2,
                    connection.createArrayOf(
                            "int4", added.stream().map(Added::nextSeq).toArray()));
            update.setArray(
                    3,
                    connection.createArrayOf(
                            "int4", added.stream().map(Added::ok).toArray()));
            update.setArray(
                    4,
                    connection.createArrayOf(
                            "int4", added.stream().map(Added::failed).toArray()));
            List<Batch.Used> used = added.stream().map(Added::used).toList();
            update.setArray(
                    5,
                    connection.createArrayOf(
                            "int8", used.stream().map(Batch.Used::costNanos).toArray()));
            update.setArray(
                    6,
                    connection.createArrayOf(
                            "int8", used.stream().map(Batch.Used::input).toArray()));
            update.setArray(
                    7,
                    connection.createArrayOf(
                            "int8", used.stream().map(Batch.Used::output).toArray()));
            return ChunkStore.collect(
                    update,
                    row -> new Progress(
                            row.getLong(1),
                            row.getLong(2),
                            row.getLong(3),
                            row.getInt(4),
                            row.getInt(5),
                            row.getInt(6),
                            row.getInt(7)));
        }
    }

    /// The segments of a batch from one on, in their order.
    ///
    /// @param before the first that is none of them
    static List<Segment> list(Handle handle, long batch, int from, int before) {
        return read(handle.createQuery("""
                        SELECT seq, blob, at, ok, failed, ok_bytes, failed_bytes FROM segment
                        WHERE batch = :batch AND seq >= :from AND seq < :before ORDER BY seq
                        """), batch, from, before);
    }

    /// As [#list], the first of those with failures.
    static List<Segment> failures(Handle handle, long batch, int from, int before, int limit) {
        return read(handle.createQuery("""
                        SELECT seq, blob, at, ok, failed, ok_bytes, failed_bytes FROM segment
                        WHERE batch = :batch AND seq >= :from AND seq < :before AND failed > 0 ORDER BY seq LIMIT :limit
                        """).bind("limit", limit), batch, from, before);
    }

    private static List<Segment> read(Query query, long batch, int from, int before) {
        return query.bind("batch", batch)
                .bind("from", from)
                .bind("before", before)
                .map((row, context) -> segment(row))
                .list();
    }

    static Segment segment(ResultSet row) throws SQLException {
        int ok = row.getInt("ok");
        int failed = row.getInt("failed");
        int okBytes = row.getInt("ok_bytes");
        int failedBytes = row.getInt("failed_bytes");
        long bytes = (long) okBytes + failedBytes + (long) Integer.BYTES * (ok + failed);
        return new Segment(
                row.getInt("seq"),
                new BlobSlice(BlobName.parse(row.getString("blob")), row.getLong("at"), bytes),
                ok,
                failed,
                okBytes,
                failedBytes);
    }

    /// The blobs that a batch has segments in.
    static List<BlobName> blobs(Handle handle, long batch) {
        return handle.createQuery("SELECT DISTINCT blob FROM segment WHERE batch = :batch")
                .bind("batch", batch)
                .mapTo(String.class)
                .map(BlobName::parse)
                .list();
    }

    /// The blobs that an account has segments in.
    static List<BlobName> blobsOf(Handle handle, long account) {
        return handle.createQuery("""
                        SELECT DISTINCT s.blob FROM batch b JOIN segment s ON s.batch = b.id
                        WHERE b.account_id = :account
                        """)
                .bind("account", account)
                .mapTo(String.class)
                .map(BlobName::parse)
                .list();
    }

    /// Whether any batch has a segment in a blob.
    static boolean uses(Handle handle, BlobName blob) {
        return handle.createQuery("SELECT EXISTS (SELECT FROM segment WHERE blob = :blob)")
                .bind("blob", blob.toString())
                .mapTo(Boolean.class)
                .one();
    }

    static void deleteAll(Handle handle, long batch) {
        handle.createUpdate("DELETE FROM segment WHERE batch = :batch")
                .bind("batch", batch)
                .execute();
    }

    /// From which seq to before which an error file of a batch goes.
    record Range(int from, int before) {}

    static java.util.Optional<Range> errorRange(Handle handle, long batch, long file) {
        return handle.createQuery("""
                        SELECT from_seq, before_seq
                        FROM (SELECT file, from_seq,
                                  lead(from_seq, 1, 2147483647) OVER (ORDER BY from_seq, file) AS before_seq
                              FROM batch_error_file WHERE batch = :batch) AS files
                        WHERE file = :file
                        """)
                .bind("batch", batch)
                .bind("file", file)
                .map((row, context) -> new Range(row.getInt(1), row.getInt(2)))
                .findOne();
    }

    /// How much the files of a batch hold.
    ///
    /// @param errorLines of the failures, those in its newest error file
    record Sizes(long okLines, long okBytes, long failedLines, long failedBytes, long errorLines, long errorBytes) {}

    /// What batches have written, by their ids.
    static Map<Long, Sizes> sizes(Handle handle, Collection<Long> batches) {
        Map<Long, Sizes> sizes = new HashMap<>();
        handle.createQuery("""
                        SELECT b.id, written.*
                        FROM batch b, LATERAL (
                            SELECT coalesce(sum(s.ok), 0), coalesce(sum(s.ok_bytes), 0), coalesce(sum(s.failed), 0),
                                coalesce(sum(s.failed_bytes), 0),
                                coalesce(sum(s.failed) FILTER (WHERE s.seq >= first.seq), 0),
                                coalesce(sum(s.failed_bytes) FILTER (WHERE s.seq >= first.seq), 0)
                            FROM segment s, (
                                SELECT coalesce(max(e.from_seq), 0) AS seq FROM batch_error_file e
                                WHERE e.batch = b.id AND e.file = b.error_file) AS first
                            WHERE s.batch = b.id) AS written
                        WHERE b.id = ANY(:batches)
                        """)
                .bindArray("batches", Long.class, batches)
                .map((row, context) -> Map.entry(
                        row.getLong(1),
                        new Sizes(
                                row.getLong(2),
                                row.getLong(3),
                                row.getLong(4),
                                row.getLong(5),
                                row.getLong(6),
                                row.getLong(7))))
                .forEach(entry -> sizes.put(entry.getKey(), entry.getValue()));
        return sizes;
    }
}
