package ai.doubleword.batch;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/// SQL of the limits of pools and of who holds slots under them; all times are the database's. Each method is one
/// statement on the caller's handle.
final class SlotStore {
    /// How long a node has its slots without renewing them.
    static final Duration LEASE = Duration.ofSeconds(9);

    private static final int NANOS = 1_000_000_000;

    /// How long it is one node's turn to have what does not divide.
    private static final int TURN_SECONDS = 10;

    private SlotStore() {}

    /// A limit that is locked.
    ///
    /// @param pauseNanos for how long the provider asked to be left alone
    /// @param turn whose turn it is to have what does not divide
    /// @param seconds since it was told last, if any node had slots then; else 0
    /// @param scarce whether they wanted all of it, or more
    record Locked(
            SlotSharing.Limit limit,
            long pauseNanos,
            long turn,
            double seconds,
            boolean scarce,
            Throughput throughput) {}

    /// A node that holds slots.
    record Held(String model, SlotSharing.Holder holder) {}

    /// What a limit becomes.
    ///
    /// @param busy whether any node has slots
    /// @param scarce whether they want all of it, or more
    record Learnt(
            String model,
            SlotSharing.Limit limit,
            long pauseNanos,
            boolean busy,
            boolean scarce,
            Throughput throughput) {}

    /// Makes the limits of models that no node has run lines of.
    static void begin(Handle handle, Collection<String> models) {
        handle.createUpdate("""
                        INSERT INTO pool_limit (model, lines, slow_start)
                        SELECT model, :start, true FROM unnest(:models) AS model ORDER BY model
                        ON CONFLICT DO NOTHING
                        """)
                .bind("start", Slots.START)
                .bindArray("models", String.class, models)
                .execute();
    }

    /// Locks limits in the order of their models' names.
    static Map<String, Locked> lock(Handle handle, Collection<String> models) {
        Map<String, Locked> locked = new HashMap<>();
        handle.createQuery("""
                        SELECT model, lines, slow_start,
                            extract(epoch FROM greatest(resumes_at - clock_timestamp(), interval '0')) AS pause,
                            extract(epoch FROM clock_timestamp())::bigint / :turn AS turn,
                            CASE WHEN busy THEN extract(epoch FROM clock_timestamp() - told_at) ELSE 0 END AS since,
                            scarce, ended, tokens, seconds, full_ended, full_tokens, full_seconds
                        FROM pool_limit WHERE model = ANY(:models) ORDER BY model FOR UPDATE
                        """)
                .bind("turn", TURN_SECONDS)
                .bindArray("models", String.class, models)
                .map((row, context) -> Map.entry(
                        row.getString("model"),
                        new Locked(
                                new SlotSharing.Limit(row.getDouble("lines"), row.getBoolean("slow_start")),
                                (long) (row.getDouble("pause") * NANOS),
                                row.getLong("turn"),
                                Math.clamp(row.getDouble("since"), 0, (double) LEASE.toSeconds()),
                                row.getBoolean("scarce"),
                                throughput(row))))
                .forEach(entry -> locked.put(entry.getKey(), entry.getValue()));
        return locked;
    }

    /// Who else holds slots of locked limits.
    static List<Held> others(Handle handle, Collection<String> models, String node) {
        return handle.createQuery("""
                        SELECT model, node, wanted, spare, held FROM pool_slots
                        WHERE model = ANY(:models) AND node <> :node AND lease_until > clock_timestamp()
                        """)
                .bindArray("models", String.class, models)
                .bind("node", node)
                .map((row, context) -> held(row))
                .list();
    }

    /// Writes a locked limit.
    static void learn(Handle handle, Learnt learnt) {
        Throughput.Sum any = learnt.throughput().any();
        Throughput.Sum full = learnt.throughput().full();
        handle.createUpdate("""
                        UPDATE pool_limit SET lines = :lines, slow_start = :slowStart,
                            resumes_at = greatest(resumes_at, clock_timestamp() + make_interval(secs => :pause)),
                            told_at = clock_timestamp(), busy = :busy, scarce = :scarce,
                            ended = :ended, tokens = :tokens, seconds = :seconds,
                            full_ended = :fullEnded, full_tokens = :fullTokens, full_seconds = :fullSeconds
                        WHERE model = :model
                        """)
                .bind("model", learnt.model())
                .bind("lines", learnt.limit().lines())
                .bind("slowStart", learnt.limit().slowStart())
                .bind("pause", (double) learnt.pauseNanos() / NANOS)
                .bind("busy", learnt.busy())
                .bind("scarce", learnt.scarce())
                .bind("ended", any.lines())
                .bind("tokens", any.tokens())
                .bind("seconds", any.seconds())
                .bind("fullEnded", full.lines())
                .bind("fullTokens", full.tokens())
                .bind("fullSeconds", full.seconds())
                .execute();
    }

    /// Writes what a node holds of locked limits, and has its leases begin anew.
    static void hold(Handle handle, String node, List<Held> slots) {
        handle.createUpdate("""
                        INSERT INTO pool_slots (model, node, wanted, spare, held, lease_until)
                        SELECT model, :node, wanted, spare, held, clock_timestamp() + make_interval(secs => :lease)
                        FROM unnest(:models, :wanted, :spare, :held) AS w (model, wanted, spare, held)
                        ON CONFLICT (model, node) DO UPDATE SET wanted = excluded.wanted, spare = excluded.spare,
                            held = excluded.held, lease_until = excluded.lease_until
                        """)
                .bind("lease", (double) LEASE.toSeconds())
                .bind("node", node)
                .bindArray(
                        "models", String.class, slots.stream().map(Held::model).toList())
                .bindArray(
                        "wanted",
                        Integer.class,
                        slots.stream().map(one -> one.holder().wanted()).toList())
                .bindArray(
                        "spare",
                        Integer.class,
                        slots.stream().map(one -> one.holder().spare()).toList())
                .bindArray(
                        "held",
                        Integer.class,
                        slots.stream().map(one -> one.holder().held()).toList())
                .execute();
    }

    /// Gives back what a node holds of some models.
    static void giveBack(Handle handle, String node, Collection<String> models) {
        handle.createUpdate("DELETE FROM pool_slots WHERE node = :node AND model = ANY(:models)")
                .bind("node", node)
                .bindArray("models", String.class, models)
                .execute();
    }

    /// Gives back all that a node holds, and what others did not live to give back.
    static void leave(Handle handle, String node) {
        handle.createUpdate("DELETE FROM pool_slots WHERE node = :node OR lease_until < now()")
                .bind("node", node)
                .execute();
    }

    /// A batch that nears its end, as far as a pool knows.
    record Tail(String model, long batch) {}

    /// How many lines of some batches have no result, but for those in chunks of their pool on a node.
    ///
    /// @return those that have any
    @SuppressWarnings("EnumOrdinal") // their order is part of the table, as the enum says
    static Map<Tail, Long> openElsewhere(Handle handle, Collection<Tail> tails, String node) {
        Map<Tail, Long> open = new HashMap<>();
        handle.createQuery("""
                        SELECT t.model, t.batch, sum(p.count - c.ok - c.failed) AS open
                        FROM unnest(:models, :batches) AS t (model, batch)
                        JOIN chunk c ON c.batch = t.batch AND c.state IN (:ready, :leased, :parked)
                        JOIN chunk_plan p ON p.batch = c.batch AND p.no = c.no
                        WHERE c.state <> :leased OR c.node <> :node OR p.model <> t.model
                        GROUP BY t.model, t.batch
                        """)
                .bindArray(
                        "models", String.class, tails.stream().map(Tail::model).toList())
                .bindArray(
                        "batches", Long.class, tails.stream().map(Tail::batch).toList())
                .bind("ready", ChunkState.READY.ordinal())
                .bind("leased", ChunkState.LEASED.ordinal())
                .bind("parked", ChunkState.PARKED.ordinal())
                .bind("node", node)
                .map((row, context) ->
                        Map.entry(new Tail(row.getString("model"), row.getLong("batch")), row.getLong("open")))
                .forEach(entry -> open.put(entry.getKey(), entry.getValue()));
        return open;
    }

    /// What was measured of a model, on all nodes.
    static Throughput throughput(Handle handle, String model) {
        return handle.createQuery("""
                        SELECT ended, tokens, seconds, full_ended, full_tokens, full_seconds
                        FROM pool_limit WHERE model = :model
                        """)
                .bind("model", model)
                .map((row, context) -> throughput(row))
                .findOne()
                .orElse(Throughput.NOTHING);
    }

    private static Throughput throughput(ResultSet row) throws SQLException {
        return new Throughput(
                new Throughput.Sum(row.getDouble("ended"), row.getDouble("tokens"), row.getDouble("seconds")),
                new Throughput.Sum(
                        row.getDouble("full_ended"), row.getDouble("full_tokens"), row.getDouble("full_seconds")));
    }

    /// What a node holds of a pool's limit, for whoever runs the server.
    ///
    /// @param limit lines that all nodes may run at once
    /// @param perSecond lines that ended each second while any ran, on all nodes
    /// @param resumesAt until then the provider asked to be left alone; nothing if it did not
    /// @param node nothing if no node holds any
    /// @param wanted lines that run there or could
    record KnownSlots(
            String model,
            int limit,
            double perSecond,
            @Nullable Instant resumesAt,
            @Nullable String node,
            @Nullable Integer slots,
            @Nullable Integer wanted,
            @Nullable Instant leaseUntil) {}

    static List<KnownSlots> known(Handle handle) {
        return handle.createQuery("""
                        SELECT l.*, s.node, s.held, s.wanted + s.spare AS wanted, s.lease_until,
                            CASE WHEN l.resumes_at > now() THEN l.resumes_at END AS left_alone_until
                        FROM pool_limit l
                        LEFT JOIN pool_slots s ON s.model = l.model AND s.lease_until > now()
                        ORDER BY l.model, s.node
                        """).map((row, context) -> known(row)).list();
    }

    private static KnownSlots known(ResultSet row) throws SQLException {
        return new KnownSlots(
                row.getString("model"),
                (int) row.getDouble("lines"),
                Math.round(throughput(row).any().linesPerSecond() * 100) / 100.0,
                time(row, "left_alone_until").orElse(null),
                row.getString("node"),
                row.getObject("held", Integer.class),
                row.getObject("wanted", Integer.class),
                time(row, "lease_until").orElse(null));
    }

    private static Optional<Instant> time(ResultSet row, String column) throws SQLException {
        return Optional.ofNullable(row.getObject(column, OffsetDateTime.class)).map(OffsetDateTime::toInstant);
    }

    private static Held held(ResultSet row) throws SQLException {
        return new Held(
                row.getString("model"),
                new SlotSharing.Holder(
                        row.getString("node"), row.getInt("wanted"), row.getInt("spare"), row.getInt("held")));
    }
}
