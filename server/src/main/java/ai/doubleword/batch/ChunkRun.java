package ai.doubleword.batch;

import ai.doubleword.billing.Tariff;
import ai.doubleword.jsonl.LineEntry;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/// A chunk that this worker has a lease of, and how far it is. The lines that wait are its pool's, under the pool's
/// lock; the rest is thread-safe.
final class ChunkRun {
    /// Whether its lines may go on.
    enum Standing {
        RUNS,
        /// No line is begun any more; those under way end and count.
        CLOSING,
        /// The lease is another's, or nobody's: nothing of it counts any more.
        LOST
    }

    private final Batch batch;
    private final ChunkStore.Claimed claimed;
    private final Tariff tariff;
    private final InputLines input;
    private final LineEntry[] entries;
    private final Deque<LineTry> waiting = new ArrayDeque<>();
    private final Set<LineCall> calls = ConcurrentHashMap.newKeySet();
    private volatile Standing standing = Standing.RUNS;
    private int left;
    private int underWay;

    ChunkRun(Batch batch, ChunkStore.Claimed claimed, Tariff tariff, InputLines input, LineEntry[] entries) {
        this.batch = batch;
        this.claimed = claimed;
        this.tariff = tariff;
        this.input = input;
        this.entries = entries;
        for (int place = 0; place < entries.length; place++) {
            if (!claimed.done().has(place)) {
                waiting.add(LineTry.first(place));
            }
        }
        this.left = waiting.size();
    }

    Batch batch() {
        return batch;
    }

    ChunkStore.Claimed claimed() {
        return claimed;
    }

    Tariff tariff() {
        return tariff;
    }

    InputLines input() {
        return input;
    }

    LineEntry entry(int place) {
        return entries[place];
    }

    /// What a line is charged in its account's share before anybody knows.
    long tokens(int place) {
        LineEntry entry = entries[place];
        return (long) entry.inputTokens() + Math.max(entry.outputTokens(), 1);
    }

    Deque<LineTry> waiting() {
        return waiting;
    }

    Standing standing() {
        return standing;
    }

    /// No new lines.
    void close() {
        if (standing == Standing.RUNS) {
            standing = Standing.CLOSING;
        }
    }

    /// The lease is gone: what is under way is given up.
    void lose() {
        standing = Standing.LOST;
        calls.forEach(LineCall::abandon);
    }

    /// A call of it is under way; it is given up at once if the lease is gone already.
    void begun(LineCall call) {
        calls.add(call);
        if (standing == Standing.LOST) {
            call.abandon();
        }
    }

    void ended(LineCall call) {
        calls.remove(call);
    }

    /// A line left the waiting ones.
    synchronized void taken() {
        underWay++;
    }

    /// A line is not under way any more, and has no result yet.
    synchronized void givenUp() {
        underWay--;
    }

    /// Lines have their results.
    synchronized void recorded(int lines) {
        underWay -= lines;
        left -= lines;
    }

    /// Whether nothing is left to do here: all is recorded, or nothing is under way and nothing may be begun.
    synchronized boolean over() {
        return left == 0 || (standing != Standing.RUNS && underWay == 0);
    }

    synchronized boolean whole() {
        return left == 0;
    }
}
