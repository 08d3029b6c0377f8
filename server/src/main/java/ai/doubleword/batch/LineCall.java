package ai.doubleword.batch;

import ai.doubleword.gateway.Call;
import ai.doubleword.gateway.Gateway;
import ai.doubleword.gateway.Sink;
import ai.doubleword.keys.Principal;
import ai.doubleword.platform.Problem;
import ai.doubleword.usage.Cause;
import ai.doubleword.usage.UsageRecord;
import ai.doubleword.usage.UsageSink;
import io.vertx.core.Context;
import io.vertx.core.buffer.Buffer;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/// One try of a line, as the gateway's sink: it keeps the answer and the usage record, which becomes durable together
/// with the line's result and not before. Callbacks come on its event loop; [#await] and [#abandon] may be called by
/// any thread.
final class LineCall implements Sink, UsageSink {
    private final Context context;
    private final EndpointHandler.@Nullable Streamed streamed;
    private final Runnable begins;
    private final Buffer body = Buffer.buffer();
    private final CompletableFuture<Answer> answer = new CompletableFuture<>();
    private @Nullable UsageRecord usage;
    private Gateway.@Nullable Ticket ticket;
    private boolean abandoned;
    private boolean good;
    private boolean begun;
    private volatile boolean answering;

    /// How a try ended.
    ///
    /// @param body the answer where it is a good one
    /// @param usage the row of it, if it has one
    /// @param begun whether a part of the answer was given on
    @SuppressWarnings("ArrayRecordComponent") // made once, then only read
    record Answer(
            Cause cause,
            @Nullable Problem problem,
            byte[] body,
            @Nullable UsageRecord usage,
            boolean begun) {}

    /// @param streamed takes the answer as it comes; else it is kept
    /// @param begins is run when the first bytes of the answer are there; must return at once
    LineCall(Context context, EndpointHandler.@Nullable Streamed streamed, Runnable begins) {
        this.context = context;
        this.streamed = streamed;
        this.begins = begins;
    }

    /// Submits the call.
    void begin(Gateway gateway, Principal principal, Call call) {
        context.runOnContext(nothing -> {
            if (!abandoned) {
                ticket = gateway.submit(principal, call, this);
            }
        });
    }

    /// Waits for the end.
    Answer await() {
        return answer.join();
    }

    /// Waits for the end, for as long as this.
    ///
    /// @return null if it has not come
    @Nullable
    Answer await(Duration time) {
        try {
            return answer.get(time.toNanos(), TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            return null;
        } catch (InterruptedException | ExecutionException e) {
            throw new IllegalStateException("nobody interrupts a line, and its answer does not fail", e);
        }
    }

    /// Waits for the end of one of two.
    static void awaitAny(LineCall one, LineCall other) {
        CompletableFuture.anyOf(one.answer, other.answer).join();
    }

    /// Whether the first bytes of the answer are there.
    boolean answering() {
        return answering;
    }

    /// Nobody wants the answer any more.
    void abandon() {
        context.runOnContext(nothing -> {
            stop();
            answer.complete(new Answer(Cause.CLIENT_GONE, null, new byte[0], null, begun));
        });
    }

    /// As [#abandon], where what was used is still to be noted.
    void giveUp() {
        context.runOnContext(nothing -> {
            stop();
            answer.complete(new Answer(Cause.CLIENT_GONE, null, new byte[0], usage, begun));
        });
    }

    private void stop() {
        abandoned = true;
        Gateway.Ticket running = ticket;
        if (running != null) {
            running.abandon();
        }
    }

    @Override
    public void head(int status, Map<String, String> headers, long length) {
        // The terminal says what another status would.
        good = status == 200;
    }

    @Override
    public boolean chunk(Buffer data) {
        if (!answering) {
            answering = true;
            begins.run();
        }
        if (streamed == null) {
            body.appendBuffer(data);
        } else if (good && !abandoned) {
            begun = true;
            streamed.chunk(data);
        }
        return true;
    }

    @Override
    public void end(Terminal terminal) {
        answer.complete(new Answer(terminal.cause(), terminal.problem(), body.getBytes(), usage, begun));
    }

    @Override
    public boolean reserve() {
        return true;
    }

    @Override
    public void release() {
        // Nothing was set aside: the room for results is bounded before a line begins.
    }

    @Override
    public void record(UsageRecord usageRecord, Runnable durable) {
        usage = usageRecord;
        durable.run();
    }
}
