package ai.doubleword.batch;

import ai.doubleword.billing.Tariff;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/// A chunk that this worker has a lease of, and how far it is. The lines that wait are its pool's, under the
/// pool's lock; the rest is thread-safe.
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
    private final ChunkRequests requests;
    private final Deque<LineTry> waiting = new ArrayDeque<>();
    private final Map<LineCall, Integer> calls = new ConcurrentHashMap<>();
    private final Set<Integer> withdrawn = ConcurrentHashMap.newKeySet();
    private final Set<Integer> preempted = ConcurrentHashMap.newKeySet();
    private final Set<Integer> rescued = new HashSet<>();
    private final Siblings.Lines siblings = new Siblings.Lines();
    private volatile Standing standing = Standing.RUNS;
    private int left;
    private int underWay;

    ChunkRun(Batch batch, ChunkStore.Claimed claimed, Tariff tariff, ChunkRequests requests) {
        this.batch = batch;
        this.claimed = claimed;
        this.tariff = tariff;
        this.requests = requests;
        for (int place = 0; place < requests.count(); place++) {
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

    ChunkRequests requests() {
        return requests;
    }

    Deque<LineTry> waiting() {
        return waiting;
    }

    /// Places of lines under way that were begun because their batch is late; as [#waiting], its pool's.
    Set<Integer> rescued() {
        return rescued;
    }

    Standing standing() {
        return standing;
    }

    /// What is known of lines of it that begin alike; as [#waiting], its pool's.
    Siblings.Lines siblings() {
        return siblings;
    }

    /// What waits of it is expected to take so many tokens; as [#waiting], its pool's.
    long waitingTokens() {
        return waiting.stream().mapToLong(line -> requests.tokens(line.place())).sum();
    }

    /// Whether a line of it may be begun; as [#waiting], its pool's.
    boolean startable() {
        return standing == Standing.RUNS && !waiting.isEmpty();
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
        calls.keySet().forEach(LineCall::abandon);
    }

    /// A line is not wanted any more. If it waits, its pool takes it out; if a call of it runs, that is given up.
    void withdraw(int place) {
        if (withdrawn.add(place)) {
            abandon(place);
        }
    }

    /// A line under way is to make room: its call is given up, and the line waits again.
    void preempt(int place) {
        preempted.add(place);
        abandon(place);
    }

    /// Whether a line whose call ended was to make room; asked once for each call.
    boolean madeRoom(int place) {
        return preempted.remove(place);
    }

    private void abandon(int place) {
        calls.forEach((call, own) -> {
            if (own == place) {
                call.abandon();
            }
        });
    }

    boolean withdrawn(int place) {
        return withdrawn.contains(place);
    }

    /// A call of a line is under way; it is given up at once if nobody wants it any more.
    void begun(LineCall call, int place) {
        calls.put(call, place);
        if (standing == Standing.LOST || withdrawn(place) || preempted.contains(place)) {
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

    /// A line that waited was withdrawn.
    synchronized void dropped() {
        left--;
    }

    /// Lines have their results, or were withdrawn under way.
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

    /// Lines without a recorded result.
    synchronized int left() {
        return left;
    }
}
