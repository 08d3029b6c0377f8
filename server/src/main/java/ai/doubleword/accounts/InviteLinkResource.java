package ai.doubleword.accounts;

import ai.doubleword.platform.ErrorCode;
import ai.doubleword.platform.ProblemException;
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
import jakarta.ws.rs.core.Response;
import java.time.Instant;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.jspecify.annotations.Nullable;

/// Answering an invite by its link. Looking at it does not use it up; whoever answers is signed in with the address
/// that
/// was invited, or has no user yet and makes one by setting a password.
@Path("authentication/invites/{token}")
@Produces(MediaType.APPLICATION_JSON)
@Consumes(MediaType.APPLICATION_JSON)
@RunOnVirtualThread
@RoutePolicy(Authentication.LINK)
public final class InviteLinkResource {
    private final Invites invites;
    private final Newcomers newcomers;
    private final Accounts accounts;
    private final SessionCookie cookie;
    private final CurrentSession session;
    private final CrossSite crossSite;

    InviteLinkResource(
            Invites invites,
            Newcomers newcomers,
            Accounts accounts,
            SessionCookie cookie,
            CurrentSession session,
            CrossSite crossSite) {
        this.invites = invites;
        this.newcomers = newcomers;
        this.accounts = accounts;
        this.cookie = cookie;
        this.session = session;
        this.crossSite = crossSite;
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
        Invite invite = find(token);
        return new Invitation(
                invite.organization().name(),
                invite.organization().slug(),
                invite.email(),
                invite.role().wire(),
                invite.expires(),
                accounts.userByEmail(invite.email()).isPresent());
    }

    @POST
    @Path("accept")
    @Operation(hidden = true)
    public Response accept(
            @PathParam("token") String token,
            @HeaderParam("Origin") @Nullable String origin,
            @Nullable Newcomer newcomer) {
        crossSite.checkOrigin(origin);
        Invite invite = find(token);
        if (session.find().isPresent()) {
            invites.accept(token, signedIn());
            return joined(invite).build();
        }
        if (newcomer == null || newcomer.password() == null) {
            throw new ProblemException(
                    ErrorCode.SIGN_IN_REQUIRED,
                    "Sign in with the address that was invited, or, without a user yet, set a password.");
        }
        Sessions.Opened opened = newcomers.accept(token, invite, newcomer.password());
        return joined(invite).cookie(cookie.holding(opened.token())).build();
    }

    @POST
    @Path("decline")
    @Operation(hidden = true)
    public void decline(@PathParam("token") String token, @HeaderParam("Origin") @Nullable String origin) {
        crossSite.checkOrigin(origin);
        find(token);
        invites.decline(token, signedIn());
    }

    private Invite find(String token) {
        return invites.find(token)
                .orElseThrow(() -> new ProblemException(
                        ErrorCode.NOT_FOUND,
                        "This invite was answered, taken back, replaced by a new link, or is older than a week."));
    }

    private User signedIn() {
        return session.find()
                .flatMap(found -> accounts.user(found.user()))
                .orElseThrow(() ->
                        new ProblemException(ErrorCode.SIGN_IN_REQUIRED, "Sign in with the address that was invited."));
    }

    private static Response.ResponseBuilder joined(Invite invite) {
        return Response.ok(new Joined(invite.organization().slug())).header("Cache-Control", "no-store");
    }
}
