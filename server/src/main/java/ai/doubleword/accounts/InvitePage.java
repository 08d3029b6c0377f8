package ai.doubleword.accounts;

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
import jakarta.ws.rs.core.NewCookie;
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
    private final InvitedBrowser browser;

    InvitePage(InvitedBrowser browser) {
        this.browser = browser;
    }

    /// @param organization its name
    /// @param way how whoever looks at the page can answer
    /// @param signIn the way to sign in and back
    /// @param problem what was wrong with the last attempt; empty at first
    record invitation(
            String organization, String role, String email, InvitedBrowser.Way way, String signIn, String problem)
            implements TemplateInstance {}

    /// @param remedy what to do
    record gone(String remedy) implements TemplateInstance {}

    @GET
    @Operation(hidden = true)
    public Response show(@PathParam("token") String token) {
        return browser.find(token).map(invite -> page(200, token, invite, "")).orElseGet(InvitePage::refused);
    }

    @POST
    @Operation(hidden = true)
    public Response answer(
            @PathParam("token") String token,
            @HeaderParam("Origin") @Nullable String origin,
            @FormParam("answer") @Nullable String answer,
            @FormParam("password") @Nullable String password) {
        Optional<Invite> invite = browser.find(token);
        if (invite.isEmpty()) {
            return refused();
        }
        try {
            if ("decline".equals(answer)) {
                browser.decline(token, origin);
                return PlainPages.seeOther("/").build();
            }
            InvitedBrowser.Accepted accepted = browser.accept(token, origin, password);
            return PlainPages.seeOther("/o/" + accepted.invite().organization().slug())
                    .cookie(accepted.cookie().stream().toArray(NewCookie[]::new))
                    .build();
        } catch (ProblemException e) {
            return page(
                    e.problem().code().status(),
                    token,
                    invite.get(),
                    e.problem().message());
        }
    }

    private Response page(int status, String token, Invite invite, String problem) {
        return PlainPages.page(
                        status,
                        new invitation(
                                invite.organization().name(),
                                invite.role().wire(),
                                invite.email(),
                                browser.way(invite),
                                SignInPath.to("/invite/" + token),
                                problem))
                .build();
    }

    private static Response refused() {
        return PlainPages.page(
                        404,
                        new gone("It was answered, taken back, replaced by a new one, or is older than a week."
                                + " Ask who invited you for a new link."))
                .build();
    }
}
