package ai.doubleword.simulator;

import io.vertx.core.buffer.Buffer;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;

/// The last requests as they arrived, and how many there were. Thread-safe.
public final class ReceivedRequests {
    private static final int KEPT = 256;
    private static final int MAX_BODY = 1 << 20;

    private final Deque<Received> last = new ArrayDeque<>();
    private long count;

    /// @param number counted from 1
    /// @param headers names in lower case
    /// @param body the first MiB of it
    public record Received(
            long number, Instant at, String method, String path, Map<String, String> headers, Buffer body) {}

    synchronized void add(SimulatedRequest request, Instant at) {
        count++;
        if (last.size() == KEPT) {
            last.removeFirst();
        }
        Buffer body = request.body().length() <= MAX_BODY
                ? request.body()
                : request.body().getBuffer(0, MAX_BODY);
        last.addLast(new Received(count, at, request.method(), request.path(), request.headers(), body));
    }

    /// All requests since the start or [SimulatedModels#reset].
    public synchronized long count() {
        return count;
    }

    /// The last ones, the newest last; at most 256 are kept.
    public synchronized List<Received> last(int atMost) {
        List<Received> kept = new ArrayList<>(last);
        return List.copyOf(kept.subList(Math.max(0, kept.size() - atMost), kept.size()));
    }

    synchronized void clear() {
        last.clear();
        count = 0;
    }
}
