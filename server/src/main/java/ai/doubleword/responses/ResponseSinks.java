package ai.doubleword.responses;

import ai.doubleword.gateway.Call;
import ai.doubleword.gateway.Sink;
import ai.doubleword.keys.Principal;
import ai.doubleword.platform.Ids;
import ai.doubleword.translation.ResponseDraft;
import ai.doubleword.translation.ResponsesRequest;
import io.vertx.core.Context;
import jakarta.inject.Singleton;
import java.time.Clock;

/// Makes the sinks that turn chat completions into responses and have them stored. Thread-safe.
@Singleton
final class ResponseSinks {
    private final ResponseWriter writer;
    private final Clock clock;

    ResponseSinks(ResponseWriter writer, Clock clock) {
        this.writer = writer;
        this.clock = clock;
    }

    /// @param behind hears of the response, on the context
    Sink of(Principal principal, Call call, ResponsesRequest request, Sink behind, Context context) {
        ResponseDraft draft = new ResponseDraft(
                StoredResponse.name(call.requestId()),
                Ids.millis(call.requestId()) / 1000,
                request.body().path("service_tier").asText().equals("flex") ? "flex" : "default",
                request);
        return new ResponseSink(draft, behind, clock, (response, then) -> {
            if (request.store()) {
                writer.add(
                        principal,
                        new StoredResponse(call.requestId(), request, response, 0),
                        () -> context.runOnContext(nothing -> then.run()));
            } else {
                then.run();
            }
        });
    }
}
