package ai.doubleword.live;

import ai.doubleword.accounts.CurrentCaller;
import ai.doubleword.accounts.CurrentSession;
import ai.doubleword.live.LiveHub.Signal;
import ai.doubleword.live.LiveHub.Watcher;
import ai.doubleword.platform.RoutePolicy;
import ai.doubleword.platform.RoutePolicy.Authentication;
import io.quarkus.vertx.http.runtime.CurrentVertxRequest;
import io.smallrye.common.annotation.RunOnVirtualThread;
import io.vertx.ext.web.RoutingContext;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.StreamingOutput;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.eclipse.microprofile.openapi.annotations.Operation;

/// The stream that live parts of an account's pages listen to: an event `changed` at once and whenever there is
/// something new, a comment every 15 seconds, and an end with the session. After ten minutes it ends by itself and the
/// browser comes again, so that who lost their place in an account is noticed.
@Path("{place: me|o/[a-z0-9-]+}/live")
@RunOnVirtualThread
@RoutePolicy(Authentication.SESSION)
public final class LiveResource {
    private static final String STREAM = "text/event-stream";
    private static final byte[] BEGIN = bytes("retry: 2000\n\n");
    private static final byte[] CHANGED = bytes("event: changed\ndata: {}\n\n");
    private static final byte[] STILL_HERE = bytes(": still here\n\n");
    private static final Duration BEAT = Duration.ofSeconds(15);
    private static final Duration LONGEST = Duration.ofMinutes(10);

    private final LiveHub hub;
    private final CurrentCaller current;
    private final CurrentSession session;
    private final CurrentVertxRequest request;

    LiveResource(LiveHub hub, CurrentCaller current, CurrentSession session, CurrentVertxRequest request) {
        this.hub = hub;
        this.current = current;
        this.session = session;
        this.request = request;
    }

    @GET
    @Operation(hidden = true)
    public Response stream(@PathParam("place") String place) {
        long account = current.get().account();
        long open = session.get().id();
        RoutingContext exchange = request.getCurrent();
        StreamingOutput body = out -> {
            Watcher watcher = hub.watch(account, open);
            // A write does not tell: what goes to a closed connection is dropped.
            exchange.addEndHandler(gone -> watcher.end());
            try {
                pass(watcher, out);
            } finally {
                hub.leave(watcher);
            }
        };
        return Response.ok(body, STREAM)
                .header("Cache-Control", "no-store")
                .header("X-Accel-Buffering", "no")
                .build();
    }

    private static void pass(Watcher watcher, OutputStream out) throws IOException {
        long end = System.nanoTime() + LONGEST.toNanos();
        out.write(BEGIN);
        out.flush();
        try {
            while (System.nanoTime() - end < 0) {
                Signal signal = watcher.signals().poll(BEAT.toSeconds(), TimeUnit.SECONDS);
                if (signal == Signal.END) {
                    return;
                }
                out.write(signal == null ? STILL_HERE : CHANGED);
                out.flush();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("the server stops");
        }
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
