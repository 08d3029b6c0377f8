package ai.doubleword.batch;

import ai.doubleword.keys.PresentedKey;
import ai.doubleword.keys.Principal;
import ai.doubleword.platform.RoutePolicy;
import ai.doubleword.platform.RoutePolicy.Authentication;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.quarkus.vertx.http.runtime.CurrentVertxRequest;
import io.smallrye.common.annotation.RunOnVirtualThread;
import io.vertx.ext.web.RoutingContext;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.StreamingOutput;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;

/// What happens to a batch, as it happens: server-sent events, each with the whole batch. An event's id is how far the
/// batch was, so whoever comes again with `Last-Event-ID` hears only what is new.
@Path("{base:v1|ai/v1}/batches/{id}/events")
@Produces("text/event-stream")
@RunOnVirtualThread
@RoutePolicy(Authentication.INFERENCE_KEY)
@Tag(name = "Batches")
public final class BatchEventsResource {
    private static final Duration BEAT = Duration.ofSeconds(15);
    private static final byte[] STILL_HERE = ": still here\n\n".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] BEGIN = "retry: 2000\n\n".getBytes(StandardCharsets.US_ASCII);

    private final Batches batches;
    private final BatchWatch watch;
    private final PresentedKey presented;
    private final CurrentVertxRequest request;
    private final ObjectMapper json;

    BatchEventsResource(
            Batches batches, BatchWatch watch, PresentedKey presented, CurrentVertxRequest request, ObjectMapper json) {
        this.batches = batches;
        this.watch = watch;
        this.presented = presented;
        this.request = request;
        this.json = json;
    }

    @GET
    @Operation(
            summary = "Progress of a batch, as server-sent events",
            description = "`batch.progress` with the batch whenever it has changed, at most once a second; at its end"
                    + " `batch.completed`, `batch.failed`, `batch.expired` or `batch.cancelled`, then the stream closes."
                    + " `Last-Event-ID` leaves out what was heard already; a comment comes every 15 seconds.")
    public Response events(@PathParam("id") String id, @HeaderParam("Last-Event-ID") @Nullable String last) {
        Principal key = presented.get().within(BatchesResource.SCOPE);
        Batches.Asker asker = batches.asker(key);
        Batch batch = batches.get(asker, id);
        RoutingContext exchange = request.getCurrent();
        if (batch.status().ended() && cursor(mark(batch)).equals(last)) {
            // A browser that heard the end comes again; this tells it to stay away.
            return Response.noContent().build();
        }
        BatchWatch.Watcher watcher = watch.watch(batch.id(), key.keyId());
        // A write does not tell: what goes to a closed connection is dropped.
        exchange.addEndHandler(gone -> {
            watcher.end();
            watcher.close();
        });
        StreamingOutput body = out -> {
            try (watcher) {
                pass(watcher, asker, id, last == null ? "" : last, out);
            }
        };
        return Response.ok(body, "text/event-stream")
                .header("Cache-Control", "no-store")
                .header("X-Accel-Buffering", "no")
                .build();
    }

    private void pass(BatchWatch.Watcher watcher, Batches.Asker asker, String id, String heard, OutputStream out)
            throws IOException {
        out.write(BEGIN);
        out.flush();
        try {
            while (true) {
                switch (watcher.next(BEAT)) {
                    case BatchWatch.News.Changed(BatchStore.Mark mark) -> {
                        if (!cursor(mark).equals(heard)) {
                            out.write(event(mark, batches.get(asker, id)));
                            out.flush();
                        }
                        if (mark.status().ended()) {
                            return;
                        }
                    }
                    case BatchWatch.News.None none -> {
                        out.write(STILL_HERE);
                        out.flush();
                    }
                    case BatchWatch.News.Over over -> {
                        return;
                    }
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("the server stops");
        }
    }

    private byte[] event(BatchStore.Mark mark, Batch batch) throws IOException {
        String name = mark.status().ended() ? mark.status().wire() : "progress";
        return ("id: " + cursor(mark) + "\nevent: batch." + name + "\ndata: "
                        + json.writeValueAsString(BatchView.of(batch)) + "\n\n")
                .getBytes(StandardCharsets.UTF_8);
    }

    private static BatchStore.Mark mark(Batch batch) {
        return new BatchStore.Mark(
                batch.status(), batch.ok(), batch.failed(), batch.times().paused() != null);
    }

    private static String cursor(BatchStore.Mark mark) {
        return mark.status().wire() + (mark.paused() ? "-paused-" : "-") + mark.ok() + "-" + mark.failed();
    }
}
