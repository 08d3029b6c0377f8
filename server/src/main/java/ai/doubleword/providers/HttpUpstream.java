package ai.doubleword.providers;

import ai.doubleword.platform.AddressRule;
import ai.doubleword.platform.Destination;
import ai.doubleword.platform.Egress;
import ai.doubleword.platform.Secret;
import io.vertx.core.MultiMap;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.net.SocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/// A provider behind HTTP.
///
/// Invariant: connections go to addresses that [Egress] checked, with the name in `Host` and TLS; redirects are not
/// followed, nothing is decompressed. Thread: everything of one exchange happens on the event loop that sent it, on a
/// connection of that loop; no locks. Cost: headers, path and address of an endpoint are prepared once and reused; a
/// request allocates its exchange, its handlers and what Vert.x needs.
final class HttpUpstream implements Upstream {
    /// Anything shorter is a word that may stand anywhere.
    private static final int SHORTEST_SECRET = 6;

    private final Egress egress;
    private final Loops loops;
    private final Destination destination;
    private final String basePath;
    private final MultiMap headers;
    private final Provider.Timeouts timeouts;
    private final List<Secret> secrets = new ArrayList<>();
    private volatile Prepared prepared = new Prepared(SocketAddress.inetSocketAddress(1, "0.0.0.0"), Map.of());

    /// Requests to one address by path; a path is one of the few that the gateway relays.
    private record Prepared(SocketAddress address, Map<String, RequestOptions> byPath) {}

    /// The deadlines of each event loop, by its thread.
    static final class Loops {
        private final Vertx vertx;
        private final ConcurrentHashMap<Thread, Deadlines> byThread = new ConcurrentHashMap<>();

        Loops(Vertx vertx) {
            this.vertx = vertx;
        }

        Vertx vertx() {
            return vertx;
        }

        Deadlines current() {
            Thread thread = Thread.currentThread();
            Deadlines known = byThread.get(thread);
            return known != null ? known : byThread.computeIfAbsent(thread, absent -> new Deadlines(vertx));
        }
    }

    HttpUpstream(Egress egress, Loops loops, ProviderConnection connection) {
        this.egress = egress;
        this.loops = loops;
        this.destination = egress.destination(connection.baseUrl(), AddressRule.ADMINISTRATOR);
        this.basePath = connection.baseUrl().getRawPath() == null
                ? ""
                : connection.baseUrl().getRawPath();
        this.timeouts = connection.timeouts();
        this.headers = HttpHeaders.headers()
                .set(HttpHeaders.CONTENT_TYPE, HttpHeaders.createOptimized("application/json"))
                .set(HttpHeaders.ACCEPT_ENCODING, HttpHeaders.createOptimized("identity"))
                .set(HttpHeaders.USER_AGENT, HttpHeaders.createOptimized("doubleword"));
        secrets.add(connection.apiKey());
        secrets.addAll(connection.headers().values());
        String key = connection.apiKey().revealText();
        if (!key.isEmpty()) {
            headers.set(HttpHeaders.AUTHORIZATION, HttpHeaders.createOptimized("Bearer " + key));
        }
        for (Map.Entry<String, Secret> header : connection.headers().entrySet()) {
            headers.set(header.getKey(), header.getValue().revealText());
        }
    }

    @Override
    public Exchange send(Request request, Listener listener) {
        HttpExchange exchange = new HttpExchange(this, request, listener);
        List<SocketAddress> addresses = destination.addresses();
        if (addresses != null) {
            exchange.connect(addresses);
        } else {
            exchange.resolve(loops.vertx().getOrCreateContext(), destination.resolve());
        }
        return exchange;
    }

    Egress.Lane lane() {
        return egress.lane();
    }

    Deadlines deadlines() {
        return loops.current();
    }

    Provider.Timeouts timeouts() {
        return timeouts;
    }

    /// The prepared request for an endpoint at an address.
    RequestOptions prepared(SocketAddress address, String path) {
        Prepared now = prepared;
        if (!now.address().equals(address)) {
            now = new Prepared(address, new ConcurrentHashMap<>());
            prepared = now;
        }
        RequestOptions options = now.byPath().get(path);
        return options != null ? options : now.byPath().computeIfAbsent(path, absent -> prepare(address, path));
    }

    private RequestOptions prepare(SocketAddress address, String path) {
        return Egress.prepare(
                        destination, address, HttpMethod.POST, basePath + path, Duration.ofMillis(timeouts.connectMs()))
                .setHeaders(headers);
    }

    @Override
    public String withoutSecrets(String text) {
        String clean = text;
        for (Secret secret : secrets) {
            String value = secret.revealText();
            if (value.length() >= SHORTEST_SECRET) {
                clean = clean.replace(value, "***");
            }
        }
        return clean;
    }
}
