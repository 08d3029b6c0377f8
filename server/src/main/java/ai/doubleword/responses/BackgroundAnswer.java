package ai.doubleword.responses;

import ai.doubleword.gateway.Sink;
import ai.doubleword.usage.Cause;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vertx.core.Context;
import io.vertx.core.buffer.Buffer;
import java.util.Map;

/// Answers, from a virtual thread, who ordered a response in the background. What the order itself used is nothing, so
/// there is no usage record; the work has its own.
///
/// @param ticket says whether the caller is gone
/// @param sink is told on the context
record BackgroundAnswer(DelayedTicket ticket, Sink sink, Context context) {
    private static final Map<String, String> JSON = Map.of("content-type", "application/json");
    private static final Map<String, String> EVENTS =
            Map.of("content-type", "text/event-stream; charset=utf-8", "cache-control", "no-cache");

    void whole(ObjectNode response) {
        Buffer body = Buffer.buffer(response.toString());
        context.runOnContext(nothing -> {
            sink.head(200, JSON, body.length());
            sink.chunk(body);
        });
        end();
    }

    void begin() {
        context.runOnContext(nothing -> sink.head(200, EVENTS, -1));
    }

    /// Blocks while the caller takes no more.
    ///
    /// @return whether the caller still listens
    boolean event(byte[] data) {
        // Full until the context says otherwise, so that the next event waits for this one.
        ticket.full();
        context.runOnContext(nothing -> {
            if (sink.chunk(Buffer.buffer(data))) {
                ticket.demand();
            }
        });
        ticket.awaitRoom();
        return !ticket.abandoned();
    }

    void end() {
        context.runOnContext(nothing -> sink.end(new Sink.Terminal(Cause.COMPLETED, null, null)));
    }
}
