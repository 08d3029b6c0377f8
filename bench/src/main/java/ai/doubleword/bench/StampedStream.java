package ai.doubleword.bench;

import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import org.HdrHistogram.Histogram;

/// Reads a stream of the simulator's stamped model: every event carries its number and the time it was sent, in
/// nanoseconds of the clock that this process reads too. Right is: 200, each number once and in order, then `[DONE]`.
final class StampedStream implements AnswerCheck {
    private static final int STAMP_DIGITS = 19;
    private static final int MAX_EVENT = 64 * 1024;

    private final int events;
    private final StreamTimes times;
    private final byte[] event = new byte[MAX_EVENT];
    private int length;
    private int next;
    private boolean right;
    private boolean done;
    private long lastArrival;
    private long lastSent;

    /// What all streams of a run add up to, in nanoseconds.
    static final class StreamTimes {
        /// From the upstream's stamp to here.
        final Histogram transit = Latencies.histogram();
        /// The same for the first event of each stream.
        final Histogram first = Latencies.histogram();
        /// How much longer the gap before an event was here than where it was sent.
        final Histogram gap = Latencies.histogram();
        long frames;
        long lost;

        void reset() {
            transit.reset();
            first.reset();
            gap.reset();
            frames = 0;
        }
    }

    StampedStream(int events, StreamTimes times) {
        this.events = events;
        this.times = times;
    }

    @Override
    public void begin(int status, int request) {
        length = 0;
        next = 0;
        right = status == 200;
        done = false;
        lastArrival = 0;
    }

    @Override
    public void bytes(ByteBuf data, int index, int count) {
        for (int i = index; i < index + count; i++) {
            byte b = data.getByte(i);
            if (b == '\n' && length > 0 && event[length - 1] == '\n') {
                event();
                length = 0;
            } else if (length < MAX_EVENT) {
                event[length++] = b;
            }
        }
    }

    private void event() {
        String text = new String(event, 0, length, StandardCharsets.ISO_8859_1);
        int hash = text.indexOf("\"#");
        if (hash < 0) {
            done |= text.startsWith("data: [DONE]");
            return;
        }
        long now = System.nanoTime();
        int space = text.indexOf(' ', hash);
        int number = Integer.parseInt(text, hash + 2, space, 10);
        long sent = Long.parseLong(text, space + 1, space + 1 + STAMP_DIGITS, 10);
        if (number != next) {
            right = false;
            times.lost += Math.abs(number - next);
        }
        next = number + 1;
        times.frames++;
        Latencies.record(times.transit, now - sent);
        if (lastArrival == 0) {
            Latencies.record(times.first, now - sent);
        } else {
            Latencies.record(times.gap, now - lastArrival - (sent - lastSent));
        }
        lastArrival = now;
        lastSent = sent;
    }

    @Override
    public boolean end() {
        times.lost += Math.max(0, events - next);
        return right && done && next == events;
    }
}
