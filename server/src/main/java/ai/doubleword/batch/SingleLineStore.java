package ai.doubleword.batch;

import ai.doubleword.platform.Tier;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/// SQL of single lines and their packs. Plain JDBC where arrays of bytes are the driver's own.
final class SingleLineStore {
    /// Says that something became of a single line somewhere.
    static final String CHANNEL = "single_line";

    private SingleLineStore() {}

    /// A pack that is to be written down.
    ///
    /// @param ids of its lines, by their place
    /// @param tokens estimate of all of them
    /// @param patienceSeconds how long it may wait; 0 for ever
    record NewPack(
            long id,
            long account,
            String keyId,
            long family,
            long member,
            Tier tier,
            String endpoint,
            String model,
            long tariff,
            long tokens,
            long patienceSeconds,
            List<Long> ids) {}

    /// Adds packs of which no line is begun, in four statements.
    ///
    /// @throws SQLException 23505 if there is a line of one of the ids
    @SuppressWarnings("EnumOrdinal") // the order is part of the table, as the enum says
    static void insert(Connection connection, List<NewPack> packs) throws SQLException {
        int count = packs.size();
        Object[][] columns = new Object[11][count];
        byte[][] runs = new byte[count][];
        byte[][] none = new byte[count][];
        List<Long> lines = new ArrayList<>();
        List<Long> owners = new ArrayList<>();
        List<Long> of = new ArrayList<>();
        List<Integer> places = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            NewPack pack = packs.get(i);
            int size = pack.ids().size();
            columns[0][i] = pack.id();
            columns[1][i] = pack.account();
            columns[2][i] = pack.keyId();
            columns[3][i] = pack.family();
            columns[4][i] = pack.member();
            columns[5][i] = pack.tier().ordinal();
            columns[6][i] = size;
            columns[7][i] = pack.patienceSeconds();
            columns[8][i] = pack.model();
            columns[9][i] = pack.tariff();
            columns[10][i] = pack.endpoint();
            runs[i] = LineRuns.encode(java.util.stream.IntStream.range(0, size).toArray());
            none[i] = LineBits.none(size).bytes();
            for (int place = 0; place < size; place++) {
                lines.add(pack.ids().get(place));
                owners.add(pack.account());
                of.add(pack.id());
                places.add(place);
            }
        }
        try (PreparedStatement insert = connection.prepareStatement("""
                INSERT INTO batch (id, account_id, key_id, family, member, tier, total, input_file, output_file,
                    error_file, endpoint, completion_window, metadata, status, in_progress_at, expires_at)
                SELECT id, account, key_id, family, member, tier, total, 0, 0, 0, endpoint, '', '{}', 1, now(),
                    CASE WHEN seconds > 0 THEN now() + make_interval(secs => seconds) END
                FROM unnest(?, ?, ?, ?, ?, ?, ?, ?, ?)
                    AS p (id, account, key_id, family, member, tier, total, seconds, endpoint)
                """)) {
            String[] types = {"int8", "int8", "text", "int8", "int8", "int2", "int4", "int8"};
            for (int i = 0; i < types.length; i++) {
                insert.setArray(i + 1, connection.createArrayOf(types[i], columns[i]));
            }
            insert.setArray(types.length + 1, connection.createArrayOf("text", columns[10]));
            insert.executeUpdate();
        }
        try (PreparedStatement insert = connection.prepareStatement("""
                WITH packs AS (SELECT * FROM unnest(?, ?, ?, ?, ?, ?, ?)
                        AS p (batch, model, tariff, tokens, count, lines, none)),
                    progress AS (INSERT INTO batch_progress (batch) SELECT batch FROM packs),
                    plan AS (
                        INSERT INTO chunk_plan (batch, no, model, tariff, prefix, tokens, count, lines)
                        SELECT batch, 0, model, tariff, 0, tokens, count, lines FROM packs)
                INSERT INTO chunk (batch, no, done, bad) SELECT batch, 0, none, none FROM packs
                """)) {
            insert.setArray(1, connection.createArrayOf("int8", columns[0]));
            insert.setArray(2, connection.createArrayOf("text", columns[8]));
            insert.setArray(3, connection.createArrayOf("int8", columns[9]));
            insert.setArray(
                    4,
                    connection.createArrayOf(
                            "int8", packs.stream().map(NewPack::tokens).toArray()));
            insert.setArray(5, connection.createArrayOf("int4", columns[6]));
            insert.setArray(6, connection.createArrayOf("bytea", runs));
            insert.setArray(7, connection.createArrayOf("bytea", none));
            insert.executeUpdate();
        }
        try (PreparedStatement insert = connection.prepareStatement("""
                INSERT INTO single_line (id, account, batch, place) SELECT * FROM unnest(?, ?, ?, ?)
                """)) {
            insert.setArray(1, connection.createArrayOf("int8", lines.toArray()));
            insert.setArray(2, connection.createArrayOf("int8", owners.toArray()));
            insert.setArray(3, connection.createArrayOf("int8", of.toArray()));
            insert.setArray(4, connection.createArrayOf("int2", places.toArray()));
            insert.executeUpdate();
        }
    }

    /// Ends locked packs of which each line has its result, many in one statement.
    ///
    /// @return those that ended; another that was being ended in another way is left to that
    static Set<Long> complete(Connection connection, Collection<Long> packs) throws SQLException {
        try (PreparedStatement update = connection.prepareStatement("""
                UPDATE batch SET status = 3, completed_at = now() WHERE id = ANY(?) AND status = 1 RETURNING id
                """)) {
            update.setArray(1, connection.createArrayOf("int8", packs.toArray()));
            return new HashSet<>(ChunkStore.collect(update, row -> row.getLong(1)));
        }
    }

    /// Whether a pack was written down.
    static boolean exists(Connection connection, long pack) throws SQLException {
        try (PreparedStatement select = connection.prepareStatement("SELECT FROM batch WHERE id = ?")) {
            select.setLong(1, pack);
            return !ChunkStore.collect(select, row -> true).isEmpty();
        }
    }

    /// Those ids that lines have.
    static Set<Long> taken(Connection connection, Collection<Long> ids) throws SQLException {
        try (PreparedStatement select = connection.prepareStatement("SELECT id FROM single_line WHERE id = ANY(?)")) {
            select.setArray(1, connection.createArrayOf("int8", ids.toArray()));
            return new HashSet<>(ChunkStore.collect(select, row -> row.getLong(1)));
        }
    }

    /// Where a line is and what became of it. Who waits asks again and again, so no segment is looked for before the
    /// line is done.
    ///
    /// @param segment that holds its result, if it has one
    record Found(
            long pack,
            int place,
            BatchStatus status,
            ChunkState chunk,
            boolean done,
            boolean bad,
            boolean withdrawn,
            SegmentStore.@Nullable Segment segment) {}

    @SuppressWarnings("EnumOrdinal") // their order is part of the tables, as the enums say
    static Optional<Found> find(Handle handle, long account, long id) {
        return handle.createQuery("""
                        SELECT s.batch, s.place, b.status, c.state, get_bit(c.done, s.place) AS done,
                            get_bit(c.bad, s.place) AS is_bad,
                            coalesce(get_bit(c.withdrawn, s.place), 0) AS withdrawn,
                            g.seq, g.blob, g.at, g.ok, g.failed, g.ok_bytes, g.failed_bytes
                        FROM single_line s
                        JOIN batch b ON b.id = s.batch
                        JOIN chunk c ON c.batch = s.batch AND c.no = 0
                        LEFT JOIN LATERAL (
                            SELECT * FROM segment
                            WHERE get_bit(c.done, s.place) = 1 AND batch = s.batch AND get_bit(places, s.place) = 1
                            LIMIT 1) AS g ON true
                        WHERE s.id = :id AND s.account = :account
                        """)
                .bind("id", id)
                .bind("account", account)
                .map((row, context) -> new Found(
                        row.getLong("batch"),
                        row.getInt("place"),
                        BatchStatus.values()[row.getInt("status")],
                        ChunkState.values()[row.getInt("state")],
                        row.getInt("done") == 1,
                        row.getInt("is_bad") == 1,
                        row.getInt("withdrawn") == 1,
                        row.getString("blob") == null ? null : SegmentStore.segment(row)))
                .findOne();
    }

    /// A line that has no result and was not withdrawn.
    record Open(long account, BatchStatus status, ChunkState chunk) {}

    /// Those of some lines that are open, by their ids.
    @SuppressWarnings("EnumOrdinal") // their order is part of the tables, as the enums say
    static Map<Long, Open> open(Handle handle, List<Long> ids) {
        return handle.createQuery("""
                        SELECT s.id, s.account, b.status, c.state
                        FROM single_line s
                        JOIN batch b ON b.id = s.batch
                        JOIN chunk c ON c.batch = s.batch AND c.no = 0
                        WHERE s.id = ANY(:ids) AND get_bit(c.done, s.place) = 0
                          AND coalesce(get_bit(c.withdrawn, s.place), 0) = 0
                        """)
                .bindArray("ids", Long.class, ids)
                .reduceRows(new HashMap<Long, Open>(), (open, row) -> {
                    open.put(
                            row.getColumn("id", Long.class),
                            new Open(
                                    row.getColumn("account", Long.class),
                                    BatchStatus.values()[row.getColumn("status", Integer.class)],
                                    ChunkState.values()[row.getColumn("state", Integer.class)]));
                    return open;
                });
    }

    /// Ids of an account's lines before one, the newest first.
    static List<Long> latest(Handle handle, long account, long before, int limit) {
        return handle.createQuery("""
                        SELECT id FROM single_line WHERE account = :account AND id < :before
                        ORDER BY id DESC LIMIT :limit
                        """)
                .bind("account", account)
                .bind("before", before)
                .bind("limit", limit)
                .mapTo(Long.class)
                .list();
    }

    /// Which line of which pack.
    record Place(long pack, int place) {}

    static Optional<Place> place(Handle handle, long account, long id) {
        return handle.createQuery("SELECT batch, place FROM single_line WHERE id = :id AND account = :account")
                .bind("id", id)
                .bind("account", account)
                .map((row, context) -> new Place(row.getLong("batch"), row.getInt("place")))
                .findOne();
    }

    static OptionalLong id(Handle handle, long account, Place place) {
        return handle.createQuery(
                        "SELECT id FROM single_line WHERE batch = :pack AND place = :place AND account = :account")
                .bind("pack", place.pack())
                .bind("place", place.place())
                .bind("account", account)
                .mapTo(Long.class)
                .findOne()
                .map(OptionalLong::of)
                .orElse(OptionalLong.empty());
    }

    /// The chunk of a locked pack, locked too: leases are taken without the pack's lock.
    static Chunk chunk(Handle handle, long pack) {
        return handle.createQuery("""
                        SELECT c.*, p.count FROM chunk c JOIN chunk_plan p ON p.batch = c.batch AND p.no = c.no
                        WHERE c.batch = :pack AND c.no = 0 FOR UPDATE OF c
                        """)
                .bind("pack", pack)
                .map((row, context) -> ChunkStore.chunk(row))
                .one();
    }

    /// Writes down that a line of a locked pack was withdrawn.
    @SuppressWarnings("EnumOrdinal") // the order is part of the table, as the enum says
    static void withdraw(Handle handle, Chunk chunk) {
        handle.createUpdate("""
                        UPDATE chunk SET state = :state, done = :done, bad = :bad, withdrawn = :withdrawn,
                            failed = failed + 1
                        WHERE batch = :batch AND no = :no
                        """)
                .bind("state", chunk.state().ordinal())
                .bind("done", chunk.done().bytes())
                .bind("bad", chunk.bad().bytes())
                .bind("withdrawn", chunk.withdrawn().bytes())
                .bind("batch", chunk.batch())
                .bind("no", chunk.no())
                .execute();
        handle.createUpdate("UPDATE batch_progress SET failed = failed + 1 WHERE batch = :batch")
                .bind("batch", chunk.batch())
                .execute();
    }

    /// How far some packs are.
    record Progress(long pack, BatchStatus status, LineBits done) {}

    /// In one statement for all whose lines somebody waits for.
    @SuppressWarnings("EnumOrdinal") // their order is part of the tables, as the enums say
    static List<Progress> progress(Connection connection, Collection<Long> packs) throws SQLException {
        try (PreparedStatement select = connection.prepareStatement("""
                SELECT b.id, b.status, c.done FROM batch b JOIN chunk c ON c.batch = b.id AND c.no = 0
                WHERE b.id = ANY(?)
                """)) {
            select.setArray(1, connection.createArrayOf("int8", packs.toArray()));
            return ChunkStore.collect(
                    select,
                    row -> new Progress(
                            row.getLong(1), BatchStatus.values()[row.getInt(2)], new LineBits(row.getBytes(3))));
        }
    }

    /// Those of some lines whose packs another start of a server has a lease of.
    @SuppressWarnings("EnumOrdinal") // the order is part of the table, as the enum says
    static Set<Long> takenElsewhere(Handle handle, Collection<Long> ids, long owner) {
        return handle.createQuery("""
                        SELECT s.id FROM single_line s JOIN chunk c ON c.batch = s.batch AND c.no = 0
                        WHERE s.id = ANY(:ids) AND c.state = :leased AND c.owner <> :owner
                        """)
                .bindArray("ids", Long.class, ids)
                .bind("leased", ChunkState.LEASED.ordinal())
                .bind("owner", owner)
                .mapTo(Long.class)
                .set();
    }

    /// Tells all nodes, once the transaction is committed, that something became of a single line.
    static void tell(Handle handle) {
        handle.createQuery("SELECT pg_notify(:channel, '') IS NULL")
                .bind("channel", CHANNEL)
                .mapTo(Boolean.class)
                .one();
    }

    /// Ids of the lines of a pack that have no result.
    static List<Long> undone(Handle handle, long pack) {
        return handle.createQuery("""
                        SELECT s.id FROM single_line s JOIN chunk c ON c.batch = s.batch AND c.no = 0
                        WHERE s.batch = :pack AND get_bit(c.done, s.place) = 0
                        """).bind("pack", pack).mapTo(Long.class).list();
    }

    static long countOf(Handle handle, long account) {
        return handle.createQuery("SELECT count(*) FROM single_line WHERE account = :account")
                .bind("account", account)
                .mapTo(Long.class)
                .one();
    }

    /// The packs of an account.
    static List<Long> packsOf(Handle handle, long account) {
        return handle.createQuery("SELECT id FROM batch WHERE account_id = :account AND input_file = 0")
                .bind("account", account)
                .mapTo(Long.class)
                .list();
    }

    static void delete(Handle handle, long id) {
        handle.createUpdate("DELETE FROM single_line WHERE id = :id")
                .bind("id", id)
                .execute();
    }

    /// Whether a pack has lines that were not deleted.
    static boolean used(Handle handle, long pack) {
        return handle.createQuery("SELECT EXISTS (SELECT FROM single_line WHERE batch = :pack)")
                .bind("pack", pack)
                .mapTo(Boolean.class)
                .one();
    }

    /// Packs that ended and were made before an instant, the oldest first, of accounts that do not say how long theirs
    /// are kept.
    ///
    /// @param before as the smallest id of then
    static List<Long> old(Handle handle, long before, int limit) {
        return handle.createQuery("""
                        SELECT b.id FROM batch b JOIN account a ON a.id = b.account_id
                        WHERE b.input_file = 0 AND b.id < :before AND b.status IN (3, 4, 5, 7)
                          AND a.response_days IS NULL
                        ORDER BY b.id LIMIT :limit
                        """)
                .bind("before", before)
                .bind("limit", limit)
                .mapTo(Long.class)
                .list();
    }

    /// An account that says for how many days its responses are kept.
    record Keeping(long account, int days) {}

    static List<Keeping> keeping(Handle handle) {
        return handle.createQuery("SELECT id, response_days FROM account WHERE response_days IS NOT NULL")
                .map((row, context) -> new Keeping(row.getLong(1), row.getInt(2)))
                .list();
    }

    /// As [#old], of one account: packs that have a line from before.
    static List<Long> oldOf(Handle handle, long account, long before, int limit) {
        return handle.createQuery("""
                        SELECT b.id FROM batch b
                        WHERE b.id IN (SELECT batch FROM single_line WHERE account = :account AND id < :before)
                          AND b.id < :before AND b.status IN (3, 4, 5, 7)
                        ORDER BY b.id LIMIT :limit
                        """)
                .bind("account", account)
                .bind("before", before)
                .bind("limit", limit)
                .mapTo(Long.class)
                .list();
    }
}
