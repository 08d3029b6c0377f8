package ai.doubleword.gateway;

import ai.doubleword.usage.ReportedUsage;
import ai.doubleword.usage.TokenUsage;
import io.vertx.core.buffer.Buffer;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// Reads along with one stream of server-sent events, for usage and for its end, and gives on what the client gets.
///
/// Invariant: what comes out is whole events in `data: {json}\n\n` form, in the order and grouping they came in; an
/// event is held back only until its own end. Where an upstream writes just that and nothing must change, the very
/// buffer that came in goes out; otherwise one copy is made. Lines may end in LF, CR or CRLF, `data:` may lack its
/// space, data may span lines and packets; comments are dropped (the relay sends its own). `[DONE]` is swallowed: the
/// relay says it once the usage is safe. Event loop only; one per stream; after [#failed] or [#done] nothing is read.
final class SseTap {
    static final int MAX_EVENT = 8 << 20;

    private static final byte[] NONE = {};
    private static final byte[] DATA_FIELD = Bytes.ascii("data:");
    private static final byte[] DATA = Bytes.ascii("data: ");
    private static final byte[] END = Bytes.ascii("\n\n");
    private static final byte[] DONE = Bytes.ascii("[DONE]");

    private final byte[] publicModel;
    private final boolean hideUsage;
    private final AnswerScan scan;
    private final boolean responses;

    /// Bytes of an event whose end has not come, and how far they were looked through.
    private byte[] held = NONE;

    private int heldLength;
    private int lineStart;
    private int scanned;
    private boolean skipLineFeed;

    /// The data of the event under way: where its first line stands, or all lines joined where there are several.
    private int dataFrom = -1;

    private int dataTo;
    private byte @Nullable [] joined;

    private boolean done;
    private boolean failed;
    private boolean finished;
    private boolean cutShort;
    private int events;
    private long outputLength;
    private @Nullable TokenUsage usage;
    private byte[] failure = NONE;

    // What one feed gives on: `[copied, …)` of the input verbatim, after what was copied to `out` already.
    private byte[] out = NONE;
    private int outLength;
    private int verbatimFrom;
    private int verbatimTo;

    /// @param publicModel the model's public name as a JSON string, which `model` must be in every event
    /// @param hideUsage whether the chunk that carries usage only is kept from the client
    SseTap(byte[] publicModel, boolean hideUsage) {
        this(publicModel, hideUsage, false);
    }

    /// @param responses whether these are events of a response: then those are kept back that say only that it has
    ///     begun, and the last one ends the stream
    SseTap(byte[] publicModel, boolean hideUsage, boolean responses) {
        this.publicModel = publicModel;
        this.hideUsage = hideUsage;
        this.responses = responses;
        this.scan = new AnswerScan(responses);
    }

    /// Takes a packet.
    ///
    /// @return what the client gets of it, whole events; null for nothing
    @Nullable
    Buffer feed(Buffer packet) {
        if (done || failed || packet.length() == 0) {
            return null;
        }
        Bytes bytes = Bytes.of(packet);
        byte[] array = bytes.array();
        int from = bytes.from();
        int to = bytes.to();
        boolean whole = heldLength == 0;
        if (!whole) {
            array = hold(array, from, to);
            from = 0;
            to = heldLength;
        } else {
            lineStart = from;
            scanned = from;
        }
        outLength = 0;
        verbatimFrom = from;
        verbatimTo = from;
        int rest = readLines(array, from, to);
        Buffer result = result(packet, array, whole && verbatimFrom == from && verbatimTo == to);
        if (whole || rest > 0) {
            keepRest(array, rest, to);
        }
        return result;
    }

    /// Whether `[DONE]` came, or the last event of a response.
    boolean done() {
        return done;
    }

    /// Whether the stream cannot go on: an error event, data that is no JSON object, or an event over the limit.
    boolean failed() {
        return failed;
    }

    /// The data of the event that reported an error; empty where it is not known.
    byte[] failure() {
        return failure;
    }

    /// Whether a choice said why it ended.
    boolean finished() {
        return finished;
    }

    boolean cutShort() {
        return cutShort;
    }

    /// How many events with an answer's data came.
    int events() {
        return events;
    }

    /// Characters of output that came.
    long outputLength() {
        return outputLength;
    }

    /// The last usage that was reported, if any was.
    @Nullable
    TokenUsage usage() {
        return usage;
    }

    /// @return where the event begins that is not whole yet
    private int readLines(byte[] array, int from, int to) {
        int eventStart = from;
        int i = scanned;
        if (skipLineFeed && array[i] == '\n') {
            eventStart = eventStart == i ? i + 1 : eventStart;
            lineStart = ++i;
        }
        skipLineFeed = false;
        while (i < to && !done && !failed) {
            byte b = array[i];
            if (b != '\n' && b != '\r') {
                i++;
                continue;
            }
            int lineEnd = i;
            i++;
            if (b == '\r') {
                if (i < to && array[i] == '\n') {
                    i++;
                } else {
                    skipLineFeed = i == to;
                }
            }
            if (lineEnd == lineStart) {
                endOfEvent(array, eventStart, i);
                eventStart = i;
            } else {
                line(array, lineStart, lineEnd);
            }
            lineStart = i;
        }
        scanned = i;
        if (to - eventStart > MAX_EVENT) {
            failed = true;
        }
        return eventStart;
    }

    private void line(byte[] array, int from, int to) {
        if (to - from < DATA_FIELD.length || !Bytes.startsWith(array, from, DATA_FIELD)) {
            return;
        }
        int start = from + DATA_FIELD.length;
        if (start < to && array[start] == ' ') {
            start++;
        }
        if (dataFrom < 0) {
            dataFrom = start;
            dataTo = to;
            return;
        }
        byte[] before = joined == null ? Arrays.copyOfRange(array, dataFrom, dataTo) : joined;
        byte[] both = Arrays.copyOf(before, before.length + 1 + to - start);
        // A line break between JSON tokens means the same as a space, and keeps the event on one line.
        both[before.length] = ' ';
        System.arraycopy(array, start, both, before.length + 1, to - start);
        joined = both;
    }

    private void endOfEvent(byte[] array, int eventStart, int eventEnd) {
        if (dataFrom < 0) {
            return;
        }
        boolean oneLine = joined == null;
        byte[] data = joined == null ? array : joined;
        int from = joined == null ? dataFrom : 0;
        int to = joined == null ? dataTo : joined.length;
        dataFrom = -1;
        joined = null;
        if (to - from == DONE.length && Bytes.startsWith(data, from, DONE)) {
            done = true;
            return;
        }
        scan.read(data, from, to, true);
        if (!scan.valid || scan.error) {
            failed = true;
            failure = Arrays.copyOfRange(data, from, to);
            return;
        }
        events++;
        finished |= scan.finished;
        cutShort |= scan.cutShort;
        outputLength += scan.outputLength;
        if (scan.usage) {
            ReportedUsage reported = scan.reported();
            usage = reported == null ? usage : reported.usage();
            if (hideUsage && scan.noChoices) {
                return;
            }
        }
        if (!scan.opening) {
            emit(array, eventStart, eventEnd, oneLine, data, from, to);
        }
        done = responses && finished;
    }

    private void emit(byte[] array, int eventStart, int eventEnd, boolean oneLine, byte[] data, int from, int to) {
        boolean rename = scan.modelTo > 0
                && !Arrays.equals(data, from + scan.modelFrom, from + scan.modelTo, publicModel, 0, publicModel.length);
        boolean plain = oneLine
                && from - eventStart == DATA.length
                && eventEnd - to == END.length
                && array[eventStart + DATA.length - 1] == ' '
                && array[to] == '\n'
                && array[to + 1] == '\n';
        if (plain && !rename) {
            if (verbatimTo != eventStart) {
                flushVerbatim(array);
                verbatimFrom = eventStart;
            }
            verbatimTo = eventEnd;
            return;
        }
        flushVerbatim(array);
        append(DATA, 0, DATA.length);
        if (rename) {
            append(data, from, from + scan.modelFrom);
            append(publicModel, 0, publicModel.length);
            append(data, from + scan.modelTo, to);
        } else {
            append(data, from, to);
        }
        append(END, 0, END.length);
        verbatimFrom = eventEnd;
        verbatimTo = eventEnd;
    }

    private void flushVerbatim(byte[] array) {
        append(array, verbatimFrom, verbatimTo);
        verbatimFrom = verbatimTo;
    }

    private void append(byte[] bytes, int from, int to) {
        int needed = outLength + to - from;
        if (needed > out.length) {
            out = Arrays.copyOf(out, Math.max(needed, Math.max(512, out.length * 2)));
        }
        System.arraycopy(bytes, from, out, outLength, to - from);
        outLength = needed;
    }

    private @Nullable Buffer result(Buffer packet, byte[] array, boolean untouched) {
        if (outLength == 0) {
            if (verbatimTo == verbatimFrom) {
                return null;
            }
            return untouched ? packet : Bytes.buffer(array, verbatimFrom, verbatimTo);
        }
        flushVerbatim(array);
        Buffer result = Bytes.buffer(out, 0, outLength);
        out = NONE;
        outLength = 0;
        return result;
    }

    /// Appends a packet to what is held back.
    private byte[] hold(byte[] array, int from, int to) {
        int needed = heldLength + to - from;
        if (needed > held.length) {
            held = Arrays.copyOf(held, Math.max(needed, held.length * 2));
        }
        System.arraycopy(array, from, held, heldLength, to - from);
        heldLength = needed;
        return held;
    }

    private void keepRest(byte[] array, int rest, int to) {
        int length = to - rest;
        // Never the array that was given on: the client may not have read it yet.
        held = length == 0 ? NONE : Arrays.copyOfRange(array, rest, Math.max(to, rest + Math.min(4096, length * 2)));
        heldLength = length;
        lineStart -= rest;
        scanned -= rest;
        if (dataFrom >= 0) {
            dataFrom -= rest;
            dataTo -= rest;
        }
    }
}
