package ai.doubleword.jsonl;

import ai.doubleword.jsonl.LineProblem.Reason;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Checks a file as it passes by, in one pass: cuts it into lines, checks each, hands the right ones on as entries of
/// the index.
///
/// Memory: the line under way, and a few bytes of each line to find a `custom_id` that stands twice. A line that came
/// whole within one call is checked where it lies. Lines end with LF or CRLF; empty ones are passed over; a byte order
/// mark at the beginning too. Not thread-safe.
public final class LineScanner implements AutoCloseable {
    /// So many problems are described; more are counted.
    public static final int NAMED_PROBLEMS = 1_000;

    private static final int FIRST_CAPACITY = 64 * 1024;
    private static final byte[] BYTE_ORDER_MARK = {(byte) 0xef, (byte) 0xbb, (byte) 0xbf};

    private final LineRules rules;
    private final LineCheck check;
    private final LargeLines largeLines;
    private final Sink sink;
    private final Map<Group, LineReport.Total> totals = new LinkedHashMap<>();
    private final List<LineProblem> problems = new ArrayList<>();
    private long problemCount;
    private byte[] carry = new byte[FIRST_CAPACITY];
    private int carried;
    private boolean large;
    private boolean skipping;
    private boolean full;
    private long bytes;
    private long lineOffset;
    private int number = 1;
    private int lines;

    private record Group(String model, LineEndpoint endpoint) {}

    /// Takes the right lines, in their order.
    @FunctionalInterface
    public interface Sink {
        void line(LineEntry entry) throws IOException;
    }

    /// @param largeLines shared by the checks of one process
    /// @param sink for the right lines; those after a wrong one included
    public LineScanner(LineRules rules, LargeLines largeLines, Sink sink) {
        this.rules = rules;
        this.largeLines = largeLines;
        this.sink = sink;
        this.check = new LineCheck(rules, this::problem);
    }

    /// The next bytes of the file; what is in the array may change afterwards.
    public void accept(byte[] array, int from, int to) throws IOException {
        long base = bytes - from;
        bytes += to - from;
        int start = from;
        for (int end = newline(array, start, to); end >= 0 && !full; end = newline(array, start, to)) {
            endLine(array, start, end);
            start = end + 1;
            lineOffset = base + start;
            number++;
        }
        if (!full) {
            keep(array, start, to);
        }
    }

    /// Whether some line was wrong already, so that the file will be refused.
    public boolean hasProblems() {
        return problemCount > 0;
    }

    /// The end of the file.
    public LineReport finish() throws IOException {
        if (carried > 0 && !full) {
            line(carry, 0, carried);
        }
        close();
        if (lines == 0 && problemCount == 0) {
            problem(new LineProblem(
                    0, "", Reason.EMPTY_FILE, "The file holds no requests; it needs one JSON object a line."));
        }
        return new LineReport(bytes, lines, List.copyOf(totals.values()), problems, problemCount);
    }

    /// Gives memory back; to be called also where the file does not come to its end.
    @Override
    public void close() {
        emptyCarry();
        carry = new byte[0];
    }

    private void endLine(byte[] array, int start, int end) throws IOException {
        if (carried == 0 && !skipping) {
            line(array, start, end);
        } else if (keep(array, start, end)) {
            line(carry, 0, carried);
        }
        skipping = false;
        emptyCarry();
    }

    /// Appends to the line under way.
    ///
    /// @return false if it has grown too long, and is passed over
    private boolean keep(byte[] array, int from, int to) {
        int length = to - from;
        if (skipping) {
            return false;
        }
        if (length > rules.maxLineBytes() - carried) {
            tooLong();
            emptyCarry();
            skipping = true;
            return false;
        }
        if (!large && carried + length > LargeLines.LARGE) {
            largeLines.enter();
            large = true;
        }
        if (carried + length > carry.length) {
            int doubled = (int) Math.min(2L * carry.length, rules.maxLineBytes());
            carry = Arrays.copyOf(carry, Math.max(carried + length, doubled));
        }
        System.arraycopy(array, from, carry, carried, length);
        carried += length;
        return true;
    }

    private void emptyCarry() {
        carried = 0;
        if (large) {
            carry = new byte[FIRST_CAPACITY];
            large = false;
            largeLines.leave();
        }
    }

    private void line(byte[] array, int start, int end) throws IOException {
        int from = start;
        if (lineOffset == 0 && startsWithMark(array, from, end)) {
            from += BYTE_ORDER_MARK.length;
        }
        int to = end > from && array[end - 1] == '\r' ? end - 1 : end;
        if (isBlank(array, from, to)) {
            return;
        }
        if (lines == rules.maxLines()) {
            full = true;
            problem(new LineProblem(
                    number,
                    "",
                    Reason.TOO_MANY_LINES,
                    "Line " + number + " is one more than the " + rules.maxLines()
                            + " requests that a file may hold; split the file."));
            return;
        }
        if (to - from > rules.maxLineBytes()) {
            tooLong();
            return;
        }
        lines++;
        LineEntry entry = check.check(array, from, to, number, lineOffset + (from - start));
        if (entry != null) {
            totals.merge(new Group(entry.model(), entry.endpoint()), first(entry), (sum, one) -> sum.plus(entry));
            sink.line(entry);
        }
    }

    private static LineReport.Total first(LineEntry entry) {
        return new LineReport.Total(entry.model(), entry.endpoint(), 0, 0, 0, 0).plus(entry);
    }

    private void tooLong() {
        lines++;
        problem(new LineProblem(
                number,
                "",
                Reason.TOO_LARGE,
                "Line " + number + " is longer than the " + rules.maxLineBytes() + " bytes that a line may have."));
    }

    private void problem(LineProblem problem) {
        problemCount++;
        if (problems.size() < NAMED_PROBLEMS) {
            problems.add(problem);
        }
    }

    private static int newline(byte[] array, int from, int to) {
        for (int i = from; i < to; i++) {
            if (array[i] == '\n') {
                return i;
            }
        }
        return -1;
    }

    private static boolean startsWithMark(byte[] array, int from, int to) {
        int length = BYTE_ORDER_MARK.length;
        return to - from >= length && Arrays.equals(array, from, from + length, BYTE_ORDER_MARK, 0, length);
    }

    private static boolean isBlank(byte[] array, int from, int to) {
        for (int i = from; i < to; i++) {
            if (array[i] != ' ' && array[i] != '\t' && array[i] != '\r') {
                return false;
            }
        }
        return true;
    }
}
