package ai.doubleword.batch;

import static org.assertj.core.api.Assertions.assertThat;

import ai.doubleword.blobs.BlobName;
import ai.doubleword.blobs.BlobSlice;
import ai.doubleword.blobs.BlobStore;
import ai.doubleword.blobs.BlobWriter;
import ai.doubleword.blobs.TestBlobs;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Results in the order of requests, out of segments in any order.
class InputOrderTest {
    private static final InputOrder.Wanted ALL = (segment, good) -> true;

    private final List<SegmentStore.Segment> segments = new ArrayList<>();
    private BlobStore blobs;

    @TempDir
    Path folder;

    @BeforeEach
    void makeStore() throws IOException {
        blobs = TestBlobs.in(folder);
    }

    /// A segment with these results, in a blob behind something else.
    private void segment(List<Integer> good, List<Integer> failed, String text) throws IOException {
        int seq = segments.size();
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        bytes.writeBytes("another's\n".getBytes(StandardCharsets.UTF_8));
        int at = bytes.size();
        good.forEach(request -> bytes.writeBytes(line(request, true, seq, text)));
        int okBytes = bytes.size() - at;
        failed.forEach(request -> bytes.writeBytes(line(request, false, seq, text)));
        int failedBytes = bytes.size() - at - okBytes;
        for (List<Integer> some : List.of(good, failed)) {
            some.forEach(request -> bytes.writeBytes(
                    ByteBuffer.allocate(Integer.BYTES).putInt(request).array()));
        }
        BlobName name = BlobName.of(Recorder.SEGMENT, seq + 1);
        try (BlobWriter writer = blobs.create(name)) {
            writer.write(bytes.toByteArray(), 0, bytes.size());
            writer.commit();
        }
        segments.add(new SegmentStore.Segment(
                seq, new BlobSlice(name, at, bytes.size() - at), good.size(), failed.size(), okBytes, failedBytes));
    }

    private static byte[] line(int request, boolean good, int seq, String text) {
        return (request + (good ? " answered by " : " failed in ") + seq + text + "\n")
                .getBytes(StandardCharsets.UTF_8);
    }

    private List<String> read(InputOrder order, int from, int most) throws IOException {
        List<String> lines = new ArrayList<>();
        order.each(from, (request, good, line) -> {
            String text = new String(line, StandardCharsets.UTF_8).strip();
            assertThat(text).startsWith(request + (good ? " answered" : " failed"));
            lines.add(text);
            return lines.size() < most;
        });
        return lines;
    }

    private InputOrder order(int requests, InputOrder.Wanted wanted, boolean gaps) {
        return new InputOrder(blobs, segments, requests, wanted, gaps);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 7, 64, 1_000})
    void anyNumberIsLookedAtAtOnceAndTheNewestOfEachIsShownInOrder(int window) throws IOException {
        int requests = 500;
        Random random = new Random(window);
        List<Integer> shuffled =
                new ArrayList<>(IntStream.range(0, requests).boxed().toList());
        Collections.shuffle(shuffled, random);
        TreeMap<Integer, String> newest = new TreeMap<>();
        for (int from = 0; from < 450; ) {
            int until = Math.min(450, from + 1 + random.nextInt(40));
            int middle = from + random.nextInt(until - from + 1);
            put(newest, shuffled.subList(from, middle), shuffled.subList(middle, until));
            from = until;
        }
        List<Integer> failed = newest.entrySet().stream()
                .filter(one -> one.getValue().contains("failed"))
                .map(Map.Entry::getKey)
                .toList();
        put(newest, failed.subList(0, failed.size() / 2), failed.subList(failed.size() / 2, failed.size() - 5));

        InputOrder order = new InputOrder(blobs, segments, requests, ALL, true, window);

        assertThat(read(order, 0, Integer.MAX_VALUE)).containsExactlyElementsOf(newest.values());
        assertThat(read(order, 123, 50))
                .containsExactlyElementsOf(
                        newest.tailMap(123).values().stream().limit(50).toList());
    }

    private void put(Map<Integer, String> newest, List<Integer> good, List<Integer> failed) throws IOException {
        good.forEach(request -> newest.put(request, text(request, true)));
        failed.forEach(request -> newest.put(request, text(request, false)));
        segment(good, failed, "");
    }

    private String text(int request, boolean good) {
        return new String(line(request, good, segments.size(), ""), StandardCharsets.UTF_8).strip();
    }

    @Test
    void itEndsBeforeTheFirstRequestWithoutAResultWhereMoreWillCome() throws IOException {
        segment(List.of(2, 0), List.of(1), "");
        segment(List.of(4), List.of(), "");
        InputOrder order = order(6, ALL, false);
        assertThat(read(order, 0, 10)).hasSize(3);
        assertThat(order.each(0, (request, good, line) -> true)).isEqualTo(3);
        assertThat(order.each(3, (request, good, line) -> true)).isEqualTo(3);
        assertThat(order(6, ALL, true).each(3, (request, good, line) -> true)).isEqualTo(6);
    }

    @Test
    void whatIsNotWantedIsPassedOverAndIsNoGap() throws IOException {
        segment(List.of(0, 3), List.of(1, 2), "");
        segment(List.of(1), List.of(), "");
        InputOrder answers = order(4, (segment, good) -> good, false);
        assertThat(read(answers, 0, 10)).containsExactly("0 answered by 0", "1 answered by 1", "3 answered by 0");
        InputOrder failures = order(4, (segment, good) -> !good && segment.seq() == 0, false);
        assertThat(read(failures, 0, 10)).containsExactly("1 failed in 0", "2 failed in 0");
        assertThat(failures.each(0, (request, good, line) -> true)).isEqualTo(4);
    }

    @Test
    void whoHasEnoughIsToldWhereToGoOn() throws IOException {
        segment(List.of(0, 1, 2, 3), List.of(), "");
        assertThat(order(4, ALL, true).each(1, (request, good, line) -> false)).isEqualTo(2);
        assertThat(order(4, ALL, true).each(4, (request, good, line) -> false)).isEqualTo(4);
        assertThat(order(0, ALL, true).each(0, (request, good, line) -> false)).isZero();
    }

    @Test
    void linesThatAreLongerThanWhatIsReadAtOnceComeToo() throws IOException {
        String text = " " + "x".repeat(700_000);
        segment(List.of(3, 1), List.of(), text);
        segment(List.of(0), List.of(2), text);
        assertThat(read(order(4, ALL, true), 0, 10))
                .hasSize(4)
                .allSatisfy(line -> assertThat(line).hasSizeGreaterThan(700_000));
    }
}
