package ai.doubleword.jsonl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class LineIndexTest {
    private final Random random = new Random(7);

    @Test
    void everyEntryIsReadAsItWasWritten() throws IOException {
        List<LineEntry> entries = entries(5_000);
        LineIndex index = open(written(entries));
        List<LineEntry> read = new ArrayList<>();
        index.forEach(read::add);
        assertThat(index.size()).isEqualTo(5_000);
        assertThat(read).isEqualTo(entries);
        assertThat(index.models()).containsExactlyInAnyOrder("a", "b/c:d@e", "ü");
    }

    @Test
    void anEntryOfALongIndexIsReadWithoutThoseBeforeIt() throws IOException {
        List<LineEntry> entries = entries(2_000);
        byte[] bytes = written(entries);
        List<Integer> lengths = new ArrayList<>();
        LineIndex index = open(bytes, lengths);
        lengths.clear();
        assertThat(index.entry(731)).isEqualTo(entries.get(731));
        assertThat(lengths).containsExactly(LineIndexWriter.ENTRY);
    }

    @Test
    void aShortIndexIsReadAtOnce() throws IOException {
        List<LineEntry> entries = entries(500);
        byte[] bytes = written(entries);
        List<Integer> lengths = new ArrayList<>();
        LineIndex index = open(bytes, lengths);
        assertThat(index.entries(0, 500)).isEqualTo(entries);
        assertThat(lengths).containsExactly(bytes.length);
    }

    @Test
    void anEmptyIndexIsAnIndex() throws IOException {
        LineIndex index = open(written(List.of()));
        assertThat(index.size()).isZero();
        assertThatThrownBy(() -> index.entry(0)).isInstanceOf(IndexOutOfBoundsException.class);
    }

    @Test
    void anIndexThatWasCutIsRefusedWhereverItWasCut() throws IOException {
        byte[] whole = written(entries(3));
        for (int length = 0; length < whole.length; length++) {
            byte[] cut = Arrays.copyOf(whole, length);
            assertThatThrownBy(() -> open(cut)).as("%d bytes", length).isInstanceOf(IOException.class);
        }
    }

    private List<LineEntry> entries(int count) {
        String[] models = {"a", "b/c:d@e", "ü"};
        LineEndpoint[] endpoints = LineEndpoint.values();
        List<LineEntry> entries = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            entries.add(new LineEntry(
                    i + 1,
                    random.nextLong(1L << 40),
                    random.nextInt(1 << 25),
                    random.nextInt(100),
                    random.nextInt(1 << 25),
                    random.nextLong(),
                    endpoints[i % endpoints.length],
                    models[i % models.length],
                    random.nextInt(1, 1 << 30),
                    random.nextInt(1 << 30),
                    new LineEntry.Prefixes(random.nextInt(), random.nextInt(), random.nextInt(), random.nextInt())));
        }
        return entries;
    }

    private static byte[] written(List<LineEntry> entries) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        LineIndexWriter writer = new LineIndexWriter(out);
        for (LineEntry entry : entries) {
            writer.add(entry);
        }
        writer.finish();
        return out.toByteArray();
    }

    /// @param lengths hears how much each read asks for
    private static LineIndex open(byte[] bytes, List<Integer> lengths) throws IOException {
        return LineIndex.open(
                (offset, length) -> {
                    lengths.add(length);
                    return Arrays.copyOfRange(bytes, (int) offset, (int) offset + length);
                },
                bytes.length);
    }

    private static LineIndex open(byte[] bytes) throws IOException {
        return LineIndex.open(
                (offset, length) -> Arrays.copyOfRange(bytes, (int) offset, (int) offset + length), bytes.length);
    }
}
