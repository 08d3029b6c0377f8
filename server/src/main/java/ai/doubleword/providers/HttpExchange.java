package ai.doubleword.providers;

import ai.doubleword.platform.Destination;
import ai.doubleword.platform.Egress;
import io.netty.channel.ConnectTimeoutException;
import io.netty.handler.codec.DecoderException;
import io.vertx.core.AsyncResult;
import io.vertx.core.Context;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.net.SocketAddress;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/// One request to an HTTP provider, from connection to last byte. On its event loop only.
///
/// A connection that was kept from an earlier request may have been closed by the provider while ours was on its
/// way. When that happens before the first byte of an answer, the request is sent again, on the next kept
/// connection or a new one, at most three times. The provider may in rare cases have begun with it: a model call
/// changes nothing there, and the relay's fallback to another target takes the same liberty. A request that failed
/// on a new connection is never repeated.
final class HttpExchange extends Deadlines.Entry implements Upstream.Exchange {
    /// A provider that restarted leaves several stale connections behind.
    private static final int MOST_REPEATS = 3;

    private static final long MILLION = 1_000_000;

    private final HttpUpstream upstream;
    private final Upstream.Request request;
    private final Upstream.Listener listener;
    private final long startedNanos = System.nanoTime();
    private List<SocketAddress> addresses = List.of();
    private int address;
    private int repeated;
    private boolean kept;
    private boolean paused;
    private boolean over;
    private boolean answered;
    private boolean bodyBegan;
    private long heardNanos = startedNanos;
    private @Nullable HttpClientRequest sent;
    private @Nullable HttpClientResponse response;

    HttpExchange(HttpUpstream upstream, Upstream.Request request, Upstream.Listener listener) {
        this.upstream = upstream;
        this.request = request;
        this.listener = listener;
    }

    void resolve(Context context, CompletionStage<List<SocketAddress>> resolution) {
        resolution.whenComplete((found, failure) -> context.runOnContext(back -> {
            if (over) {
                return;
            }
            if (failure == null) {
                connect(found);
            } else if (failure instanceof Destination.RefusedAddress) {
                fail(Upstream.Failure.Kind.REFUSED_ADDRESS, String.valueOf(failure.getMessage()));
            } else {
                fail(Upstream.Failure.Kind.CONNECT, "the host cannot be resolved: " + failure.getMessage());
            }
        }));
    }

    void connect(List<SocketAddress> checked) {
        addresses = checked;
        address = 0;
        connect();
    }

    private void connect() {
        Egress.Lane lane = upstream.lane();
        long nanos = System.nanoTime();
        lane.request(
                upstream.prepared(addresses.get(address), request.path()), result -> connected(lane, nanos, result));
    }

    private void connected(Egress.Lane lane, long askedNanos, AsyncResult<HttpClientRequest> result) {
        if (over) {
            if (result.succeeded()) {
                result.result().reset();
            }
            return;
        }
        if (result.failed()) {
            if (++address < addresses.size()) {
                connect();
            } else {
                failToConnect(result.cause());
            }
            return;
        }
        HttpClientRequest ready = result.result();
        sent = ready;
        kept = lane.isOlder(ready.connection(), askedNanos);
        heardNanos = askedNanos;
        if (repeated == 0) {
            upstream.deadlines().enter(this);
        }
        String traceparent = request.traceparent();
        if (traceparent != null) {
            ready.putHeader("traceparent", traceparent);
        }
        ready.response().onComplete(this::head);
        ready.end(request.body());
    }

    private void head(AsyncResult<HttpClientResponse> result) {
        if (over) {
            return;
        }
        if (result.failed()) {
            lost(result.cause());
            return;
        }
        HttpClientResponse head = result.result();
        answered = true;
        response = head;
        if (paused) {
            head.pause();
        }
        head.exceptionHandler(this::lost);
        head.handler(this::chunk);
        head.endHandler(this::end);
        listener.head(head.statusCode(), headers(head));
    }

    private static Map<String, String> headers(HttpClientResponse head) {
        Map<String, String> few = HashMap.newHashMap(3);
        copy(head, HttpHeaders.CONTENT_TYPE, "content-type", few);
        copy(head, HttpHeaders.CONTENT_LENGTH, "content-length", few);
        copy(head, HttpHeaders.RETRY_AFTER, "retry-after", few);
        return few;
    }

    private static void copy(HttpClientResponse head, CharSequence name, String key, Map<String, String> into) {
        String value = head.headers().get(name);
        if (value != null) {
            into.put(key, value);
        }
    }

    private void chunk(Buffer data) {
        if (!over) {
            heardNanos = System.nanoTime();
            bodyBegan = true;
            listener.chunk(data);
        }
    }

    private void end(Void nothing) {
        if (!over) {
            finish();
            listener.end();
        }
    }

    private void lost(Throwable cause) {
        if (over) {
            return;
        }
        if (kept && !answered && repeated < MOST_REPEATS && !(cause instanceof DecoderException)) {
            repeated++;
            sent = null;
            address = 0;
            connect();
            return;
        }
        if (cause instanceof DecoderException || cause instanceof IllegalArgumentException) {
            fail(Upstream.Failure.Kind.PROTOCOL, "not HTTP: " + cause.getMessage());
        } else {
            fail(Upstream.Failure.Kind.DISCONNECTED, String.valueOf(cause.getMessage()));
        }
    }

    private void failToConnect(Throwable cause) {
        if (cause instanceof ConnectTimeoutException || cause instanceof TimeoutException) {
            fail(
                    Upstream.Failure.Kind.CONNECT_TIMEOUT,
                    "no connection within " + upstream.timeouts().connectMs() + " ms");
        } else if (cause instanceof SSLException) {
            fail(Upstream.Failure.Kind.CONNECT, "TLS: " + cause.getMessage());
        } else {
            fail(Upstream.Failure.Kind.CONNECT, String.valueOf(cause.getMessage()));
        }
    }

    private void fail(Upstream.Failure.Kind kind, String detail) {
        HttpClientRequest open = sent;
        finish();
        if (open != null) {
            open.reset();
        }
        listener.failed(new Upstream.Failure(kind, detail));
    }

    private void finish() {
        over = true;
        leave();
    }

    @Override
    void check(long nanos) {
        Provider.Timeouts timeouts = upstream.timeouts();
        if (!request.stream() && nanos - startedNanos > timeouts.totalMs() * MILLION) {
            fail(Upstream.Failure.Kind.TOTAL_TIMEOUT, "no whole answer within " + timeouts.totalMs() + " ms");
        } else if (paused) {
            // It waits for the client, not for the provider.
            heardNanos = nanos;
        } else if (!bodyBegan && nanos - heardNanos > timeouts.firstByteMs() * MILLION) {
            fail(Upstream.Failure.Kind.FIRST_BYTE_TIMEOUT, "no byte within " + timeouts.firstByteMs() + " ms");
        } else if (bodyBegan && nanos - heardNanos > timeouts.idleMs() * MILLION) {
            fail(Upstream.Failure.Kind.IDLE_TIMEOUT, "silent for " + timeouts.idleMs() + " ms");
        }
    }

    @Override
    public void pause() {
        paused = true;
        HttpClientResponse open = response;
        if (open != null && !over) {
            open.pause();
        }
    }

    @Override
    public void resume() {
        paused = false;
        heardNanos = System.nanoTime();
        HttpClientResponse open = response;
        if (open != null && !over) {
            open.resume();
        }
    }

    @Override
    public void cancel() {
        if (!over) {
            HttpClientRequest open = sent;
            finish();
            if (open != null) {
                open.reset();
            }
        }
    }
}
