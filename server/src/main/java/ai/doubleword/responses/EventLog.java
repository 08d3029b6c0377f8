package ai.doubleword.responses;

import ai.doubleword.platform.JsonFormat;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.zip.Deflater;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.InflaterInputStream;
import org.jspecify.annotations.Nullable;

/// The events of one run of a background response, in little more room than their text: a piece of text that follows
/// another of the same place is kept as that piece alone. Kept with the result, so that whoever asks later is told the
/// same events under the same numbers. Written by one thread, read by any, each with a [Cursor] of its own, while it
/// is written.
final class EventLog {
    /// What a run has of numbers: enough for any answer. Runs begin so far apart, so that none tells an event under a
    /// number that another had.
    static final int NUMBERS = 100_000;

    /// After so much nothing more is logged: the last event, which has the whole answer, is told all the same.
    private static final int MOST_BYTES = 16 << 20;

    private static final ObjectMapper JSON = JsonFormat.trees();
    private static final String FIRST = "first";
    private static final String LOG = "log";
    private static final String NUMBER = "sequence_number";
    private static final String DELTA = "delta";

    /// A length in four bytes follows, whose lowest bit says whether it is a piece of text alone.
    private static final int HEAD = Integer.BYTES;

    private final long first;
    private byte[] bytes = new byte[1024];
    private int length;
    private int count;
    private boolean full;
    private @Nullable ObjectNode frame;

    /// @param first number of the first event
    EventLog(long first) {
        this.first = first;
    }

    private EventLog(long first, byte[] bytes) {
        this.first = first;
        this.bytes = bytes;
        this.length = bytes.length;
        this.full = true;
        for (int at = 0; at < length; at += HEAD + (head(bytes, at) >>> 1)) {
            count++;
        }
    }

    /// @param event is the log's from now on
    synchronized void append(ObjectNode event) {
        event.remove(NUMBER);
        JsonNode delta = event.get(DELTA);
        if (delta == null || !delta.isTextual()) {
            write(event.toString(), false);
            return;
        }
        event.remove(DELTA);
        if (event.equals(frame)) {
            write(delta.textValue(), true);
        } else {
            frame = event.deepCopy();
            event.set(DELTA, delta);
            write(event.toString(), false);
        }
    }

    private void write(String text, boolean piece) {
        byte[] more = text.getBytes(StandardCharsets.UTF_8);
        full |= count + 2 >= NUMBERS || length + HEAD + more.length > MOST_BYTES;
        if (full) {
            return;
        }
        room(HEAD + more.length);
        ByteBuffer.wrap(bytes).putInt(length, (more.length << 1) | (piece ? 1 : 0));
        length += HEAD;
        System.arraycopy(more, 0, bytes, length, more.length);
        length += more.length;
        count++;
    }

    private void room(int more) {
        if (bytes.length - length < more) {
            bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, length + more));
        }
    }

    private static int head(byte[] bytes, int at) {
        return ByteBuffer.wrap(bytes).getInt(at);
    }

    /// The number of its first event, which no other run of its response has that told as much.
    long first() {
        return first;
    }

    /// How many bytes it has.
    synchronized int size() {
        return length;
    }

    /// Whole events, as they are kept here, after so many bytes: as many as there are, but no more than about `most`.
    synchronized byte[] after(int from, int most) {
        int to = from;
        while (to < length && to - from < most) {
            to += HEAD + (head(bytes, to) >>> 1);
        }
        return Arrays.copyOfRange(bytes, from, to);
    }

    /// Appends what [#after] gave of a log that goes on as this one does.
    synchronized void add(byte[] events) {
        room(events.length);
        System.arraycopy(events, 0, bytes, length, events.length);
        int end = length + events.length;
        for (; length < end; length += HEAD + (head(bytes, length) >>> 1)) {
            count++;
        }
    }

    /// The number that the event after all of these has.
    synchronized long next() {
        return first + count;
    }

    /// A reader from the first event on.
    Cursor read() {
        return new Cursor();
    }

    /// How far somebody has read. For one thread.
    final class Cursor {
        private int at;
        private long number = first;
        private @Nullable ObjectNode template;

        /// The events that follow, each with its number: as many as there are, but no more than about so many bytes.
        List<ObjectNode> next(int mostBytes) {
            byte[] all;
            int end;
            synchronized (EventLog.this) {
                // What is written is never changed, so it may be read without the lock.
                all = bytes;
                end = length;
            }
            List<ObjectNode> events = new ArrayList<>();
            for (int from = at; at < end && at - from < mostBytes; ) {
                int head = head(all, at);
                String text = new String(all, at + HEAD, head >>> 1, StandardCharsets.UTF_8);
                at += HEAD + (head >>> 1);
                events.add(event((head & 1) == 1, text).put(NUMBER, number++));
            }
            return events;
        }

        private ObjectNode event(boolean piece, String text) {
            if (piece && template != null) {
                return template.deepCopy().put(DELTA, text);
            }
            try {
                ObjectNode event = (ObjectNode) JSON.readTree(text);
                if (event.path(DELTA).isTextual()) {
                    template = event;
                }
                return event.deepCopy();
            } catch (JsonProcessingException e) {
                throw new IllegalStateException("events are JSON of ours", e);
            }
        }
    }

    /// As it is kept.
    synchronized ObjectNode toJson() {
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        Deflater fast = new Deflater(Deflater.BEST_SPEED);
        try (DeflaterOutputStream out = new DeflaterOutputStream(packed, fast)) {
            out.write(bytes, 0, length);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            fast.end();
        }
        return JSON.createObjectNode()
                .put(FIRST, first)
                .put(LOG, Base64.getEncoder().encodeToString(packed.toByteArray()));
    }

    static EventLog of(JsonNode kept) {
        try (InflaterInputStream in = new InflaterInputStream(new ByteArrayInputStream(
                Base64.getDecoder().decode(kept.path(LOG).asText())))) {
            return new EventLog(kept.path(FIRST).asLong(), in.readAllBytes());
        } catch (IOException e) {
            throw new IllegalStateException("what is kept of events is not as it was written", e);
        }
    }
}
