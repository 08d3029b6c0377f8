package ai.doubleword.accounts;

import ai.doubleword.platform.ErrorCode;
import ai.doubleword.platform.PlainPages;
import ai.doubleword.platform.ProblemException;
import ai.doubleword.platform.RoutePolicy;
import ai.doubleword.platform.RoutePolicy.Authentication;
import io.quarkus.qute.TemplateInstance;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.FormParam;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.util.Optional;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.jspecify.annotations.Nullable;

/// The page behind an invite's link. Looking at it does not use the link up.
@Path("invite/{token}")
@Produces(MediaType.TEXT_HTML)
@RunOnVirtualThread
@RoutePolicy(Authentication.LINK)
public final class InvitePage {
    private final Invites invites;
    private final Newcomers newcomers;
    private final Accounts accounts;
    private final SessionCookie cookie;
    private final CurrentSession session;
    private final CrossSite crossSite;

    InvitePage(
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

    /// How somebody who looks at the page can answer.
    enum Way {
        /// Signed in: by a button.
        BUTTON,
        /// By signing in first.
        SIGN_IN,
        /// Without a user yet: by setting a password.
        PASSWORD
    }

    /// @param organization its name
    /// @param signIn the way to sign in and back
    /// @param problem what was wrong with the last attempt; empty at first
    record invitation(String organization, String role, String email, Way way, String signIn, String problem)
            implements TemplateInstance {}

    /// @param remedy what to do
    record gone(String remedy) implements TemplateInstance {}

    @GET
    @Operation(hidden = true)
    public Response show(@PathParam("token") String token) {
        return invites.find(token).map(invite -> page(200, token, invite, "")).orElseGet(InvitePage::refused);
    }

    @POST
    @Operation(hidden = true)
    public Response answer(
            @PathParam("token") String token,
            @HeaderParam("Origin") @Nullable String origin,
            @FormParam("answer") @Nullable String answer,
            @FormParam("password") @Nullable String password) {
        Optional<Invite> invite = invites.find(token);
        if (invite.isEmpty()) {
            return refused();
        }
        try {
            crossSite.checkOrigin(origin);
            return way(invite.get()) == Way.PASSWORD
                    ? come(token, invite.get(), password == null ? "" : password)
                    : decide(token, invite.get(), "decline".equals(answer));
        } catch (ProblemException e) {
            return page(
                    e.problem().code().status(),
                    token,
                    invite.get(),
                    e.problem().message());
        }
    }

    private Response come(String token, Invite invite, String password) {
        Sessions.Opened opened = newcomers.accept(token, invite, password);
        return into(invite).cookie(cookie.holding(opened.token())).build();
    }

    private Response decide(String token, Invite invite, boolean declines) {
        User user = session.find()
                .flatMap(found -> accounts.user(found.user()))
                .orElseThrow(() ->
                        new ProblemException(ErrorCode.SIGN_IN_REQUIRED, "Sign in with the address that was invited."));
        if (declines) {
            invites.decline(token, user);
            return PlainPages.seeOther("/").build();
        }
        invites.accept(token, user);
        return into(invite).build();
    }

    private Way way(Invite invite) {
        if (session.find().isPresent()) {
            return Way.BUTTON;
        }
        return accounts.userByEmail(invite.email()).isPresent() ? Way.SIGN_IN : Way.PASSWORD;
    }

    private Response page(int status, String token, Invite invite, String problem) {
        return PlainPages.page(
                        status,
                        new invitation(
                                invite.organization().name(),
                                invite.role().wire(),
                                invite.email(),
                                way(invite),
                                SignInPath.to("/invite/" + token),
                                problem))
                .build();
    }

    private static Response.ResponseBuilder into(Invite invite) {
        return PlainPages.seeOther("/o/" + invite.organization().slug());
    }

    private static Response refused() {
        return PlainPages.page(
                        404,
                        new gone("It was answered, taken back, replaced by a new one, or is older than a week."
                                + " Ask who invited you for a new link."))
                .build();
    }
}
