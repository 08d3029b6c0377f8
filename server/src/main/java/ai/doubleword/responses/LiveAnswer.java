package ai.doubleword.responses;

import ai.doubleword.batch.EndpointHandler;
import ai.doubleword.translation.ResponseDraft;
import ai.doubleword.translation.ResponseStream;
import ai.doubleword.usage.TokenUsage;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vertx.core.buffer.Buffer;
import java.nio.charset.StandardCharsets;
import java.time.Clock;

/// Makes a background response of the stream of a chat completion, and tells each event to who listens as it comes.
final class LiveAnswer implements EndpointHandler.Streamed {
    /// Where the result has the events; not a part of the response.
    static final String EVENTS = "_events";

    private final ResponseStream stream;
    private final LiveRuns.Run run;
    private final Clock clock;

    LiveAnswer(ResponseDraft draft, LiveRuns.Run run, Clock clock) {
        this.run = run;
        this.clock = clock;
        this.stream = new ResponseStream(draft, this::say);
        stream.begin();
    }

    /// The first event of all was told when the response was taken, the last is told when its result is recorded.
    private void say(ObjectNode event) {
        String type = event.path("type").asText();
        if (type.equals("response.in_progress") || !event.has("response")) {
            run.say(event);
        }
    }

    @Override
    public void chunk(Buffer events) {
        ChatEvents.read(events, stream::chunk, comment -> {});
    }

    @Override
    public EndpointHandler.Result result(byte[] nothing, TokenUsage used) {
        ObjectNode response =
                stream.finish(ResponseUsage.of(used), clock.instant().getEpochSecond());
        boolean whole = response.path("status").asText().equals("completed");
        response.set(EVENTS, run.log().toJson());
        return new EndpointHandler.Result(response.toString().getBytes(StandardCharsets.UTF_8), whole);
    }

    @Override
    public void over() {
        run.end();
    }
}
