package ai.doubleword.accounts;

import ai.doubleword.platform.ErrorCode;
import ai.doubleword.platform.Problem;
import ai.doubleword.platform.ProblemException;
import ai.doubleword.platform.RoutePolicy;
import ai.doubleword.platform.RoutePolicy.Authentication;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;

/// Asking to join an organization.
@Path("admin/api/v1/join-requests")
@Consumes(MediaType.APPLICATION_JSON)
@RunOnVirtualThread
@RoutePolicy(Authentication.MANAGEMENT)
@Tag(name = "Organizations")
public final class JoinResource {
    private final JoinRequests requests;
    private final CurrentCaller caller;

    JoinResource(JoinRequests requests, CurrentCaller caller) {
        this.requests = requests;
        this.caller = caller;
    }

    /// @param organization the slug
    record Asked(@Nullable String organization) {}

    /// The organization that the caller is a member of now.
    record Joined(String organization) {}

    @POST
    @Operation(
            summary = "Ask to join an organization",
            description =
                    "202, the same whether it exists or not: its owners and admins decide. 200 where it lets the mail"
                            + " domain of the caller's verified address in.")
    public Response ask(@Nullable Asked asked) {
        if (asked == null || asked.organization() == null) {
            throw new ProblemException(Problem.ofParam(
                    ErrorCode.MISSING_REQUIRED_PARAMETER, "organization", "Name it: {\"organization\":\"acme\"}."));
        }
        return requests.ask(asked.organization(), caller.get().user())
                .map(joined -> Response.ok(new Joined(joined.slug())).build())
                .orElseGet(() -> Response.accepted().build());
    }
}
