package ai.doubleword.accounts;

import ai.doubleword.platform.ErrorCode;
import ai.doubleword.platform.Ids;
import ai.doubleword.platform.Problem;
import ai.doubleword.platform.ProblemException;
import ai.doubleword.platform.PublicAddress;
import ai.doubleword.platform.RoutePolicy;
import ai.doubleword.platform.RoutePolicy.Authentication;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.net.URI;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;

/// The open invites of an organization. A link stands in the answer that makes it and nowhere else.
@Path("admin/api/v1/organizations/{organization}/invites")
@Produces(MediaType.APPLICATION_JSON)
@Consumes(MediaType.APPLICATION_JSON)
@RunOnVirtualThread
@RoutePolicy(value = Authentication.MANAGEMENT, right = "members")
@Tag(name = "Organizations")
public final class InvitesResource {
    private final Invites invites;
    private final CurrentCaller caller;
    private final CurrentOrganization organization;
    private final OrganizationPeople people;
    private final PublicAddress address;

    InvitesResource(
            Invites invites,
            CurrentCaller caller,
            CurrentOrganization organization,
            OrganizationPeople people,
            PublicAddress address) {
        this.invites = invites;
        this.people = people;
        this.caller = caller;
        this.organization = organization;
        this.address = address;
    }

    /// An invite.
    ///
    /// @param url the link, in the answer that makes it only
    record InviteView(
            String id,
            String email,
            String role,
            boolean manageKeys,
            Instant createdAt,
            Instant expiresAt,
            Optional<URI> url) {}

    /// Whom to invite.
    ///
    /// @param role `member` unless it says otherwise
    record InviteRequest(
            @Nullable String email,
            @Nullable String role,
            @Nullable Boolean manageKeys) {}

    @GET
    @Operation(summary = "The invites that nobody answered")
    public List<InviteView> list() {
        return invites.open(organization.get()).stream()
                .map(invite -> view(invite, Optional.empty()))
                .toList();
    }

    @POST
    @Operation(summary = "Invite an address", description = "The link is in this answer only.")
    public Response create(@Nullable InviteRequest request) {
        if (request == null || request.email() == null) {
            throw new ProblemException(Problem.ofParam(
                    ErrorCode.MISSING_REQUIRED_PARAMETER, "email", "Name an address: {\"email\":\"…\"}."));
        }
        MemberRole role = request.role() == null ? MemberRole.MEMBER : Members.role(request.role());
        organization.requireMayGive(role);
        return answer(invites.invite(
                organization.get(),
                caller.get().user(),
                request.email(),
                role,
                Boolean.TRUE.equals(request.manageKeys())));
    }

    @POST
    @Path("{id}/resend")
    @Operation(summary = "Make a new link", description = "The one before stops working.")
    public Response resend(@PathParam("id") String id) {
        return answer(
                invites.renew(organization.get(), people.changeableInvite(id).id()));
    }

    @DELETE
    @Path("{id}")
    @Operation(summary = "Take an invite back")
    public void revoke(@PathParam("id") String id) {
        invites.revoke(organization.get(), people.changeableInvite(id).id());
    }

    private Response answer(Invites.Issued issued) {
        URI url = URI.create(address.publicUrl() + "/invite/" + issued.token().revealText());
        return Response.status(Response.Status.CREATED)
                .header("Cache-Control", "no-store")
                .entity(view(issued.invite(), Optional.of(url)))
                .build();
    }

    private static InviteView view(Invite invite, Optional<URI> url) {
        return new InviteView(
                Ids.format(Invite.PREFIX, invite.id()),
                invite.email(),
                invite.role().wire(),
                invite.manageKeys(),
                invite.created(),
                invite.expires(),
                url);
    }
}
