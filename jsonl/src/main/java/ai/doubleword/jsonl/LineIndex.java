package ai.doubleword.jsonl;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;

/// Reads the index of a file: any run of entries, without the rest. Thread-safe if its source is.
public final class LineIndex {
    /// One that is not longer is read at once.
    private static final int SHORT = 64 * 1024;

    /// Entries read at a time by [#forEach].
    private static final int RUN = 2_048;

    private final Source source;
    private final int size;
    private final List<String> models;

    /// Where the bytes of the index are.
    @FunctionalInterface
    public interface Source {
        /// Exactly so many bytes from an offset.
        ///
        /// @throws IOException if they cannot be read, or are not there
        byte[] read(long offset, int length) throws IOException;
    }

    private LineIndex(Source source, int size, List<String> models) {
        this.source = source;
        this.size = size;
        this.models = List.copyOf(models);
    }

    /// Opens an index; reads its tail, and all of it if it is short.
    ///
    /// @param source its bytes
    /// @param bytes how many there are
    /// @throws IOException if it cannot be read or is not whole
    public static LineIndex open(Source source, long bytes) throws IOException {
        if (bytes < LineIndexWriter.HEAD + LineIndexWriter.TAIL) {
            throw new IOException("a line index of " + bytes + " bytes is not whole");
        }
        return bytes <= SHORT ? of(inMemory(source.read(0, (int) bytes)), bytes) : of(source, bytes);
    }

    private static Source inMemory(byte[] all) {
        return (offset, length) -> {
            if (length < 0 || offset < 0 || offset > all.length - length) {
                throw new IOException("the line index ends at " + all.length + " bytes");
            }
            return Arrays.copyOfRange(all, (int) offset, (int) offset + length);
        };
    }

    private static LineIndex of(Source source, long bytes) throws IOException {
        ByteBuffer head = ByteBuffer.wrap(source.read(0, LineIndexWriter.HEAD));
        byte[] magic = new byte[LineIndexWriter.MAGIC.length];
        head.get(magic);
        ByteBuffer tail = ByteBuffer.wrap(source.read(bytes - LineIndexWriter.TAIL, LineIndexWriter.TAIL));
        int size = tail.getInt();
        int length = tail.getInt();
        int names = tail.getInt();
        long expected = LineIndexWriter.HEAD + (long) LineIndexWriter.ENTRY * size + length + LineIndexWriter.TAIL;
        if (!Arrays.equals(magic, LineIndexWriter.MAGIC)
                || head.getInt() != LineIndexWriter.VERSION
                || head.getInt() != LineIndexWriter.ENTRY
                || tail.getInt(LineIndexWriter.TAIL - Integer.BYTES) != LineIndexWriter.TAIL_MAGIC
                || size < 0
                || length < 0
                || expected != bytes) {
            throw new IOException("this is no whole line index of version " + LineIndexWriter.VERSION);
        }
        ByteBuffer block = ByteBuffer.wrap(source.read(bytes - LineIndexWriter.TAIL - length, length));
        List<String> models = new ArrayList<>();
        for (int i = 0; i < names; i++) {
            byte[] utf8 = new byte[block.getInt()];
            block.get(utf8);
            models.add(new String(utf8, StandardCharsets.UTF_8));
        }
        return new LineIndex(source, size, models);
    }

    /// How many requests the file holds.
    public int size() {
        return size;
    }

    /// The models that the file names, in the order in which they first appear.
    public List<String> models() {
        return models;
    }

    /// The entry at a position, from 0.
    ///
    /// @throws IndexOutOfBoundsException if there is none
    public LineEntry entry(int position) throws IOException {
        return entries(position, position + 1).getFirst();
    }

    /// The entries from a position to before another.
    ///
    /// @throws IndexOutOfBoundsException if there are none
    public List<LineEntry> entries(int from, int to) throws IOException {
        java.util.Objects.checkFromToIndex(from, to, size);
        int length = Math.multiplyExact(to - from, LineIndexWriter.ENTRY);
        ByteBuffer bytes =
                ByteBuffer.wrap(source.read(LineIndexWriter.HEAD + (long) from * LineIndexWriter.ENTRY, length));
        List<LineEntry> entries = new ArrayList<>(to - from);
        for (int i = from; i < to; i++) {
            entries.add(read(bytes));
        }
        return entries;
    }

    /// All entries in order, read in runs of a few thousand.
    public void forEach(Consumer<LineEntry> reader) throws IOException {
        for (int from = 0; from < size; from += RUN) {
            entries(from, Math.min(size, from + RUN)).forEach(reader);
        }
    }

    private LineEntry read(ByteBuffer bytes) {
        long offset = bytes.getLong();
        int length = bytes.getInt();
        int number = bytes.getInt();
        int bodyOffset = bytes.getInt();
        int bodyLength = bytes.getInt();
        long customIdHash = bytes.getLong();
        String model = models.get(Short.toUnsignedInt(bytes.getShort()));
        LineEndpoint endpoint = LineEndpoint.ofCode(bytes.getShort());
        int inputTokens = bytes.getInt();
        int outputTokens = bytes.getInt();
        LineEntry.Prefixes prefixes =
                new LineEntry.Prefixes(bytes.getInt(), bytes.getInt(), bytes.getInt(), bytes.getInt());
        bytes.getInt();
        return new LineEntry(
                number,
                offset,
                length,
                bodyOffset,
                bodyLength,
                customIdHash,
                endpoint,
                model,
                inputTokens,
                outputTokens,
                prefixes);
    }
}
