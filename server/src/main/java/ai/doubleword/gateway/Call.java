package ai.doubleword.gateway;

import ai.doubleword.usage.UsageSink;
import io.vertx.core.buffer.Buffer;
import java.net.InetAddress;
import org.jspecify.annotations.Nullable;

/// One request to a model, whatever door it came through.
///
/// @param requestId time-ordered id, already told to whoever waits
/// @param dialect its format
/// @param body the JSON body, whole, as the caller wrote it
/// @param order what was agreed on before; absent for a call that somebody waits for now
/// @param arrivedNanos [System#nanoTime] at arrival
/// @param traceparent the trace it belongs to
/// @param client the address it came from, for the key's "last used"; absent where no client waits
/// @param usage where its usage record goes
/// @param again whether its client may ask for the second time, without knowing what became of the first
/// @param asWritten what targets get that speak the dialect of a translated call themselves; absent for other calls
public record Call(
        long requestId,
        Dialect dialect,
        Buffer body,
        @Nullable Order order,
        long arrivedNanos,
        @Nullable String traceparent,
        @Nullable InetAddress client,
        UsageSink usage,
        boolean again,
        @Nullable AsWritten asWritten) {
    /// A call that is asked for once.
    public Call(
            long requestId,
            Dialect dialect,
            Buffer body,
            @Nullable Order order,
            long arrivedNanos,
            @Nullable String traceparent,
            @Nullable InetAddress client,
            UsageSink usage) {
        this(requestId, dialect, body, order, arrivedNanos, traceparent, client, usage, false, null);
    }

    /// The same call with what a [Translator] made of its body.
    public Call with(Buffer translated, @Nullable AsWritten same) {
        return new Call(requestId, dialect, translated, order, arrivedNanos, traceparent, client, usage, again, same);
    }

    /// id of its batch, 0 for none.
    long batch() {
        return order == null ? 0 : order.batch();
    }

    /// Its line there, 0 for none.
    int line() {
        return order == null ? 0 : order.line();
    }
}
