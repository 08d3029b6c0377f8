package ai.doubleword.accounts;

import ai.doubleword.platform.ErrorCode;
import ai.doubleword.platform.PlainPages;
import ai.doubleword.platform.ProblemException;
import ai.doubleword.platform.RoutePolicy;
import ai.doubleword.platform.RoutePolicy.Authentication;
import io.quarkus.qute.TemplateInstance;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/// Signing in at an issuer: the way there, and the way back with a code.
@Path("authentication/oidc/{issuer}")
@Produces(MediaType.TEXT_HTML)
@RunOnVirtualThread
@RoutePolicy(Authentication.PUBLIC)
public final class OidcResource {
    private static final Logger LOG = Logger.getLogger(OidcResource.class);

    private final OidcIssuers issuers;
    private final OidcAttempts attempts;
    private final SingleSignOn signOn;
    private final SessionCookie cookie;
    private final CurrentBrowser browser;
    private final OidcGuard guard;

    OidcResource(
            OidcIssuers issuers,
            OidcAttempts attempts,
            SingleSignOn signOn,
            SessionCookie cookie,
            CurrentBrowser browser,
            OidcGuard guard) {
        this.issuers = issuers;
        this.attempts = attempts;
        this.signOn = signOn;
        this.cookie = cookie;
        this.browser = browser;
        this.guard = guard;
    }

    /// @param path where to go on
    record signed(String path) implements TemplateInstance {}

    /// @param label of the issuer
    /// @param again where to try again
    record refused(String label, String problem, String again) implements TemplateInstance {}

    @GET
    @Operation(hidden = true)
    public Response begin(
            @PathParam("issuer") String issuer,
            @QueryParam("rd") @Nullable String rd,
            @QueryParam("again") @Nullable String again) {
        String path = SignInPath.path(rd);
        requireKnown(issuer);
        guard.count(browser.place().address());
        try {
            OidcClient client = issuers.client(issuer);
            OidcAttempts.Begun begun = attempts.begin(issuer, path);
            return Response.status(Response.Status.SEE_OTHER)
                    .location(client.authorization(begun.bond(), again != null))
                    .header("Cache-Control", "no-store")
                    .cookie(cookie.binding(begun.cookie()))
                    .build();
        } catch (OidcException broken) {
            LOG.warnf("Single sign-on at '%s': %s", issuer, broken.getMessage());
            return page(502, issuer, "It does not answer as it should now. Try again in a moment.", path);
        }
    }

    @GET
    @Path("callback")
    @Operation(hidden = true)
    public Response finish(
            @PathParam("issuer") String issuer,
            @QueryParam("state") @DefaultValue("") String state,
            @QueryParam("code") @DefaultValue("") String code,
            @QueryParam("iss") @Nullable String iss,
            @QueryParam("error") @DefaultValue("") String error,
            @Context ContainerRequestContext request) {
        OidcConfig.Issuer config = requireKnown(issuer);
        Sessions.Place place = browser.place();
        OidcAttempts.Finished finished = cookie.readBinding(request)
                .flatMap(held -> attempts.finish(issuer, held, state))
                .orElse(null);
        if (finished == null) {
            guard.refused(issuer, "no attempt of this browser");
            return page(
                    400,
                    issuer,
                    "This sign-in was not begun in this browser, took longer than ten minutes, or was finished already.",
                    "/");
        }
        try {
            OidcClient client = issuers.client(issuer);
            client.requireIssuer(iss);
            if (!error.isEmpty() || code.isEmpty()) {
                guard.refused(issuer, "the issuer said no");
                return page(401, issuer, "It did not sign you in.", finished.path());
            }
            OidcClaims claims = client.redeem(code, finished.bond());
            Sessions.Opened opened = signOn.signIn(config, claims, place);
            guard.succeeded(place.address());
            return PlainPages.page(200, new signed(finished.path()))
                    .cookie(cookie.holding(opened.token()), cookie.noBinding())
                    .build();
        } catch (OidcException broken) {
            LOG.warnf("Single sign-on at '%s': %s", issuer, broken.getMessage());
            guard.refused(issuer, "the issuer's answer does not stand up");
            return page(
                    502, issuer, "Its answer does not stand up to the checks. Nobody was signed in.", finished.path());
        } catch (ProblemException refused) {
            guard.refused(issuer, "nobody here");
            return page(
                    refused.problem().code().status(), issuer, refused.problem().message(), finished.path());
        }
    }

    private OidcConfig.Issuer requireKnown(String issuer) {
        return issuers.find(issuer)
                .orElseThrow(() -> new ProblemException(ErrorCode.NOT_FOUND, "There is no such way to sign in."));
    }

    private Response page(int status, String issuer, String problem, String path) {
        return PlainPages.page(status, new refused(issuers.label(issuer), problem, SignInPath.to(path)))
                .cookie(cookie.noBinding())
                .build();
    }
}
