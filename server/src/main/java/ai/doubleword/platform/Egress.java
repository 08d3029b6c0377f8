package ai.doubleword.platform;

import io.vertx.core.Context;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.net.SocketAddress;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.time.Duration;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/// The one place that opens outgoing connections (S-07).
///
/// [#destination] checks where a URL leads. [#lane] is for event loops: each has a client of its own, so that a request
/// neither waits for a lock nor changes threads. [#fetch] is for virtual threads: it blocks, and bounds the answer.
/// Redirects are never followed. Certificates are verified against the JDK's trust store. Thread-safe.
@Singleton
public final class Egress {
    /// Servers made with uvicorn or Node end idle connections after 5 s: ours end first.
    private static final int KEEP_ALIVE_SECONDS = 4;

    private static final int CONNECTIONS = 8_192;
    private static final int CONNECT_LIMIT_MILLIS = 60_000;

    private final Vertx vertx;
    private final Destination.Resolver resolver;
    private final List<AddressRange> userRanges;
    private final ExecutorService blocking = Executors.newVirtualThreadPerTaskExecutor();
    private volatile Lane[] lanes = {};

    @Inject
    Egress(Vertx vertx, EgressConfig config) {
        this(
                vertx,
                InetAddress::getAllByName,
                config.userRanges().orElse(List.of()).stream()
                        .map(AddressRange::parse)
                        .toList());
    }

    /// With a resolver of one's own, for tests.
    ///
    /// @param userRanges what users' targets may reach besides public addresses
    Egress(Vertx vertx, Destination.Resolver resolver, List<AddressRange> userRanges) {
        this.vertx = vertx;
        this.resolver = resolver;
        this.userRanges = userRanges;
    }

    /// An egress outside of the container: benchmarks and tests.
    public static Egress on(Vertx vertx) {
        return new Egress(vertx, InetAddress::getAllByName, List.of());
    }

    /// Whether the operator lets users' targets reach addresses of the own network.
    public boolean opensRanges() {
        return !userRanges.isEmpty();
    }

    /// Whether a connection may be opened to the address, for whom the rule says.
    public boolean allows(InetAddress address, AddressRule rule) {
        return rule.allows(address)
                || (AddressRule.ADMINISTRATOR.allows(address)
                        && userRanges.stream().anyMatch(range -> range.contains(address)));
    }

    /// Where a URL leads; does not resolve it yet.
    ///
    /// @throws IllegalArgumentException if it is no http or https URL with a host
    public Destination destination(URI base, AddressRule rule) {
        return new Destination(base, address -> allows(address, rule), resolver, blocking);
    }

    /// This event loop's way out. Only on an event-loop thread.
    ///
    /// @throws IllegalStateException on another thread
    public Lane lane() {
        Thread thread = Thread.currentThread();
        for (Lane lane : lanes) {
            if (lane.thread == thread) {
                return lane;
            }
        }
        return addLane(thread);
    }

    private synchronized Lane addLane(Thread thread) {
        if (!Context.isOnEventLoopThread()) {
            throw new IllegalStateException("only an event loop has a lane; others use fetch");
        }
        Lane lane = new Lane(vertx, thread);
        Lane[] more = java.util.Arrays.copyOf(lanes, lanes.length + 1);
        more[lanes.length] = lane;
        lanes = more;
        return lane;
    }

    @PreDestroy
    void close() {
        for (Lane lane : lanes) {
            lane.client.close();
        }
        blocking.shutdownNow();
    }

    /// One event loop's client. Used on that loop only.
    public static final class Lane {
        private final Thread thread;
        private final HttpClient client;
        private final IdentityHashMap<HttpConnection, Long> connectedAt = new IdentityHashMap<>();

        private Lane(Vertx vertx, Thread thread) {
            this.thread = thread;
            this.client = vertx.httpClientBuilder()
                    .with(new HttpClientOptions()
                            .setKeepAliveTimeout(KEEP_ALIVE_SECONDS)
                            .setConnectTimeout(CONNECT_LIMIT_MILLIS)
                            .setDecompressionSupported(false))
                    .with(new PoolOptions().setHttp1MaxSize(CONNECTIONS).setHttp2MaxSize(1))
                    .withConnectHandler(this::connected)
                    .build();
        }

        private void connected(HttpConnection connection) {
            connectedAt.put(connection, System.nanoTime());
            connection.closeHandler(gone -> connectedAt.remove(connection));
        }

        /// Gets a connection, kept or new, for a request prepared by [#prepare].
        public void request(RequestOptions prepared, Handler<io.vertx.core.AsyncResult<HttpClientRequest>> handler) {
            client.request(prepared).onComplete(handler);
        }

        /// Whether the connection was there before that moment, that is: it was kept and may be stale. To be asked
        /// while it is open.
        ///
        /// @param nanos a [System#nanoTime]
        public boolean isOlder(HttpConnection connection, long nanos) {
            Long since = connectedAt.get(connection);
            return since != null && since - nanos < 0;
        }
    }

    /// A request to a checked address, to be used any number of times.
    ///
    /// @param destination gives `Host`, port and TLS name
    /// @param address one of its checked addresses
    /// @param path with its query
    /// @param connectTimeout to wait for a connection
    public static RequestOptions prepare(
            Destination destination, SocketAddress address, HttpMethod method, String path, Duration connectTimeout) {
        return new RequestOptions()
                .setServer(address)
                .setHost(destination.host())
                .setPort(destination.port())
                .setSsl(destination.tls())
                .setMethod(method)
                .setURI(path)
                .setConnectTimeout(connectTimeout.toMillis())
                .setFollowRedirects(false);
    }

    /// An answer held in memory.
    ///
    /// @param status the HTTP status
    /// @param body all of it
    /// @param headers names as the server wrote them, matched without regard to case
    public record Response(int status, Buffer body, io.vertx.core.MultiMap headers) {}

    /// One request and its whole answer, for virtual threads: blocks.
    ///
    /// @param body empty for none
    /// @param limit most bytes of the answer
    /// @throws IOException if the address is refused or unknown, the connection fails, or the answer is too large
    /// @throws InterruptedException if the thread is
    public Response fetch(
            HttpMethod method,
            URI url,
            AddressRule rule,
            Map<String, String> headers,
            Buffer body,
            Duration timeout,
            int limit)
            throws IOException, InterruptedException {
        return fetch(new Asked(method, url, headers, body, timeout, limit, false), rule);
    }

    /// As [#fetch], but of a longer answer only its first bytes are read, and the connection is closed.
    public Response fetchBeginning(
            HttpMethod method,
            URI url,
            AddressRule rule,
            Map<String, String> headers,
            Buffer body,
            Duration timeout,
            int limit)
            throws IOException, InterruptedException {
        return fetch(new Asked(method, url, headers, body, timeout, limit, true), rule);
    }

    /// @param cut whether of a longer answer the beginning will do
    private record Asked(
            HttpMethod method,
            URI url,
            Map<String, String> headers,
            Buffer body,
            Duration timeout,
            int limit,
            boolean cut) {
        String path() {
            return (url.getRawPath() == null || url.getRawPath().isEmpty() ? "/" : url.getRawPath())
                    + (url.getRawQuery() == null ? "" : "?" + url.getRawQuery());
        }
    }

    private Response fetch(Asked asked, AddressRule rule) throws IOException, InterruptedException {
        Duration timeout = asked.timeout();
        CompletableFuture<Response> answer = new CompletableFuture<>();
        try {
            Destination destination = destination(asked.url(), rule);
            List<SocketAddress> addresses =
                    destination.resolve().toCompletableFuture().get(timeout.toMillis(), TimeUnit.MILLISECONDS);
            vertx.getOrCreateContext()
                    .runOnContext(go -> attempt(new Attempt(destination, addresses, asked, answer), 0));
            return answer.get(timeout.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException e) {
            throw new IOException(reason(e.getCause() == null ? e : e.getCause()), e);
        } catch (TimeoutException e) {
            throw new IOException("no answer within " + timeout.toMillis() + " ms", e);
        } catch (IllegalArgumentException e) {
            throw new IOException(e.getMessage(), e);
        } finally {
            answer.cancel(false);
        }
    }

    private static String reason(Throwable cause) {
        if (String.valueOf(cause.getMessage()).contains("Connection refused")) {
            // The native transport's own message begins with the system call and its number.
            return "connection refused";
        }
        return cause instanceof java.net.UnknownHostException
                ? "the host '" + cause.getMessage() + "' is unknown"
                : String.valueOf(cause.getMessage());
    }

    private record Attempt(
            Destination destination, List<SocketAddress> addresses, Asked asked, CompletableFuture<Response> answer) {}

    private void attempt(Attempt attempt, int index) {
        RequestOptions options = prepare(
                attempt.destination(),
                attempt.addresses().get(index),
                attempt.asked().method(),
                attempt.asked().path(),
                attempt.asked().timeout());
        attempt.asked().headers().forEach(options::putHeader);
        lane().request(options, connected -> {
            if (connected.failed() && index + 1 < attempt.addresses().size()) {
                attempt(attempt, index + 1);
            } else if (connected.failed()) {
                attempt.answer().completeExceptionally(connected.cause());
            } else {
                exchange(connected.result(), attempt);
            }
        });
    }

    private static void exchange(HttpClientRequest request, Attempt attempt) {
        var _ = attempt.answer().exceptionally(failure -> {
            request.reset();
            throw new java.util.concurrent.CompletionException(failure);
        });
        request.response().onComplete(head -> {
            if (head.succeeded()) {
                collect(head.result(), attempt);
            } else {
                attempt.answer().completeExceptionally(head.cause());
            }
        });
        if (attempt.asked().body().length() == 0) {
            request.end();
        } else {
            request.end(attempt.asked().body());
        }
    }

    private static void collect(HttpClientResponse response, Attempt attempt) {
        Buffer whole = Buffer.buffer();
        response.exceptionHandler(attempt.answer()::completeExceptionally);
        int limit = attempt.asked().limit();
        response.handler(part -> {
            int room = limit - whole.length();
            if (part.length() > room && attempt.asked().cut()) {
                whole.appendBuffer(part, 0, room);
                attempt.answer().complete(new Response(response.statusCode(), whole, response.headers()));
                response.request().reset();
            } else if (part.length() > room) {
                attempt.answer()
                        .completeExceptionally(new IOException("the answer is larger than " + limit + " bytes"));
            } else {
                whole.appendBuffer(part);
            }
        });
        response.endHandler(
                end -> attempt.answer().complete(new Response(response.statusCode(), whole, response.headers())));
    }
}
