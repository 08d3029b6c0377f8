package ai.doubleword.accounts;

import ai.doubleword.platform.ErrorCode;
import ai.doubleword.platform.PlainPages;
import ai.doubleword.platform.Problem;
import ai.doubleword.platform.ProblemException;
import ai.doubleword.platform.RoutePolicy;
import ai.doubleword.platform.RoutePolicy.Authentication;
import io.quarkus.qute.TemplateInstance;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.FormParam;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.jspecify.annotations.Nullable;

/// The second page of signing in, where a second factor is asked for.
@Path("authentication/sign_in/code")
@Produces(MediaType.TEXT_HTML)
@RunOnVirtualThread
@RoutePolicy(Authentication.PUBLIC)
public final class SecondFactorResource {
    private final HalfSignIns halves;
    private final SessionCookie cookie;
    private final CurrentBrowser browser;
    private final CrossSite crossSite;

    SecondFactorResource(HalfSignIns halves, SessionCookie cookie, CurrentBrowser browser, CrossSite crossSite) {
        this.halves = halves;
        this.cookie = cookie;
        this.browser = browser;
        this.crossSite = crossSite;
    }

    /// @param rd where to go then
    /// @param step the token that stands for the right password
    /// @param problem what was wrong with the last code; empty at first
    record form(String rd, String step, String problem) implements TemplateInstance {}

    @POST
    @Consumes(MediaType.APPLICATION_FORM_URLENCODED)
    @Operation(hidden = true)
    public Response submit(
            @HeaderParam("Origin") @Nullable String origin,
            @FormParam("rd") @Nullable String rd,
            @FormParam("step") @DefaultValue("") String step,
            @FormParam("code") @DefaultValue("") String code) {
        String path = SignInPath.path(rd);
        try {
            crossSite.checkOrigin(origin);
            return PlainPages.seeOther(path)
                    .cookie(cookie.holding(
                            halves.finish(step, code, browser.place()).token()))
                    .build();
        } catch (ProblemException refused) {
            Problem problem = refused.problem();
            TemplateInstance page = problem.code() == ErrorCode.SIGN_IN_REQUIRED
                    ? new SignInResource.form(path, "", problem.message())
                    : new form(path, step, problem.message());
            return PlainPages.refused(
                            problem, SignInResource.page(problem.code().status(), page, path))
                    .build();
        }
    }
}
