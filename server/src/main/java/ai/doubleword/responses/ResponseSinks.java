package ai.doubleword.responses;

import ai.doubleword.gateway.Call;
import ai.doubleword.gateway.Sink;
import ai.doubleword.keys.Principal;
import ai.doubleword.platform.Ids;
import ai.doubleword.translation.ResponseDraft;
import ai.doubleword.translation.ResponsesRequest;
import io.vertx.core.Context;
import jakarta.inject.Singleton;
import java.sql.SQLException;
import java.time.Clock;
import org.jboss.logging.Logger;

/// Makes the sinks that turn chat completions into responses and have them stored, or added to
/// their conversations. Thread-safe.
@Singleton
final class ResponseSinks {
    private static final Logger LOG = Logger.getLogger(ResponseSinks.class);

    private final ResponseWriter writer;
    private final ConversationTurns turns;
    private final Clock clock;

    ResponseSinks(ResponseWriter writer, ConversationTurns turns, Clock clock) {
        this.writer = writer;
        this.turns = turns;
        this.clock = clock;
    }

    /// @param behind hears of the response, on the context
    Sink of(Principal principal, Call call, ResponsesRequest request, Sink behind, Context context) {
        ResponseDraft draft = new ResponseDraft(
                StoredResponse.name(call.requestId()),
                Ids.millis(call.requestId()) / 1000,
                request.body().path("service_tier").asText().equals("flex") ? "flex" : "default",
                request);
        return new ResponseSink(draft, behind, clock, (response, json, then) -> {
            StoredResponse ended = new StoredResponse(call.requestId(), request, response, 0);
            if (ConversationTurns.isTurn(ended)) {
                Thread.startVirtualThread(() -> {
                    turn(StoredResponses.Kept.of(principal, ended));
                    context.runOnContext(nothing -> then.run());
                });
            } else if (request.store()) {
                writer.add(
                        StoredResponses.Kept.of(principal, ended, call.body().getBytes(), json.get()),
                        () -> context.runOnContext(nothing -> then.run()));
            } else {
                then.run();
            }
        });
    }

    /// What cannot be written down is answered all the same, as with all responses.
    private void turn(StoredResponses.Kept ended) {
        try {
            turns.answered(ended);
        } catch (RuntimeException | Error | SQLException e) {
            LOG.warn("A response could not be added to its conversation", e);
        }
    }
}
