package ai.doubleword.responses;

import ai.doubleword.gateway.Sink;
import ai.doubleword.models.Model;
import ai.doubleword.platform.Problem;
import ai.doubleword.translation.ResponseDraft;
import ai.doubleword.translation.ResponseStream;
import ai.doubleword.translation.TokenCounts;
import ai.doubleword.usage.Cause;
import ai.doubleword.usage.TokenUsage;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vertx.core.buffer.Buffer;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.Map;
import java.util.function.Supplier;

/// Makes a response of a chat completion for the sink behind: events as they come, or the whole object at the end. The
/// object is kept before its last byte goes out, so that whoever read it finds it. Event loop only, as any sink.
final class ResponseSink implements Sink {
    private static final Map<String, String> JSON = Map.of("content-type", "application/json");

    private final ResponseDraft draft;
    private final Sink behind;
    private final Clock clock;
    private final Keep keep;
    private final ResponseStream stream;
    private final Buffer body = Buffer.buffer();
    private Buffer out = Buffer.buffer();
    private boolean streaming;
    private boolean passing;

    /// Where a response goes before its client has it.
    @FunctionalInterface
    interface Keep {
        /// @param json the response's bytes
        /// @param then what comes after it, on the sink's context
        void keep(ObjectNode response, Supplier<byte[]> json, Runnable then);
    }

    ResponseSink(ResponseDraft draft, Sink behind, Clock clock, Keep keep) {
        this.draft = draft;
        this.behind = behind;
        this.clock = clock;
        this.keep = keep;
        this.stream = new ResponseStream(draft, this::write);
    }

    @Override
    public void about(Model model) {
        behind.about(model);
    }

    @Override
    public void head(int status, Map<String, String> headers, long length) {
        if (status != 200) {
            passing = true;
            behind.head(status, headers, length);
        } else if (draft.request().stream()) {
            streaming = true;
            behind.head(status, headers, length);
            stream.begin();
            flush();
        }
    }

    @Override
    public boolean chunk(Buffer data) {
        if (passing) {
            return behind.chunk(data);
        }
        if (!streaming) {
            body.appendBuffer(data);
            return true;
        }
        ChatEvents.read(data, stream::chunk, comment -> out.appendBuffer(comment));
        return flush();
    }

    @Override
    public void end(Terminal terminal) {
        boolean whole = terminal.cause() == Cause.COMPLETED || terminal.cause() == Cause.INCOMPLETE;
        if (streaming && terminal.cause() != Cause.CLIENT_GONE) {
            ObjectNode response = whole ? stream.finish(used(terminal), now()) : broken(terminal);
            keep.keep(response, () -> StoredResponses.json(response), () -> {
                flush();
                behind.end(terminal);
            });
        } else if (whole && !streaming && !passing) {
            ObjectNode response = draft.answered(body.getBytes(), used(terminal), now());
            byte[] json = StoredResponses.json(response);
            keep.keep(response, () -> json, () -> {
                behind.head(200, JSON, json.length);
                behind.chunk(Buffer.buffer(json));
                behind.end(terminal);
            });
        } else {
            behind.end(terminal);
        }
    }

    private ObjectNode broken(Terminal terminal) {
        Problem problem = terminal.problem();
        String code = problem == null ? "internal_error" : problem.code().code();
        String message = problem == null ? "Something went wrong on our side." : problem.message();
        int status = problem == null ? 500 : problem.code().status();
        return stream.fail(
                code,
                ResponseDraft.Fault.of(status, message),
                terminal.record() == null ? null : used(terminal),
                now());
    }

    private void write(ObjectNode event) {
        out.appendString("event: ")
                .appendString(event.path("type").textValue())
                .appendString("\ndata: ")
                .appendBytes(event.toString().getBytes(StandardCharsets.UTF_8))
                .appendString("\n\n");
    }

    private boolean flush() {
        if (out.length() == 0) {
            return true;
        }
        Buffer ready = out;
        out = Buffer.buffer();
        return behind.chunk(ready);
    }

    private long now() {
        return clock.instant().getEpochSecond();
    }

    private static TokenCounts used(Terminal terminal) {
        return ResponseUsage.of(
                terminal.record() == null ? TokenUsage.NONE : terminal.record().usage());
    }
}
