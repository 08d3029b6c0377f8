package ai.doubleword.accounts;

import ai.doubleword.platform.Ids;
import ai.doubleword.platform.RoutePolicy;
import ai.doubleword.platform.RoutePolicy.Authentication;
import io.smallrye.common.annotation.RunOnVirtualThread;
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

/// Who asks to join an organization.
@Path("admin/api/v1/organizations/{organization}/join-requests")
@Produces(MediaType.APPLICATION_JSON)
@RunOnVirtualThread
@RoutePolicy(value = Authentication.MANAGEMENT, right = "members")
@Tag(name = "Organizations")
public final class JoinRequestsResource {
    private final JoinRequests requests;
    private final CurrentOrganization organization;

    JoinRequestsResource(JoinRequests requests, CurrentOrganization organization) {
        this.requests = requests;
        this.organization = organization;
    }

    /// Somebody who asks to join.
    record JoinRequestView(String id, String userId, String username, String email, Instant createdAt) {}

    @GET
    @Operation(summary = "The requests that nobody decided, oldest first")
    public List<JoinRequestView> list() {
        return requests.open(organization.get()).stream()
                .map(request -> new JoinRequestView(
                        Ids.format(JoinRequest.PREFIX, request.id()),
                        Ids.format(User.PREFIX, request.user()),
                        request.username(),
                        request.email(),
                        request.created()))
                .toList();
    }

    @POST
    @Path("{id}/approve")
    @Operation(summary = "Make who asks a member")
    public void approve(@PathParam("id") String id) {
        requests.decide(organization.get(), JoinRequests.number(id), true);
    }

    @POST
    @Path("{id}/decline")
    @Operation(summary = "Say no")
    public void decline(@PathParam("id") String id) {
        requests.decide(organization.get(), JoinRequests.number(id), false);
    }
}
