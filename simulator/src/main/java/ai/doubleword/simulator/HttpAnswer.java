package ai.doubleword.simulator;

import io.vertx.core.Context;
import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Writes one answer to one HTTP response, at the client's pace. Confined to the connection's context.
final class HttpAnswer implements AnswerListener {
    private final HttpServerRequest request;
    private final HttpServerResponse response;
    private @Nullable SimulatedExchange exchange;

    private HttpAnswer(HttpServerRequest request) {
        this.request = request;
        this.response = request.response();
    }

    static void send(SimulatedModels models, Context context, HttpServerRequest request, Buffer body) {
        HttpAnswer answer = new HttpAnswer(request);
        SimulatedRequest simulated =
                new SimulatedRequest(request.method().name(), path(request), headers(request.headers()), body);
        SimulatedExchange exchange = models.answer(context, simulated, answer);
        answer.exchange = exchange;
        answer.response.closeHandler(ignored -> exchange.cancel());
        answer.response.exceptionHandler(ignored -> exchange.cancel());
        answer.response.drainHandler(ignored -> exchange.resume());
    }

    /// The path without the query; empty for a request line without one.
    static String path(HttpServerRequest request) {
        String path = request.path();
        return path == null ? "" : path;
    }

    private static Map<String, String> headers(MultiMap from) {
        Map<String, String> headers = new HashMap<>();
        from.forEach((name, value) -> headers.merge(name.toLowerCase(Locale.ROOT), value, (a, b) -> a + ", " + b));
        return headers;
    }

    @Override
    public void head(int status, Map<String, String> headers) {
        response.setStatusCode(status);
        headers.forEach(response::putHeader);
        if (!headers.containsKey("content-length")) {
            response.setChunked(true);
            response.writeHead();
        }
    }

    @Override
    public void chunk(Buffer data) {
        response.write(data);
        if (exchange != null && response.writeQueueFull()) {
            exchange.pause();
        }
    }

    @Override
    public void end() {
        response.end();
    }

    @Override
    public void cut() {
        // What was written goes out first: the client sees a beginning, then the end of the connection.
        request.connection().close();
    }
}
