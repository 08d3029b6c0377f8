package ai.doubleword.responses;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyIn;

/// Stored responses in PostgreSQL's binary COPY format: PostgreSQL parses nothing, writes pages instead of rows, and
/// so spends two thirds of what an INSERT costs it. Confined to one thread.
final class ResponseRows {
    private static final String COPY =
            "COPY response (id, account, member, expires_at, content) FROM STDIN (FORMAT binary)";
    private static final byte[] SIGNATURE = "PGCOPY\n\377\r\n\0".getBytes(StandardCharsets.ISO_8859_1);
    private static final int FLAGS_AND_EXTENSION = 2 * Integer.BYTES;
    private static final short COLUMNS = 5;
    private static final long POSTGRES_EPOCH_SECONDS = 946_684_800;
    private static final int NUMBER = Integer.BYTES + Long.BYTES;
    private static final int ROW = Short.BYTES + 4 * NUMBER + Integer.BYTES;
    private static final short END = -1;

    private final ByteBuffer out;

    /// @param contents bytes of all contents together
    ResponseRows(int rows, int contents) {
        out = ByteBuffer.allocate(SIGNATURE.length + FLAGS_AND_EXTENSION + rows * ROW + contents + Short.BYTES)
                .put(SIGNATURE)
                .putInt(0)
                .putInt(0);
    }

    void add(ResponseStore.Row row, Instant expires) {
        out.putShort(COLUMNS);
        number(row.id());
        number(row.account());
        number(row.member());
        number((expires.getEpochSecond() - POSTGRES_EPOCH_SECONDS) * 1_000_000 + expires.getNano() / 1000);
        out.putInt(row.content().length).put(row.content());
    }

    private void number(long value) {
        out.putInt(Long.BYTES).putLong(value);
    }

    /// Adds them to the table, in the transaction under way.
    void copy(Connection connection) throws SQLException {
        out.putShort(END);
        CopyIn copy = connection.unwrap(PGConnection.class).getCopyAPI().copyIn(COPY);
        try {
            copy.writeToCopy(out.array(), 0, out.position());
            copy.endCopy();
        } finally {
            if (copy.isActive()) {
                copy.cancelCopy();
            }
        }
    }
}
