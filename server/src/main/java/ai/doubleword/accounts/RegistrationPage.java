package ai.doubleword.accounts;

import ai.doubleword.mail.Outbox;
import ai.doubleword.platform.ErrorCode;
import ai.doubleword.platform.PlainPages;
import ai.doubleword.platform.ProblemException;
import ai.doubleword.platform.RoutePolicy;
import ai.doubleword.platform.RoutePolicy.Authentication;
import io.quarkus.qute.TemplateInstance;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DefaultValue;
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

/// The pages for who has no user yet, where the operator lets people register: asking for a link, and what the
/// link leads to. Elsewhere they do not exist.
@Path("authentication/register")
@Produces(MediaType.TEXT_HTML)
@RunOnVirtualThread
public final class RegistrationPage {
    private final AddressRequests requests;
    private final Registration registration;
    private final Outbox outbox;
    private final SessionCookie cookie;
    private final CurrentBrowser browser;
    private final CrossSite crossSite;

    RegistrationPage(
            AddressRequests requests,
            Registration registration,
            Outbox outbox,
            SessionCookie cookie,
            CurrentBrowser browser,
            CrossSite crossSite) {
        this.requests = requests;
        this.registration = registration;
        this.outbox = outbox;
        this.cookie = cookie;
        this.browser = browser;
        this.crossSite = crossSite;
    }

    /// @param problem what was wrong with the last attempt; empty at first
    record ask(String email, String problem) implements TemplateInstance {}

    /// @param sends whether there is a mail server
    record asked(String email, boolean sends) implements TemplateInstance {}

    /// @param problem what was wrong with the last attempt; empty at first
    record finish(String email, String problem) implements TemplateInstance {}

    record gone() implements TemplateInstance {}

    @GET
    @RoutePolicy(Authentication.PUBLIC)
    @Operation(hidden = true)
    public Response show() {
        requireOn();
        return PlainPages.page(200, new ask("", "")).build();
    }

    @POST
    @Consumes(MediaType.APPLICATION_FORM_URLENCODED)
    @RoutePolicy(Authentication.PUBLIC)
    @Operation(hidden = true)
    public Response ask(
            @HeaderParam("Origin") @Nullable String origin, @FormParam("email") @DefaultValue("") String email) {
        requireOn();
        try {
            crossSite.checkOrigin(origin);
            String address = requests.askRegistration(email, browser.place().address());
            return PlainPages.page(200, new asked(address, outbox.sends())).build();
        } catch (ProblemException e) {
            return PlainPages.refused(e.problem(), new ask(email, e.problem().message()))
                    .build();
        }
    }

    @GET
    @Path("{token}")
    @RoutePolicy(Authentication.LINK)
    @Operation(hidden = true)
    public Response link(@PathParam("token") String token) {
        return registration
                .find(token)
                .map(email -> PlainPages.page(200, new finish(email, "")).build())
                .orElseGet(RegistrationPage::noLink);
    }

    @POST
    @Path("{token}")
    @Consumes(MediaType.APPLICATION_FORM_URLENCODED)
    @RoutePolicy(Authentication.LINK)
    @Operation(hidden = true)
    public Response finish(
            @PathParam("token") String token,
            @HeaderParam("Origin") @Nullable String origin,
            @FormParam("password") @DefaultValue("") String password) {
        Optional<String> email = registration.find(token);
        if (email.isEmpty()) {
            return noLink();
        }
        try {
            crossSite.checkOrigin(origin);
            Sessions.Opened opened = registration.finish(token, password, browser.place());
            return PlainPages.seeOther("/")
                    .cookie(cookie.holding(opened.token()))
                    .build();
        } catch (ProblemException e) {
            return e.problem().code().status() == 404
                    ? noLink()
                    : PlainPages.refused(
                                    e.problem(),
                                    new finish(email.get(), e.problem().message()))
                            .build();
        }
    }

    private void requireOn() {
        if (!registration.isOn()) {
            throw new ProblemException(ErrorCode.NOT_FOUND, "Nobody registers here: ask an administrator for a user.");
        }
    }

    private static Response noLink() {
        return PlainPages.page(404, new gone()).build();
    }
}
