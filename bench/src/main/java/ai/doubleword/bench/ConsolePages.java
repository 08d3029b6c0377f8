package ai.doubleword.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.CookieManager;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.HdrHistogram.Histogram;

/// A server whose home is full, and a browser in which its administrator is signed in: asks for one page after the
/// other, and says how long each takes until its last byte.
final class ConsolePages implements AutoCloseable {
    private static final String PASSWORD = "seven purple lanterns";
    private static final int WARM_UP = 5;
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private static final List<String> PAGES = List.of(
            "/me",
            "/me/api-keys",
            "/me/api-keys?q=filled+49",
            "/me/api-keys?sort=used",
            "/me/models",
            "/me/models/filled/model-001",
            "/me/requests",
            "/me/requests?range=30d",
            "/me/requests?range=30d&cause=failed",
            "/me/requests?range=30d&model=filled/model-007",
            "/me/requests?range=30d&slow=9299",
            "/me/requests?range=30d&tier=background",
            "/me/usage?range=24h",
            "/me/usage?range=30d",
            "/me/usage?range=30d&by=key",
            "/me/usage?range=90d&by=tier",
            "/me/docs",
            "/me/docs/api",
            "/settings",
            "/admin/providers",
            "/admin/models",
            "/admin/tariffs",
            "/admin/limits?of=keys",
            "/admin/limits?of=accounts",
            "/admin/audit",
            "/admin/system",
            "/admin/configuration");

    private final Path home;
    private final int port;
    private final Child child;
    private final HttpClient browser =
            HttpClient.newBuilder().cookieHandler(new CookieManager()).build();

    private ConsolePages(Path home, int port, Child child) {
        this.home = home;
        this.port = port;
        this.child = child;
    }

    /// Starts the server on a home, which may be one that was filled before.
    static ConsolePages start(Path root, Path home, int core) throws IOException {
        Files.createDirectories(home);
        int port = Child.freePort();
        Child child = Doubleword.launch(root, home, port, core);
        try {
            child.awaitPort(port);
            ConsolePages console = new ConsolePages(home, port, child);
            console.signIn();
            return console;
        } catch (RuntimeException e) {
            child.close();
            throw e;
        }
    }

    void fill(long rows, int keys, int models) {
        new UsageFill(EmbeddedDatabase.of(home)).fill(rows, keys, models);
    }

    /// @param rounds how often each page is asked for
    /// @return percentiles in milliseconds by page
    Map<String, Double> measure(int rounds) {
        Map<String, Double> figures = new TreeMap<>();
        for (String page : PAGES) {
            for (int i = 0; i < WARM_UP; i++) {
                get(page);
            }
            Histogram nanos = Latencies.histogram();
            long bytes = 0;
            for (int i = 0; i < rounds; i++) {
                long asked = System.nanoTime();
                bytes = get(page);
                Latencies.record(nanos, System.nanoTime() - asked);
            }
            figures.put(page + ", p50 ms", Latencies.millis(nanos, 50));
            figures.put(page + ", p95 ms", Latencies.millis(nanos, 95));
            figures.put(page + ", KiB sent", bytes / 1024.0);
            System.out.printf(
                    "%-48s p50 %7.1f p95 %7.1f ms %7.1f KiB%n",
                    page, Latencies.millis(nanos, 50), Latencies.millis(nanos, 95), bytes / 1024.0);
        }
        return figures;
    }

    /// @return how many bytes came
    private long get(String page) {
        HttpResponse<byte[]> answer = send(request(page)
                .header("accept", "text/html")
                .header("accept-encoding", "gzip")
                .GET()
                .build());
        if (answer.statusCode() != 200) {
            throw new IllegalStateException(page + " answered " + answer.statusCode());
        }
        return answer.body().length;
    }

    /// Claims the administrator by a new one-time link.
    private void signIn() {
        String link =
                AdminApi.of(home).post("/admin-links", Map.of()).path("url").asText();
        String form = "email=bench%40example.com&password=" + encoded(PASSWORD) + "&again=" + encoded(PASSWORD);
        HttpResponse<byte[]> answer = send(request(URI.create(link).getPath())
                .header("origin", "http://localhost:" + port)
                .header("content-type", "application/x-www-form-urlencoded")
                .POST(HttpRequest.BodyPublishers.ofString(form))
                .build());
        if (answer.statusCode() != 303) {
            throw new IllegalStateException("signing in answered " + answer.statusCode());
        }
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create("http://localhost:" + port + path))
                .timeout(PATIENCE);
    }

    private HttpResponse<byte[]> send(HttpRequest request) {
        try {
            return browser.send(request, HttpResponse.BodyHandlers.ofByteArray());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    @Override
    public void close() {
        child.close();
    }
}
