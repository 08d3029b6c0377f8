package ai.doubleword.simulator;

import io.vertx.core.AbstractVerticle;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import java.util.concurrent.atomic.AtomicInteger;

/// The simulator as an HTTP server, on one or more event loops that share one [SimulatedModels].
///
/// `/v1/…` is the API, also without `/v1`; `/sim/…` is for tests, see [ControlRoutes].
public final class SimulatorServer implements AutoCloseable {
    private static final int MAX_HEADERS = 64 * 1024;

    private final Vertx vertx;
    private final int port;

    private SimulatorServer(Vertx vertx, int port) {
        this.vertx = vertx;
        this.port = port;
    }

    /// Starts and waits until the port is open.
    ///
    /// @param port 0 for a free one
    /// @param eventLoops at least 1
    public static SimulatorServer start(SimulatedModels models, String host, int port, int eventLoops) {
        Vertx vertx =
                Vertx.vertx(new VertxOptions().setPreferNativeTransport(true).setEventLoopPoolSize(eventLoops));
        AtomicInteger bound = new AtomicInteger();
        DeploymentOptions options = new DeploymentOptions().setInstances(eventLoops);
        Future<String> deployed = vertx.deployVerticle(() -> new Listening(models, host, port, bound), options);
        try {
            deployed.toCompletionStage().toCompletableFuture().join();
        } catch (RuntimeException e) {
            vertx.close();
            throw e;
        }
        return new SimulatorServer(vertx, bound.get());
    }

    public int port() {
        return port;
    }

    /// What clients use as base URL.
    public String baseUrl() {
        return "http://127.0.0.1:" + port + "/v1";
    }

    /// Closes the port and every connection, and waits for it.
    @Override
    public void close() {
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }

    private static final class Listening extends AbstractVerticle {
        private final SimulatedModels models;
        private final String host;
        private final int port;
        private final AtomicInteger bound;

        Listening(SimulatedModels models, String host, int port, AtomicInteger bound) {
            this.models = models;
            this.host = host;
            this.port = port;
            this.bound = bound;
        }

        @Override
        public void start(Promise<Void> started) {
            HttpServerOptions options = new HttpServerOptions()
                    .setHost(host)
                    // A negative port is one free port that all instances share.
                    .setPort(port == 0 ? -1 : port)
                    .setTcpNoDelay(true)
                    .setMaxHeaderSize(MAX_HEADERS)
                    .setMaxInitialLineLength(MAX_HEADERS)
                    .setIdleTimeout(0);
            HttpServer server = vertx.createHttpServer(options);
            ControlRoutes control = new ControlRoutes(models);
            server.requestHandler(request -> {
                if (HttpAnswer.path(request).startsWith("/sim/")) {
                    request.body().onSuccess(body -> control.handle(request, body));
                } else {
                    answer(request);
                }
            });
            server.listen()
                    .onSuccess(listening -> bound.set(listening.actualPort()))
                    .<Void>mapEmpty()
                    .onComplete(started);
        }

        private void answer(HttpServerRequest request) {
            request.body().onSuccess(body -> HttpAnswer.send(models, vertx.getOrCreateContext(), request, body));
        }
    }
}
