package ai.doubleword.usage;

import ai.doubleword.platform.Ids;
import ai.doubleword.platform.ServerProcess;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/// Clients that call the demo model again and again, plain and streamed, through whatever happens to the server, and
/// keep the id of every request whose end they saw.
final class Clients implements AutoCloseable {
    private static final String STREAM_END = "data: [DONE]";
    private static final Duration PAUSE = Duration.ofMillis(10);

    private final HttpClient http = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(5))
            .build();
    private final Queue<Long> finished = new ConcurrentLinkedQueue<>();
    private final Map<Integer, AtomicInteger> statuses = new ConcurrentHashMap<>();
    private final AtomicInteger broken = new AtomicInteger();
    private final List<Thread> threads = new ArrayList<>();
    private volatile boolean stopping;

    Clients(ServerProcess server, String key, int count, SplittableRandom random) {
        for (int i = 0; i < count; i++) {
            SplittableRandom own = random.split();
            threads.add(Thread.ofVirtual().start(() -> callOn(server, key, own)));
        }
    }

    /// The ids of all requests that ended well so far.
    List<Long> finished() {
        return List.copyOf(finished);
    }

    /// How many answers had this status so far.
    int answers(int status) {
        AtomicInteger count = statuses.get(status);
        return count == null ? 0 : count.get();
    }

    /// How many answers there were so far, of any status.
    int answers() {
        return statuses.values().stream().mapToInt(AtomicInteger::get).sum();
    }

    /// Lets each finish what it does, and waits for that.
    void stop() {
        stopping = true;
        for (Thread thread : threads) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            }
        }
    }

    @Override
    public void close() {
        stop();
    }

    @Override
    public String toString() {
        return finished.size() + " finished, " + broken + " broken connections, answers by status " + statuses;
    }

    private void callOn(ServerProcess server, String key, SplittableRandom random) {
        while (!stopping) {
            boolean stream = random.nextBoolean();
            String body = """
                    {"model": "doubleword-demo", "stream": %b, "max_tokens": %d,
                     "messages": [{"role": "user", "content": "Count the seconds."}]}
                    """.formatted(stream, random.nextInt(1, 20));
            HttpRequest request = server.request("/v1/chat/completions", key)
                    .header("content-type", "application/json")
                    .POST(HttpRequest.BodyPublishers.ofString(body))
                    .build();
            try {
                HttpResponse<String> answer = http.send(request, HttpResponse.BodyHandlers.ofString());
                statuses.computeIfAbsent(answer.statusCode(), status -> new AtomicInteger())
                        .incrementAndGet();
                if (answer.statusCode() == 200 && (!stream || answer.body().contains(STREAM_END))) {
                    finished.add(id(answer));
                }
            } catch (IOException e) {
                broken.incrementAndGet();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            }
            LockSupport.parkNanos(PAUSE.toNanos());
        }
    }

    private static long id(HttpResponse<?> answer) {
        return Ids.parse("req", answer.headers().firstValue("x-request-id").orElseThrow())
                .orElseThrow();
    }
}
