package ai.doubleword.home;

import ai.doubleword.accounts.AdminLinks;
import ai.doubleword.accounts.CrossSite;
import ai.doubleword.accounts.CurrentBrowser;
import ai.doubleword.accounts.SessionCookie;
import ai.doubleword.accounts.Sessions;
import ai.doubleword.accounts.User;
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
import org.jspecify.annotations.Nullable;

/// The page behind a one-time link that an administrator or the operator made: it asks for a password, of
/// administrators for an address, too, and then signs in. Looking at it does not use the link up.
@Path("/claim/{token}")
@Produces(MediaType.TEXT_HTML)
@RunOnVirtualThread
public final class ClaimResource {
    private final AdminLinks links;
    private final SessionCookie cookie;
    private final CurrentBrowser browser;
    private final CrossSite crossSite;

    ClaimResource(AdminLinks links, SessionCookie cookie, CurrentBrowser browser, CrossSite crossSite) {
        this.links = links;
        this.cookie = cookie;
        this.browser = browser;
        this.crossSite = crossSite;
    }

    /// @param fixed whether the address is given
    /// @param problem what was wrong with the last attempt; empty at first
    record form(String email, boolean fixed, String problem) implements TemplateInstance {}

    /// @param title in a few words
    /// @param remedy what to do
    record refused(String title, String remedy) implements TemplateInstance {}

    @GET
    @RoutePolicy(Authentication.LINK)
    public Response show(@PathParam("token") String token) {
        Optional<User> user = links.find(token);
        if (user.isEmpty()) {
            return expired();
        }
        boolean fixed = AdminLinks.fixesAddress(user.get());
        return page(200, new form(fixed || user.get().claimed() ? user.get().email() : "", fixed, ""));
    }

    @POST
    @RoutePolicy(Authentication.LINK)
    public Response claim(
            @PathParam("token") String token,
            @HeaderParam("Origin") @Nullable String origin,
            @FormParam("email") @Nullable String email,
            @FormParam("password") @Nullable String password,
            @FormParam("again") @Nullable String again) {
        try {
            crossSite.checkOrigin(origin);
        } catch (ProblemException e) {
            return page(
                    403,
                    new refused(
                            "This page was opened under another address.",
                            e.problem().message()));
        }
        Optional<User> user = links.find(token);
        if (user.isEmpty()) {
            return expired();
        }
        boolean fixed = AdminLinks.fixesAddress(user.get());
        String wanted = fixed ? user.get().email() : email == null ? "" : email;
        if (password == null || !password.equals(again)) {
            return page(400, new form(wanted, fixed, "The two passwords differ."));
        }
        try {
            Sessions.Opened opened = links.claim(token, wanted, password, browser.place());
            return PlainPages.seeOther("/")
                    .cookie(cookie.holding(opened.token()))
                    .build();
        } catch (ProblemException e) {
            int status = e.problem().code().status();
            return status == 404
                    ? expired()
                    : page(status, new form(wanted, fixed, e.problem().message()));
        }
    }

    private static Response expired() {
        return page(
                404,
                new refused(
                        "This link does not work any more.",
                        "It works once, within 24 hours. Make another where the server runs: doubleword admin link"));
    }

    private static Response page(int status, TemplateInstance content) {
        return PlainPages.page(status, content).build();
    }
}
