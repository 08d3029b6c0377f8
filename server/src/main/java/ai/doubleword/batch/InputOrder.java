package ai.doubleword.batch;

import ai.doubleword.blobs.BlobStore;
import java.io.IOException;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/// Results of a batch in the order of the requests that they answer, of each request the newest.
///
/// Segments hold results in the order in which they ended. So first it is looked where those of some thousand requests
/// are, without keeping the results, then these are read, many at once and in the order in which they are stored. That
/// reads every result twice. Memory: 0.8 MB, what is read at once, and a segment. Blocks; not thread-safe.
final class InputOrder {
    private static final int WINDOW = 1 << 16;

    /// How many requests are looked at first by who wants a page, and by how much more each time.
    private static final int PAGE_WINDOW = 1 << 11;

    private static final int GROWTH = 4;
    private static final int FIRST_READ = 256 << 10;
    private static final int LARGEST_READ = 8 << 20;

    /// Bytes that are read in vain rather than read what is behind them on its own.
    private static final int GAP = 32 << 10;

    private static final int NONE = -1;
    private static final int PASSED_OVER = -2;

    private final SegmentReader reader;
    private final List<SegmentStore.Segment> segments;
    private final int requests;
    private final Wanted wanted;
    private final boolean gaps;

    private int window;
    private int[] segment = new int[0];
    private int[] at = new int[0];
    private int[] length = new int[0];
    private int first;
    private int end;

    /// Which results are shown.
    @FunctionalInterface
    interface Wanted {
        boolean wants(SegmentStore.Segment segment, boolean good);
    }

    /// Who is shown results.
    @FunctionalInterface
    interface Sink {
        /// @param request index of the request that it answers
        /// @param line the result, with its newline
        /// @return whether to go on
        boolean take(int request, boolean good, byte[] line) throws IOException;
    }

    /// @param segments of the batch, in their order
    /// @param requests how many the batch has
    /// @param gaps whether to go on behind a request that has no result yet
    InputOrder(BlobStore blobs, List<SegmentStore.Segment> segments, int requests, Wanted wanted, boolean gaps) {
        this(blobs, segments, requests, wanted, gaps, WINDOW);
    }

    /// One of which a page is read: less is looked at than for all.
    ///
    /// @param segments as above, like the others
    static InputOrder ofPage(
            BlobStore blobs, List<SegmentStore.Segment> segments, int requests, Wanted wanted, boolean gaps) {
        return new InputOrder(blobs, segments, requests, wanted, gaps, PAGE_WINDOW);
    }

    /// @param window of how many requests it is looked at first where their results are
    InputOrder(
            BlobStore blobs,
            List<SegmentStore.Segment> segments,
            int requests,
            Wanted wanted,
            boolean gaps,
            int window) {
        this.reader = new SegmentReader(blobs);
        this.segments = segments;
        this.requests = requests;
        this.wanted = wanted;
        this.gaps = gaps;
        this.window = window;
    }

    /// Shows results until nothing is left or the reader has enough.
    ///
    /// @param from index of the first request whose result is shown
    /// @return the index behind the last request that was shown or passed over
    /// @throws IOException if the store does not answer
    int each(int from, Sink sink) throws IOException {
        int next = from;
        int atOnce = FIRST_READ;
        while (next < requests) {
            if (next < first || next >= end) {
                locate(next);
            }
            int until = until(next, atOnce);
            if (until == next) {
                return next;
            }
            byte[][] lines = read(next, until);
            for (int i = 0; i < lines.length; i++) {
                if (lines[i].length > 0 && !sink.take(next + i, isGood(next + i - first), lines[i])) {
                    return next + i + 1;
                }
            }
            next = until;
            atOnce = Math.min(2 * atOnce, LARGEST_READ);
        }
        return next;
    }

    /// Finds where the results of a window of requests are.
    private void locate(int from) throws IOException {
        first = from;
        end = (int) Math.min(requests, (long) from + window);
        window = Math.min(window * GROWTH, WINDOW);
        segment = new int[end - first];
        at = new int[end - first];
        length = new int[end - first];
        Arrays.fill(segment, NONE);
        for (int number = 0; number < segments.size(); number++) {
            SegmentStore.Segment one = segments.get(number);
            int[] positions = reader.positions(one);
            if (Arrays.stream(positions).anyMatch(position -> position >= first && position < end)) {
                locate(number, one, positions);
            }
        }
    }

    private void locate(int number, SegmentStore.Segment one, int[] positions) throws IOException {
        byte[] lines = reader.lines(one);
        int begin = 0;
        for (int i = 0; i < positions.length; i++) {
            int behind = begin;
            while (lines[behind++] != '\n') {}
            int place = positions[i] - first;
            if (positions[i] >= first && positions[i] < end) {
                if (wanted.wants(one, i < one.ok())) {
                    segment[place] = number;
                    at[place] = begin;
                    length[place] = behind - begin;
                } else if (segment[place] == NONE) {
                    segment[place] = PASSED_OVER;
                }
            }
            begin = behind;
        }
    }

    private boolean isGood(int place) {
        return at[place] < segments.get(segment[place]).okBytes();
    }

    /// Before which request reading ends: one at least is read, unless it has no result and nothing goes on behind it.
    private int until(int from, int atOnce) {
        int next = from;
        long bytes = 0;
        for (; next < end && bytes < atOnce; next++) {
            int place = next - first;
            if (segment[place] == NONE && !gaps) {
                return next;
            }
            bytes += segment[place] >= 0 ? length[place] : 0;
        }
        return next;
    }

    /// The results of a run of requests; an empty one where none is shown.
    private byte[][] read(int from, int until) throws IOException {
        byte[][] lines = new byte[until - from][0];
        Integer[] stored = IntStream.range(from - first, until - first)
                .filter(place -> segment[place] >= 0)
                .boxed()
                .sorted(Comparator.<Integer>comparingInt(place -> segment[place])
                        .thenComparingInt(place -> at[place]))
                .toArray(Integer[]::new);
        for (int i = 0; i < stored.length; ) {
            int number = segment[stored[i]];
            int begin = at[stored[i]];
            int behind = begin + length[stored[i]];
            int run = i + 1;
            while (run < stored.length && segment[stored[run]] == number && at[stored[run]] - behind <= GAP) {
                behind = at[stored[run]] + length[stored[run]];
                run++;
            }
            byte[] bytes = reader.read(segments.get(number), begin, behind - begin);
            for (; i < run; i++) {
                int start = at[stored[i]] - begin;
                lines[stored[i] - (from - first)] = Arrays.copyOfRange(bytes, start, start + length[stored[i]]);
            }
        }
        return lines;
    }
}
