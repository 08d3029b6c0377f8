package ai.doubleword.accounts;

import ai.doubleword.platform.ErrorCode;
import ai.doubleword.platform.Ids;
import ai.doubleword.platform.ProblemException;
import ai.doubleword.platform.RoutePolicy;
import ai.doubleword.platform.RoutePolicy.Authentication;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.time.Instant;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/// The signed-in browsers of a user. For browsers alone: no key signs anybody out.
@Path("admin/api/v1/users/current/sessions")
@Produces(MediaType.APPLICATION_JSON)
@RunOnVirtualThread
@RoutePolicy(Authentication.SESSION)
@Tag(name = "Signing in")
public final class SessionsResource {
    private final Sessions sessions;
    private final CurrentSession current;

    SessionsResource(Sessions sessions, CurrentSession current) {
        this.sessions = sessions;
        this.current = current;
    }

    /// A signed-in browser.
    ///
    /// @param current whether it is the one that asks
    record SessionView(
            String id,
            String device,
            String address,
            String method,
            Instant createdAt,
            Instant lastSeenAt,
            Instant expiresAt,
            boolean current) {}

    /// How many browsers were signed out.
    record Ended(int ended) {}

    @GET
    @Operation(summary = "The browsers that are signed in, the one seen last first")
    public List<SessionView> list() {
        Session own = current.get();
        return sessions.list(own.user()).stream()
                .map(session -> new SessionView(
                        Ids.format(Session.PREFIX, session.id()),
                        session.device(),
                        session.address(),
                        session.method().wire(),
                        session.created(),
                        session.lastSeen(),
                        session.expires(),
                        session.id() == own.id()))
                .toList();
    }

    @DELETE
    @Path("{id}")
    @Operation(summary = "Sign one browser out")
    public void end(@PathParam("id") String id) {
        long session = Ids.parse(Session.PREFIX, id)
                .orElseThrow(() -> new ProblemException(ErrorCode.NOT_FOUND, "There is no such session."));
        sessions.end(current.get().user(), session);
    }

    @POST
    @Path("end-others")
    @RoutePolicy(value = Authentication.SESSION, confirmed = true)
    @Operation(summary = "Sign all other browsers out")
    public Ended endOthers() {
        Session own = current.get();
        return new Ended(sessions.endOthers(own.user(), own.id()));
    }
}
