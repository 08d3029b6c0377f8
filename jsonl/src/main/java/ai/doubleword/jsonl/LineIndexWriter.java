package ai.doubleword.jsonl;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.CRC32;

/// Writes the index of a file while its lines pass by; needs memory for the names of models only.
///
/// The file form, all numbers big-endian: 16 bytes of head (`DWLINDEX`, version, size of an entry); entries of 64
/// bytes, so that the place of the n-th is known; the names of models, each with its length; 24 bytes of tail (number
/// of entries, length of the names, number of names, CRC-32 of everything before, `LIDX`). Not thread-safe.
public final class LineIndexWriter {
    static final int HEAD = 16;
    static final int ENTRY = 64;
    static final int TAIL = 24;
    static final int VERSION = 1;
    static final byte[] MAGIC = "DWLINDEX".getBytes(StandardCharsets.US_ASCII);
    static final int TAIL_MAGIC = 0x4c494458;

    private static final int BUFFERED = 256;

    private final OutputStream out;
    private final CRC32 crc = new CRC32();
    private final ByteBuffer buffer = ByteBuffer.allocate(BUFFERED * ENTRY);
    private final Map<String, Integer> models = new HashMap<>();
    private final List<String> names = new ArrayList<>();
    private long entries;

    /// @param out where the index goes; not closed by this writer
    public LineIndexWriter(OutputStream out) throws IOException {
        this.out = out;
        buffer.put(MAGIC).putInt(VERSION).putInt(ENTRY);
        flush();
    }

    /// Adds the next entry.
    ///
    /// @throws IllegalStateException if the file names more than 65,536 models
    public void add(LineEntry entry) throws IOException {
        if (buffer.remaining() < ENTRY) {
            flush();
        }
        buffer.putLong(entry.offset())
                .putInt(entry.length())
                .putInt(entry.number())
                .putInt(entry.bodyOffset())
                .putInt(entry.bodyLength())
                .putLong(entry.customIdHash())
                .putShort((short) model(entry.model()))
                .putShort((short) entry.endpoint().code())
                .putInt(entry.inputTokens())
                .putInt(entry.outputTokens())
                .putInt(entry.prefixes().at64())
                .putInt(entry.prefixes().at256())
                .putInt(entry.prefixes().at1k())
                .putInt(entry.prefixes().at4k())
                .putInt(0);
        entries++;
    }

    /// Writes what belongs behind the entries; the index is whole then.
    public void finish() throws IOException {
        flush();
        int length = 0;
        for (String name : names) {
            byte[] utf8 = name.getBytes(StandardCharsets.UTF_8);
            ByteBuffer one = ByteBuffer.allocate(Integer.BYTES + utf8.length)
                    .putInt(utf8.length)
                    .put(utf8);
            write(one.array(), one.position());
            length += one.position();
        }
        ByteBuffer tail = ByteBuffer.allocate(TAIL)
                .putInt(Math.toIntExact(entries))
                .putInt(length)
                .putInt(names.size())
                .putInt(0);
        write(tail.array(), tail.position());
        out.write(ByteBuffer.allocate(2 * Integer.BYTES)
                .putInt((int) crc.getValue())
                .putInt(TAIL_MAGIC)
                .array());
    }

    private int model(String name) {
        Integer known = models.get(name);
        if (known != null) {
            return known;
        }
        int next = names.size();
        if (next > 0xffff) {
            throw new IllegalStateException("more than 65,536 models in one file");
        }
        models.put(name, next);
        names.add(name);
        return next;
    }

    private void flush() throws IOException {
        write(buffer.array(), buffer.position());
        buffer.clear();
    }

    private void write(byte[] bytes, int length) throws IOException {
        crc.update(bytes, 0, length);
        out.write(bytes, 0, length);
    }
}
