package ai.doubleword.providers;

import static org.assertj.core.api.Assertions.assertThat;

import ai.doubleword.platform.Egress;
import ai.doubleword.platform.Secret;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.NetServer;
import io.vertx.core.net.NetSocket;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

class HttpUpstreamTest {
    private static final String KEY = "sk-upstream-canary";

    private final Vertx vertx = Vertx.vertx();
    private final Context context = vertx.getOrCreateContext();
    private final Egress egress = Egress.on(vertx);

    @AfterEach
    void stop() throws Exception {
        vertx.close().toCompletionStage().toCompletableFuture().get();
    }

    @Test
    void aRequestCarriesItsBodyTheKeyAndNothingElseOfTheClient() throws Exception {
        AtomicReference<HttpServerRequest> seen = new AtomicReference<>();
        int port = http(request -> {
            seen.set(request);
            request.body().onSuccess(body -> request.response().end("got " + body));
        });
        Heard heard = send(upstream(port, Provider.Timeouts.DEFAULT), "{\"a\":1}");
        assertThat(heard.result()).isEqualTo("200 got {\"a\":1}");
        assertThat(seen.get().path()).isEqualTo("/v1/chat/completions");
        assertThat(seen.get().headers().names().stream().map(String::toLowerCase))
                .containsExactlyInAnyOrder(
                        "host",
                        "content-type",
                        "accept-encoding",
                        "user-agent",
                        "authorization",
                        "x-team",
                        "traceparent",
                        "content-length");
        assertThat(seen.get().getHeader("authorization")).isEqualTo("Bearer " + KEY);
        assertThat(seen.get().getHeader("accept-encoding")).isEqualTo("identity");
    }

    @Test
    void connectionsAreKept() throws Exception {
        List<String> peers = new CopyOnWriteArrayList<>();
        int port = http(request -> {
            peers.add(request.remoteAddress().toString());
            request.response().end("ok");
        });
        Upstream upstream = upstream(port, Provider.Timeouts.DEFAULT);
        for (int i = 0; i < 5; i++) {
            send(upstream, "{}").result();
        }
        assertThat(peers).hasSize(5);
        assertThat(peers.stream().distinct()).hasSize(1);
    }

    @Test
    void aKeptConnectionThatTheProviderClosedIsReplacedUnseen() throws Exception {
        AtomicInteger connections = new AtomicInteger();
        int port = tcp(socket -> {
            int number = connections.incrementAndGet();
            AtomicInteger requests = new AtomicInteger();
            socket.handler(data -> {
                if (number == 1 && requests.incrementAndGet() > 1) {
                    socket.close();
                } else {
                    socket.write("HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok");
                }
            });
        });
        Upstream upstream = upstream(port, Provider.Timeouts.DEFAULT);
        assertThat(send(upstream, "{}").result()).isEqualTo("200 ok");
        assertThat(send(upstream, "{}").result()).isEqualTo("200 ok");
        assertThat(connections).hasValue(2);
    }

    @Test
    void aRequestOnANewConnectionIsNeverRepeated() throws Exception {
        AtomicInteger connections = new AtomicInteger();
        int port = tcp(socket -> {
            connections.incrementAndGet();
            socket.handler(data -> socket.close());
        });
        assertThat(send(upstream(port, Provider.Timeouts.DEFAULT), "{}").result())
                .startsWith("DISCONNECTED");
        assertThat(connections).hasValue(1);
    }

    @Test
    void nothingIsRepeatedOnceTheAnswerBegan() throws Exception {
        AtomicInteger requests = new AtomicInteger();
        int port = tcp(socket -> socket.handler(data -> {
            if (requests.incrementAndGet() == 1) {
                socket.write("HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok");
            } else {
                socket.write("HTTP/1.1 200 OK\r\ncontent-length: 20\r\n\r\ncut");
                vertx.setTimer(50, later -> socket.close());
            }
        }));
        Upstream upstream = upstream(port, Provider.Timeouts.DEFAULT);
        assertThat(send(upstream, "{}").result()).isEqualTo("200 ok");
        assertThat(send(upstream, "{}").result()).startsWith("200 cut DISCONNECTED");
        assertThat(requests).hasValue(2);
    }

    @Test
    void nobodyListeningIsAConnectFailure() throws Exception {
        int port = tcp(NetSocket::close);
        servers.getFirst().close().toCompletionStage().toCompletableFuture().get();
        assertThat(send(upstream(port, Provider.Timeouts.DEFAULT), "{}").result())
                .startsWith("CONNECT ");
    }

    @Test
    void notHttpIsAProtocolFailure() throws Exception {
        int port = tcp(socket -> socket.handler(data -> socket.write("SSH-2.0-OpenSSH_9.2\r\n\r\n")));
        assertThat(send(upstream(port, Provider.Timeouts.DEFAULT), "{}").result())
                .startsWith("PROTOCOL");
    }

    @Test
    void eachWaitHasItsLimit() throws Exception {
        int port = http(request -> {
            switch (String.valueOf(request.getHeader("x-team"))) {
                case "silent" -> {}
                case "stall" -> request.response().setChunked(true).write("one");
                default -> {
                    request.response().setChunked(true);
                    vertx.setPeriodic(20, tick -> request.response().write("."));
                }
            }
        });
        var brief = new Provider.Timeouts(1_000, 300, 300, 900);
        assertThat(send(upstream(port, brief, "silent"), "{}").result()).startsWith("FIRST_BYTE_TIMEOUT");
        assertThat(send(upstream(port, brief, "stall"), "{}").result()).startsWith("200 one IDLE_TIMEOUT");
        assertThat(send(upstream(port, brief, "drip"), "{}").result()).contains("TOTAL_TIMEOUT");
    }

    @Test
    void cancelClosesTheRequestAtTheProviderAndSilencesTheListener() throws Exception {
        CompletableFuture<Void> closed = new CompletableFuture<>();
        int port = http(request -> {
            request.response().setChunked(true).write("one");
            request.connection().closeHandler(gone -> closed.complete(null));
        });
        Heard heard = send(upstream(port, Provider.Timeouts.DEFAULT), "{}");
        heard.first.get(5, TimeUnit.SECONDS);
        context.runOnContext(go -> {
            heard.exchange.join().cancel();
            heard.exchange.join().cancel();
        });
        closed.get(5, TimeUnit.SECONDS);
        assertThat(heard.done).isNotDone();
    }

    @Test
    void aPausedExchangeHoldsTheProviderBack() throws Exception {
        CompletableFuture<Void> full = new CompletableFuture<>();
        int port = http(request -> {
            request.response().setChunked(true);
            fill(request, 0, full);
        });
        Heard heard = send(upstream(port, Provider.Timeouts.DEFAULT), "{}", true);
        full.get(10, TimeUnit.SECONDS);
        assertThat(heard.bytes.get()).isZero();
        context.runOnContext(go -> heard.exchange.join().resume());
        heard.done.get(20, TimeUnit.SECONDS);
        assertThat(heard.bytes.get()).isEqualTo(1_000 * 65_536);
    }

    @Tag("S-07")
    @Test
    void aProviderThatLeadsToMetadataIsRefused() throws Exception {
        Upstream upstream = new HttpUpstream(
                egress,
                new HttpUpstream.Loops(vertx),
                new ProviderConnection(
                        URI.create("http://169.254.169.254/v1"), Secret.of(""), Map.of(), Provider.Timeouts.DEFAULT));
        assertThat(send(upstream, "{}").result()).startsWith("REFUSED_ADDRESS");
    }

    private static void fill(HttpServerRequest request, int from, CompletableFuture<Void> full) {
        int written = from;
        while (written < 1_000 && !request.response().writeQueueFull()) {
            request.response().write(Buffer.buffer(new byte[65_536]));
            written++;
        }
        int next = written;
        if (written < 1_000) {
            full.complete(null);
            request.response().drainHandler(more -> fill(request, next, full));
        } else {
            request.response().end();
        }
    }

    /// What a listener heard: `status body [failure kind detail]`.
    private static final class Heard implements Upstream.Listener {
        private final StringBuilder text = new StringBuilder();
        private final CompletableFuture<String> done = new CompletableFuture<>();
        private final CompletableFuture<Void> first = new CompletableFuture<>();
        private final AtomicInteger bytes = new AtomicInteger();
        private final CompletableFuture<Upstream.Exchange> exchange = new CompletableFuture<>();

        @Override
        public void head(int status, Map<String, String> headers) {
            text.append(status).append(' ');
        }

        @Override
        public void chunk(Buffer data) {
            bytes.addAndGet(data.length());
            if (data.length() < 1_000) {
                text.append(data);
            }
            first.complete(null);
        }

        @Override
        public void end() {
            done.complete(text.toString());
        }

        @Override
        public void failed(Upstream.Failure failure) {
            text.append(text.isEmpty() ? "" : " ")
                    .append(failure.kind())
                    .append(' ')
                    .append(failure.detail());
            done.complete(text.toString());
        }

        String result() throws Exception {
            return done.get(10, TimeUnit.SECONDS);
        }
    }

    private Heard send(Upstream upstream, String body) {
        return send(upstream, body, false);
    }

    private Heard send(Upstream upstream, String body, boolean paused) {
        Heard heard = new Heard();
        context.runOnContext(go -> {
            Upstream.Exchange exchange = upstream.send(
                    new Upstream.Request(
                            "/chat/completions",
                            Buffer.buffer(body),
                            "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
                            false),
                    heard);
            if (paused) {
                exchange.pause();
            }
            heard.exchange.complete(exchange);
        });
        return heard;
    }

    private Upstream upstream(int port, Provider.Timeouts timeouts) {
        return upstream(port, timeouts, "red");
    }

    private Upstream upstream(int port, Provider.Timeouts timeouts, String team) {
        return new HttpUpstream(
                egress,
                new HttpUpstream.Loops(vertx),
                new ProviderConnection(
                        URI.create("http://localhost:" + port + "/v1"),
                        Secret.of(KEY),
                        Map.of("x-team", Secret.of(team)),
                        timeouts));
    }

    private final List<NetServer> servers = new ArrayList<>();

    private int http(Consumer<HttpServerRequest> handler) throws Exception {
        HttpServer server = vertx.createHttpServer()
                .requestHandler(handler::accept)
                .listen(0, "127.0.0.1")
                .toCompletionStage()
                .toCompletableFuture()
                .get();
        return server.actualPort();
    }

    private int tcp(Consumer<NetSocket> handler) throws Exception {
        NetServer server = vertx.createNetServer()
                .connectHandler(handler::accept)
                .listen(0, "127.0.0.1")
                .toCompletionStage()
                .toCompletableFuture()
                .get();
        servers.add(server);
        return server.actualPort();
    }
}
