package ai.doubleword.usage;

import ai.doubleword.platform.Ids;
import ai.doubleword.usage.UsageRecord.Attempt;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Usage rows in PostgreSQL's binary COPY format, built up in one reused buffer. Binary, because the server then parses
/// nothing: it is its CPU that this saves. Confined to one thread.
final class CopyRows {
    /// The columns, in the order they are written.
    static final String COLUMNS = """
            time, id, account, family, member, model, target, tariff, hold, batch, input, cache_read, cache_write_5m,
            cache_write_1h, output, reasoning, audio_input, audio_output, images, cost, queue_us, first_token_us,
            total_us, line, count, status, tier, cause, stream, estimated, endpoint, key_id, error_code, attempts""";

    private static final short COLUMN_COUNT = 34;
    private static final byte[] SIGNATURE = "PGCOPY\n\377\r\n\0".getBytes(StandardCharsets.ISO_8859_1);
    private static final long POSTGRES_EPOCH_MILLIS = 946_684_800_000L;
    private static final byte JSONB_VERSION = 1;
    private static final int ROW_ROOM = 8 * 1024;

    private ByteBuffer out = ByteBuffer.allocate(256 * 1024);

    /// Begins anew.
    void clear() {
        out.clear().put(SIGNATURE).putInt(0).putInt(0);
    }

    @SuppressWarnings("EnumOrdinal") // their order is part of the table, as the enums say
    void add(UsageRecord row) {
        makeRoom();
        out.putShort(COLUMN_COUNT);
        number((Ids.millis(row.id()) - POSTGRES_EPOCH_MILLIS) * 1000);
        number(row.id());
        number(row.account());
        number(row.family());
        number(row.member());
        optional(row.model());
        optional(row.target());
        optional(row.tariff());
        optional(row.hold());
        optional(row.batch());
        usage(row.usage());
        optional(row.costNanos());
        optional(row.queueMicros());
        optional(row.firstTokenMicros());
        optional(row.totalMicros());
        if (row.batch() == 0) {
            out.putInt(-1);
        } else {
            out.putInt(4).putInt(row.line());
        }
        out.putInt(4).putInt(row.count());
        out.putInt(2).putShort((short) row.status());
        out.putInt(2).putShort((short) row.tier().ordinal());
        out.putInt(2).putShort((short) row.cause().ordinal());
        out.putInt(1).put((byte) (row.stream() ? 1 : 0));
        out.putInt(1).put((byte) (row.usage().estimated() ? 1 : 0));
        text(row.endpoint());
        text(row.keyId());
        text(row.errorCode());
        attempts(row.attempts());
    }

    /// Ends the copy; the bytes are valid until the next [#clear].
    ByteBuffer finish() {
        makeRoom();
        return out.putShort((short) -1).duplicate().flip();
    }

    private void usage(TokenUsage usage) {
        optional(usage.input());
        optional(usage.cacheRead());
        optional(usage.cacheWrite5m());
        optional(usage.cacheWrite1h());
        optional(usage.output());
        optional(usage.reasoning());
        optional(usage.audioInput());
        optional(usage.audioOutput());
        optional(usage.images());
    }

    private void number(long value) {
        out.putInt(8).putLong(value);
    }

    private void optional(long value) {
        if (value == 0) {
            out.putInt(-1);
        } else {
            number(value);
        }
    }

    private void text(@Nullable String text) {
        if (text == null) {
            out.putInt(-1);
            return;
        }
        byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
        out.putInt(utf8.length).put(utf8);
    }

    private void attempts(List<Attempt> attempts) {
        if (attempts.isEmpty()) {
            out.putInt(-1);
            return;
        }
        StringBuilder json = new StringBuilder("[");
        for (Attempt attempt : attempts) {
            json.append(json.length() == 1 ? "" : ",")
                    .append("{\"target\":")
                    .append(attempt.target())
                    .append(",\"status\":")
                    .append(attempt.status())
                    .append(",\"us\":")
                    .append(attempt.micros())
                    .append(",\"tokens\":")
                    .append(attempt.tokens())
                    .append('}');
        }
        byte[] bytes = json.append(']').toString().getBytes(StandardCharsets.US_ASCII);
        out.putInt(bytes.length + 1).put(JSONB_VERSION).put(bytes);
    }

    private void makeRoom() {
        if (out.remaining() < ROW_ROOM) {
            out = ByteBuffer.allocate(out.capacity() * 2).put(out.flip());
        }
    }
}
