package ai.doubleword.batch.files;

import io.vertx.core.Context;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// The body of a request as a stream for a virtual thread. The event loop only hands buffers over; with
/// [#HIGH] of them waiting it stops reading from the connection until the reader has caught up, so what is in memory is
/// bounded however fast the client sends.
final class RequestBody extends InputStream {
    private static final int HIGH = 64;
    private static final int LOW = 16;

    private final HttpServerRequest request;
    private final Context context;
    private final long limit;
    private final Duration patience;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final ArrayDeque<Buffer> waiting = new ArrayDeque<>();
    private boolean paused;
    private boolean ended;
    private @Nullable IOException failure;
    private @Nullable Buffer current;
    private int position;
    private long received;

    /// The client went away, or sends nothing any more.
    static final class CutException extends IOException {
        private static final long serialVersionUID = 1L;

        CutException(String message) {
            super(message);
        }
    }

    /// The body is longer than it may be.
    static final class TooLongException extends IOException {
        private static final long serialVersionUID = 1L;
    }

    /// On the request's event loop, the request paused.
    ///
    /// @param limit most bytes of the body
    /// @param patience how long the client may send nothing
    RequestBody(HttpServerRequest request, Context context, long limit, Duration patience) {
        this.request = request;
        this.context = context;
        this.limit = limit;
        this.patience = patience;
        request.handler(this::offer);
        request.endHandler(end -> finish(null));
        request.exceptionHandler(e -> finish(new CutException("the connection ended within the body")));
        request.resume();
    }

    /// How much of the body has arrived.
    long received() {
        lock.lock();
        try {
            return received;
        } finally {
            lock.unlock();
        }
    }

    private void offer(Buffer buffer) {
        lock.lock();
        try {
            waiting.add(buffer);
            received += buffer.length();
            if (waiting.size() >= HIGH && !paused) {
                paused = true;
                request.pause();
            }
            changed.signal();
        } finally {
            lock.unlock();
        }
    }

    private void finish(@Nullable IOException cause) {
        lock.lock();
        try {
            if (!ended) {
                ended = true;
                failure = cause;
                changed.signal();
            }
        } finally {
            lock.unlock();
        }
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
        if (length == 0) {
            return 0;
        }
        Buffer from = current;
        if (from == null) {
            from = take();
            if (from == null) {
                return -1;
            }
            current = from;
            position = 0;
        }
        int n = Math.min(length, from.length() - position);
        from.getBytes(position, position + n, bytes, offset);
        position += n;
        if (position == from.length()) {
            current = null;
        }
        return n;
    }

    /// The next buffer that is not empty; null at the end.
    private @Nullable Buffer take() throws IOException {
        lock.lock();
        try {
            while (true) {
                Buffer next = waiting.poll();
                if (paused && waiting.size() <= LOW) {
                    paused = false;
                    context.runOnContext(again -> request.resume());
                }
                if (received > limit) {
                    throw new TooLongException();
                }
                if (next != null && next.length() > 0) {
                    return next;
                }
                if (next == null && ended) {
                    if (failure != null) {
                        throw failure;
                    }
                    return null;
                }
                if (next == null && !changed.await(patience.toMillis(), TimeUnit.MILLISECONDS)) {
                    throw new CutException("nothing arrived for " + patience.toSeconds() + " seconds");
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CutException("the server stops");
        } finally {
            lock.unlock();
        }
    }
}
