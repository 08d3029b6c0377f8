package ai.doubleword.accounts;

import ai.doubleword.mail.Outbox;
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

/// The pages for who forgot the password: asking for a link, and what the link leads to. Looking at a link does
/// not use it up, for scanners of mails look, too.
@Path("authentication/password")
@Produces(MediaType.TEXT_HTML)
@RunOnVirtualThread
public final class PasswordResetPage {
    private final AddressRequests requests;
    private final PasswordReset resets;
    private final Outbox outbox;
    private final CurrentBrowser browser;
    private final CrossSite crossSite;

    PasswordResetPage(
            AddressRequests requests,
            PasswordReset resets,
            Outbox outbox,
            CurrentBrowser browser,
            CrossSite crossSite) {
        this.requests = requests;
        this.resets = resets;
        this.outbox = outbox;
        this.browser = browser;
        this.crossSite = crossSite;
    }

    /// @param problem what was wrong with the last attempt; empty at first
    record ask(String email, String problem) implements TemplateInstance {}

    /// @param sends whether there is a mail server
    record asked(String email, boolean sends) implements TemplateInstance {}

    /// @param problem what was wrong with the last attempt; empty at first
    record set(String email, String problem) implements TemplateInstance {}

    record done() implements TemplateInstance {}

    record gone() implements TemplateInstance {}

    @GET
    @RoutePolicy(Authentication.PUBLIC)
    @Operation(hidden = true)
    public Response show() {
        return PlainPages.page(200, new ask("", "")).build();
    }

    @POST
    @Consumes(MediaType.APPLICATION_FORM_URLENCODED)
    @RoutePolicy(Authentication.PUBLIC)
    @Operation(hidden = true)
    public Response ask(
            @HeaderParam("Origin") @Nullable String origin, @FormParam("email") @DefaultValue("") String email) {
        try {
            crossSite.checkOrigin(origin);
            String address = requests.askReset(email, browser.place().address());
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
        return resets.find(token)
                .map(email -> PlainPages.page(200, new set(email, "")).build())
                .orElseGet(PasswordResetPage::noLink);
    }

    @POST
    @Path("{token}")
    @Consumes(MediaType.APPLICATION_FORM_URLENCODED)
    @RoutePolicy(Authentication.LINK)
    @Operation(hidden = true)
    public Response set(
            @PathParam("token") String token,
            @HeaderParam("Origin") @Nullable String origin,
            @FormParam("password") @DefaultValue("") String password,
            @FormParam("again") @DefaultValue("") String again) {
        Optional<String> email = resets.find(token);
        if (email.isEmpty()) {
            return noLink();
        }
        try {
            crossSite.checkOrigin(origin);
            if (!password.equals(again)) {
                return PlainPages.page(400, new set(email.get(), "The two passwords differ."))
                        .build();
            }
            resets.set(token, password);
            return PlainPages.page(200, new done()).build();
        } catch (ProblemException e) {
            return e.problem().code().status() == 404
                    ? noLink()
                    : PlainPages.refused(
                                    e.problem(),
                                    new set(email.get(), e.problem().message()))
                            .build();
        }
    }

    private static Response noLink() {
        return PlainPages.page(404, new gone()).build();
    }
}
