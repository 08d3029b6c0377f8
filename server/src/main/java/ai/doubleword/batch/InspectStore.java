package ai.doubleword.batch;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Locale;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/// SQL of what batches are made of, for whoever runs the server. As `dw_engine`.
final class InspectStore {
    private InspectStore() {}

    /// A chunk: what was planned, and who has it.
    ///
    /// @param epoch grows with each lease
    /// @param node that has the lease; empty if nobody has
    record KnownChunk(
            int no,
            String model,
            String state,
            int lines,
            int completed,
            int failed,
            long tokens,
            int epoch,
            String node,
            @Nullable Instant leaseUntil) {}

    /// A segment: a run of results of one chunk.
    ///
    /// @param at where it begins in its blob
    /// @param crc CRC-32C of its bytes, in hex
    record KnownSegment(
            int seq, int chunk, int epoch, String blob, long at, int completed, int failed, long bytes, String crc) {}

    @SuppressWarnings("EnumOrdinal") // their order is part of the table, as the enum says
    static List<KnownChunk> chunks(Handle handle, long batch) {
        return handle.createQuery("""
                        SELECT c.*, p.model, p.count, p.tokens
                        FROM chunk c JOIN chunk_plan p ON p.batch = c.batch AND p.no = c.no
                        WHERE c.batch = :batch ORDER BY c.no
                        """)
                .bind("batch", batch)
                .map((row, context) -> new KnownChunk(
                        row.getInt("no"),
                        row.getString("model"),
                        state(row.getInt("state")),
                        row.getInt("count"),
                        row.getInt("ok"),
                        row.getInt("failed"),
                        row.getLong("tokens"),
                        row.getInt("epoch"),
                        row.getString("node"),
                        row.getInt("state") == ChunkState.LEASED.ordinal() ? until(row) : null))
                .list();
    }

    static List<KnownSegment> segments(Handle handle, long batch, int from, int limit) {
        return handle.createQuery("""
                        SELECT * FROM segment WHERE batch = :batch AND seq >= :from ORDER BY seq LIMIT :limit
                        """)
                .bind("batch", batch)
                .bind("from", from)
                .bind("limit", limit)
                .map((row, context) -> new KnownSegment(
                        row.getInt("seq"),
                        row.getInt("chunk"),
                        row.getInt("epoch"),
                        row.getString("blob"),
                        row.getLong("at"),
                        row.getInt("ok"),
                        row.getInt("failed"),
                        (long) row.getInt("ok_bytes") + row.getInt("failed_bytes"),
                        String.format(Locale.ROOT, "%08x", row.getInt("crc"))))
                .list();
    }

    @SuppressWarnings("EnumOrdinal") // their order is part of the table, as the enum says
    private static String state(int ordinal) {
        return ChunkState.values()[ordinal].name().toLowerCase(Locale.ROOT);
    }

    private static @Nullable Instant until(ResultSet row) throws SQLException {
        OffsetDateTime until = row.getObject("lease_until", OffsetDateTime.class);
        return until == null ? null : until.toInstant();
    }
}
