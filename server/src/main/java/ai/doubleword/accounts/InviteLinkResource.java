package ai.doubleword.accounts;

import ai.doubleword.platform.RoutePolicy;
import ai.doubleword.platform.RoutePolicy.Authentication;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.NewCookie;
import jakarta.ws.rs.core.Response;
import java.time.Instant;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.jspecify.annotations.Nullable;

/// Answering an invite by its link. Looking at it does not use it up; whoever browser is signed in with the address
/// that was invited, or has no user yet and makes one by setting a password.
@Path("authentication/invites/{token}")
@Produces(MediaType.APPLICATION_JSON)
@Consumes(MediaType.APPLICATION_JSON)
@RunOnVirtualThread
@RoutePolicy(Authentication.LINK)
public final class InviteLinkResource {
    private final InvitedBrowser browser;

    InviteLinkResource(InvitedBrowser browser) {
        this.browser = browser;
    }

    /// What a link invites to.
    ///
    /// @param known whether the address has a user, who then signs in to accept
    record Invitation(String organization, String slug, String email, String role, Instant expiresAt, boolean known) {}

    /// How a newcomer accepts.
    record Newcomer(@Nullable String password) {}

    /// Where to go now.
    record Joined(String slug) {}

    @GET
    @Operation(hidden = true)
    public Invitation show(@PathParam("token") String token) {
        Invite invite = browser.require(token);
        return new Invitation(
                invite.organization().name(),
                invite.organization().slug(),
                invite.email(),
                invite.role().wire(),
                invite.expires(),
                browser.known(invite));
    }

    @POST
    @Path("accept")
    @Operation(hidden = true)
    public Response accept(
            @PathParam("token") String token,
            @HeaderParam("Origin") @Nullable String origin,
            @Nullable Newcomer newcomer) {
        InvitedBrowser.Accepted accepted = browser.accept(token, origin, newcomer == null ? null : newcomer.password());
        return Response.ok(new Joined(accepted.invite().organization().slug()))
                .header("Cache-Control", "no-store")
                .cookie(accepted.cookie().stream().toArray(NewCookie[]::new))
                .build();
    }

    @POST
    @Path("decline")
    @Operation(hidden = true)
    public void decline(@PathParam("token") String token, @HeaderParam("Origin") @Nullable String origin) {
        browser.decline(token, origin);
    }
}
