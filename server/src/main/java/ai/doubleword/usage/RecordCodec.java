package ai.doubleword.usage;

import ai.doubleword.platform.Tier;
import ai.doubleword.usage.UsageRecord.Attempt;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/// The journal's binary form of a usage record: a frame of length (4 bytes), CRC-32C of the payload (4), then the
/// payload: version (1) and fields in the order of [UsageRecord]. Ids are eight bytes, counts are variable-length,
/// texts are Latin-1 behind their length. A chat request takes about 140 bytes.
///
/// A frame that is cut, empty or fails its CRC reads as the end. A version that this program does not know is an error,
/// never an end: its records must not be thrown away. Stateless and thread-safe.
final class RecordCodec {
    /// No frame is longer: texts and attempts beyond their bounds are cut off.
    static final int MAX_FRAME = 2560;

    private static final int HEADER = 8;
    private static final byte VERSION = 1;
    private static final int MAX_TEXT = 255;
    private static final int MAX_ATTEMPTS = 32;
    private static final Tier[] TIERS = Tier.values();
    private static final Cause[] CAUSES = Cause.values();

    private RecordCodec() {}

    /// Appends one frame. The buffer must have [#MAX_FRAME] bytes left.
    @SuppressWarnings("EnumOrdinal") // their order is part of the format, as the enums say
    static void encode(UsageRecord row, ByteBuffer out, CRC32C crc) {
        int start = out.position();
        out.position(start + HEADER);
        out.put(VERSION).putLong(row.id());
        text(out, row.endpoint());
        text(out, row.keyId());
        out.putLong(row.family()).putLong(row.member()).putLong(row.account()).putLong(row.model());
        out.put((byte) row.tier().ordinal()).putLong(row.target());
        count(out, row.status());
        out.put((byte) row.cause().ordinal());
        String errorCode = row.errorCode();
        text(out, errorCode == null ? "" : errorCode);
        usage(out, row.usage());
        count(out, row.costNanos());
        out.putLong(row.tariff()).putLong(row.hold()).putLong(row.batch());
        count(out, row.line());
        count(out, row.queueMicros());
        count(out, row.firstTokenMicros());
        count(out, row.totalMicros());
        out.put((byte) (row.stream() ? 1 : 0));
        count(out, row.count());
        attempts(out, row.attempts());
        int end = out.position();
        crc.reset();
        crc.update(out.duplicate().limit(end).position(start + HEADER));
        out.putInt(start, end - start - HEADER).putInt(start + 4, (int) crc.getValue());
    }

    /// Reads the next frame and moves behind it; nothing, and no move, if the rest is no whole and valid frame.
    ///
    /// @throws UnknownVersionException if a newer program wrote the frame
    static @Nullable UsageRecord decode(ByteBuffer in, CRC32C crc) throws UnknownVersionException {
        if (in.remaining() < HEADER) {
            return null;
        }
        int start = in.position();
        int length = in.getInt(start);
        if (length <= 0 || length > in.remaining() - HEADER) {
            return null;
        }
        ByteBuffer payload = in.slice(start + HEADER, length);
        crc.reset();
        crc.update(payload.duplicate());
        if ((int) crc.getValue() != in.getInt(start + 4)) {
            return null;
        }
        byte version = payload.get();
        if (version != VERSION) {
            throw new UnknownVersionException(version);
        }
        in.position(start + HEADER + length);
        return fields(payload);
    }

    private static UsageRecord fields(ByteBuffer in) {
        long id = in.getLong();
        String endpoint = text(in);
        String keyId = text(in);
        long family = in.getLong();
        long member = in.getLong();
        long account = in.getLong();
        long model = in.getLong();
        Tier tier = TIERS[in.get()];
        long target = in.getLong();
        int status = (int) count(in);
        Cause cause = CAUSES[in.get()];
        String errorCode = text(in);
        TokenUsage usage = usage(in);
        long cost = count(in);
        long tariff = in.getLong();
        long hold = in.getLong();
        long batch = in.getLong();
        int line = (int) count(in);
        long queue = count(in);
        long firstToken = count(in);
        long total = count(in);
        boolean stream = in.get() == 1;
        int count = (int) count(in);
        return new UsageRecord(
                id,
                endpoint,
                keyId,
                family,
                member,
                account,
                model,
                tier,
                target,
                status,
                cause,
                errorCode.isEmpty() ? null : errorCode,
                usage,
                cost,
                tariff,
                hold,
                batch,
                line,
                queue,
                firstToken,
                total,
                stream,
                count,
                attempts(in));
    }

    private static void usage(ByteBuffer out, TokenUsage usage) {
        count(out, usage.input());
        count(out, usage.cacheRead());
        count(out, usage.cacheWrite5m());
        count(out, usage.cacheWrite1h());
        count(out, usage.output());
        count(out, usage.reasoning());
        count(out, usage.audioInput());
        count(out, usage.audioOutput());
        count(out, usage.images());
        out.put((byte) (usage.estimated() ? 1 : 0));
    }

    private static TokenUsage usage(ByteBuffer in) {
        return new TokenUsage(
                count(in),
                count(in),
                count(in),
                count(in),
                count(in),
                count(in),
                count(in),
                count(in),
                count(in),
                in.get() == 1);
    }

    private static void attempts(ByteBuffer out, List<Attempt> attempts) {
        int size = Math.min(attempts.size(), MAX_ATTEMPTS);
        out.put((byte) size);
        for (int i = 0; i < size; i++) {
            Attempt attempt = attempts.get(i);
            out.putLong(attempt.target());
            count(out, attempt.status());
            count(out, attempt.micros());
            count(out, attempt.tokens());
        }
    }

    private static List<Attempt> attempts(ByteBuffer in) {
        int size = in.get();
        if (size == 0) {
            return List.of();
        }
        List<Attempt> attempts = new ArrayList<>(size);
        for (int i = 0; i < size; i++) {
            attempts.add(new Attempt(in.getLong(), (int) count(in), count(in), count(in)));
        }
        return List.copyOf(attempts);
    }

    private static void text(ByteBuffer out, String text) {
        int length = Math.min(text.length(), MAX_TEXT);
        out.put((byte) length);
        for (int i = 0; i < length; i++) {
            char c = text.charAt(i);
            out.put((byte) (c < 256 ? c : '?'));
        }
    }

    private static String text(ByteBuffer in) {
        byte[] bytes = new byte[in.get() & 0xff];
        in.get(bytes);
        return new String(bytes, StandardCharsets.ISO_8859_1);
    }

    /// Seven bits a byte, lowest first; a negative number takes ten bytes.
    private static void count(ByteBuffer out, long number) {
        long rest = number;
        while ((rest & ~0x7fL) != 0) {
            out.put((byte) (rest | 0x80));
            rest >>>= 7;
        }
        out.put((byte) rest);
    }

    private static long count(ByteBuffer in) {
        long number = 0;
        int shift = 0;
        byte b;
        do {
            b = in.get();
            number |= (long) (b & 0x7f) << shift;
            shift += 7;
        } while (b < 0 && shift < 64);
        return number;
    }

    /// The journal was written by a newer program: it waits for one that reads it.
    static final class UnknownVersionException extends Exception {
        private static final long serialVersionUID = 1L;

        UnknownVersionException(int version) {
            super("the journal holds records of version " + version + ", this program reads up to " + VERSION
                    + ": start the newer release again");
        }
    }
}
