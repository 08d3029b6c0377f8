package ai.doubleword.playground;

import ai.doubleword.accounts.CurrentCaller;
import ai.doubleword.console.DisplayText;
import ai.doubleword.gateway.Dialect;
import ai.doubleword.gateway.Sink;
import ai.doubleword.keys.PlaygroundKeys;
import ai.doubleword.platform.ClientAddress;
import ai.doubleword.platform.JsonFormat;
import ai.doubleword.platform.ProblemException;
import ai.doubleword.platform.RequestId;
import ai.doubleword.platform.RoutePolicy;
import ai.doubleword.platform.RoutePolicy.Authentication;
import ai.doubleword.playground.CallUnderWay.Event;
import ai.doubleword.usage.UsageRecord;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.quarkus.vertx.http.runtime.CurrentVertxRequest;
import io.smallrye.common.annotation.RunOnVirtualThread;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.StreamingOutput;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.jspecify.annotations.Nullable;

/// The calls of the playground: a body as for the API, submitted as an API call is, with what it came to behind the
/// answer. A stream is passed on event by event and ends with an event `outcome`; any other answer stands as `answer`
/// beside its `outcome`.
@Path("{place: me|o/[a-z0-9-]+}/playground/calls")
@Consumes(MediaType.APPLICATION_JSON)
@RunOnVirtualThread
@RoutePolicy(value = Authentication.SESSION, right = "keys", metered = true)
public final class PlaygroundCalls {
    private static final String STREAM = "text/event-stream";
    private static final ObjectMapper JSON = JsonFormat.mapper();

    private final CallStarter calls;
    private final PlaygroundKeys keys;
    private final CurrentCaller current;
    private final CurrentVertxRequest request;
    private final ClientAddress client;
    private final DisplayText text;

    PlaygroundCalls(
            CallStarter calls,
            PlaygroundKeys keys,
            CurrentCaller current,
            CurrentVertxRequest request,
            ClientAddress client,
            DisplayText text) {
        this.calls = calls;
        this.keys = keys;
        this.current = current;
        this.request = request;
        this.client = client;
        this.text = text;
    }

    @POST
    @Path("{kind: chat|embeddings}")
    @Operation(hidden = true)
    public Response call(@PathParam("place") String place, @PathParam("kind") String kind, byte[] body)
            throws InterruptedException {
        RoutingContext context = request.getCurrent();
        HttpServerResponse response = context.response();
        CallUnderWay call = calls.start(
                keys.principal(current.get(), client.get()),
                RequestId.of(context).id(),
                kind.equals("chat") ? Dialect.CHAT : Dialect.EMBEDDINGS,
                body,
                client.get(),
                response::closed);
        return switch (call.next()) {
            case Event.Head(int status, Map<String, String> headers) -> answer(call, status, headers);
            case Event.End(Sink.Terminal terminal) -> throw failure(terminal);
            case Event.Part part -> throw new IllegalStateException("an answer without a head");
        };
    }

    private Response answer(CallUnderWay call, int status, Map<String, String> headers) throws InterruptedException {
        String type = headers.getOrDefault("content-type", MediaType.APPLICATION_JSON);
        if (status == 200 && type.startsWith(STREAM)) {
            StreamingOutput stream = out -> pass(call, out);
            return Response.ok(stream, STREAM)
                    .header("Cache-Control", "no-store")
                    .header("X-Accel-Buffering", "no")
                    .build();
        }
        Buffer whole = Buffer.buffer();
        while (true) {
            switch (call.next()) {
                case Event.Part(Buffer data) -> whole.appendBuffer(data);
                case Event.End(Sink.Terminal terminal) -> {
                    String outcome = outcome(terminal.record());
                    return Response.status(status)
                            .type(type)
                            .header("Cache-Control", "no-store")
                            .entity(
                                    status == 200
                                            ? "{\"answer\":" + whole + ",\"outcome\":" + outcome + "}"
                                            : whole.toString())
                            .build();
                }
                case Event.Head head -> throw new IllegalStateException("a second head");
            }
        }
    }

    private void pass(CallUnderWay call, OutputStream out) throws IOException {
        try {
            boolean listening = true;
            while (true) {
                switch (call.next()) {
                    case Event.Part(Buffer data) -> {
                        listening = listening && write(call, out, data.getBytes());
                    }
                    case Event.End(Sink.Terminal terminal) -> {
                        if (listening) {
                            String last = "event: outcome\ndata: " + outcome(terminal.record()) + "\n\n";
                            write(call, out, last.getBytes(StandardCharsets.UTF_8));
                        }
                        return;
                    }
                    case Event.Head head -> throw new IllegalStateException("a second head");
                }
            }
        } catch (InterruptedException e) {
            call.abandon();
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("the server stops");
        }
    }

    /// @return false if the browser is gone: the call then goes on to its end, unheard
    private static boolean write(CallUnderWay call, OutputStream out, byte[] data) {
        try {
            out.write(data);
            if (!call.hasNext()) {
                out.flush();
            }
            return true;
        } catch (IOException e) {
            call.abandon();
            return false;
        }
    }

    private String outcome(@Nullable UsageRecord row) {
        try {
            return row == null ? "null" : JSON.writeValueAsString(Outcome.of(row, text));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    private static RuntimeException failure(Sink.Terminal terminal) {
        return terminal.problem() == null
                ? new IllegalStateException("a call ended as " + terminal.cause() + " without an answer or a problem")
                : new ProblemException(terminal.problem());
    }
}
