package ai.doubleword.batch;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;

/// Writes the lines of a chunk in few bytes: each run of lines that follow each other as the step from the end of the
/// run before (zigzag) and its length less one, both as varints. A file in its own order takes some bytes a chunk, a
/// shuffled one two or three a line. Stateless.
final class LineRuns {
    private LineRuns() {}

    static byte[] encode(int[] lines) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        int expected = 0;
        for (int i = 0; i < lines.length; ) {
            int end = i + 1;
            while (end < lines.length && lines[end] == lines[end - 1] + 1) {
                end++;
            }
            int step = lines[i] - expected;
            varint(out, (step << 1) ^ (step >> 31));
            varint(out, end - i - 1);
            expected = lines[end - 1] + 1;
            i = end;
        }
        return out.toByteArray();
    }

    static int[] decode(byte[] bytes) {
        List<int[]> runs = new ArrayList<>();
        int count = 0;
        int expected = 0;
        int[] at = {0};
        while (at[0] < bytes.length) {
            int step = varint(bytes, at);
            int from = expected + ((step >>> 1) ^ -(step & 1));
            int length = varint(bytes, at) + 1;
            runs.add(new int[] {from, length});
            expected = from + length;
            count += length;
        }
        int[] lines = new int[count];
        int filled = 0;
        for (int[] run : runs) {
            for (int i = 0; i < run[1]; i++) {
                lines[filled++] = run[0] + i;
            }
        }
        return lines;
    }

    private static void varint(ByteArrayOutputStream out, int value) {
        int left = value;
        while ((left & ~0x7f) != 0) {
            out.write((left & 0x7f) | 0x80);
            left >>>= 7;
        }
        out.write(left);
    }

    private static int varint(byte[] bytes, int[] at) {
        int value = 0;
        int shift = 0;
        byte next;
        do {
            next = bytes[at[0]++];
            value |= (next & 0x7f) << shift;
            shift += 7;
        } while (next < 0);
        return value;
    }
}
