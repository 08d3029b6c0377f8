package ai.doubleword.accounts;

import ai.doubleword.platform.PlainPages;
import ai.doubleword.platform.ProblemException;
import ai.doubleword.platform.RoutePolicy;
import ai.doubleword.platform.RoutePolicy.Authentication;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.Response;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.jspecify.annotations.Nullable;

/// Where the button of the sign-in page leads that says who is signed in at the proxy in front.
@Path("authentication/proxy")
@RunOnVirtualThread
@RoutePolicy(Authentication.PUBLIC)
public final class ProxySignOnResource {
    private final ProxySignOn signOn;
    private final SessionCookie cookie;
    private final CurrentBrowser browser;

    ProxySignOnResource(ProxySignOn signOn, SessionCookie cookie, CurrentBrowser browser) {
        this.signOn = signOn;
        this.cookie = cookie;
        this.browser = browser;
    }

    @GET
    @Operation(hidden = true)
    public Response signIn(@QueryParam("rd") @Nullable String rd) {
        try {
            return PlainPages.seeOther(SignInPath.path(rd))
                    .cookie(cookie.holding(signOn.signIn(browser.place()).token()))
                    .build();
        } catch (ProblemException refused) {
            signOn.refused();
            throw refused;
        }
    }
}
