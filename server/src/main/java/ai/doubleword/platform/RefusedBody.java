package ai.doubleword.platform;

import io.vertx.core.Handler;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;

/// What becomes of a request's body once the request is refused: the answer goes out at once, then up to 1 MiB still to
/// come is read and dropped so that the connection can be kept; where more is to come, or the client waits for
/// `100 Continue`, the answer says `Connection: close`, and the connection ends after a moment in which the client can
/// read it: closing over unread data would reset it first. Event loop only.
public final class RefusedBody implements Handler<Buffer> {
    public static final long DRAINED = 1 << 20;

    private static final long LINGER_MILLIS = 1000;

    private final HttpServerRequest request;
    private long left = DRAINED;

    private RefusedBody(HttpServerRequest request) {
        this.request = request;
    }

    /// Answers a problem to a request whose body has not been read to its end.
    ///
    /// @param received how much of the body was read
    public static void answer(RoutingContext context, Problem problem, long received) {
        HttpServerRequest request = context.request();
        answer(
                context,
                problem,
                stillToCome(request, received) > DRAINED || request.headers().contains("expect"));
    }

    /// Answers a problem and ends the connection, for a client whose body never comes to its end.
    public static void answerLast(RoutingContext context, Problem problem) {
        answer(context, problem, true);
    }

    private static void answer(RoutingContext context, Problem problem, boolean close) {
        HttpServerRequest request = context.request();
        if (close) {
            context.response().putHeader("connection", "close");
        }
        ProblemAnswer.send(context, problem);
        if (request.isEnded()) {
            return;
        }
        if (close) {
            context.vertx()
                    .setTimer(LINGER_MILLIS, timer -> request.connection().close());
            request.handler(RefusedBody::drop);
        } else {
            request.handler(new RefusedBody(request));
        }
        request.resume();
    }

    private static void drop(Buffer data) {}

    /// Drops what comes; a chunked body that goes on and on ends its connection.
    @Override
    public void handle(Buffer data) {
        left -= data.length();
        if (left < 0) {
            request.connection().close();
        }
    }

    private static long stillToCome(HttpServerRequest request, long received) {
        String length = request.getHeader("content-length");
        return length == null ? 0 : lengthOf(length) - received;
    }

    /// @return the number, or a very large one if it is none
    public static long lengthOf(String header) {
        try {
            return Long.parseLong(header.strip());
        } catch (NumberFormatException e) {
            return Long.MAX_VALUE;
        }
    }
}
