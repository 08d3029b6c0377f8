package ai.doubleword.accounts;

import ai.doubleword.platform.ErrorCode;
import ai.doubleword.platform.Ids;
import ai.doubleword.platform.PlainPages;
import ai.doubleword.platform.Problem;
import ai.doubleword.platform.ProblemException;
import ai.doubleword.platform.RoutePolicy;
import ai.doubleword.platform.RoutePolicy.Authentication;
import ai.doubleword.platform.Secret;
import io.quarkus.qute.TemplateInstance;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.FormParam;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.jspecify.annotations.Nullable;

/// Signing in and out, as a page and as JSON.
@Path("authentication")
@RunOnVirtualThread
public final class SignInResource {
    private static final String CLI_CALLBACK = "/admin/api/v1/auth/cli-callback?";

    private final PasswordSignIn passwords;
    private final Sessions sessions;
    private final SessionCookie cookie;
    private final CurrentSession session;
    private final CurrentBrowser browser;
    private final CrossSite crossSite;

    SignInResource(
            PasswordSignIn passwords,
            Sessions sessions,
            SessionCookie cookie,
            CurrentSession session,
            CurrentBrowser browser,
            CrossSite crossSite) {
        this.passwords = passwords;
        this.sessions = sessions;
        this.cookie = cookie;
        this.session = session;
        this.browser = browser;
        this.crossSite = crossSite;
    }

    /// @param rd where to go then
    /// @param email as it was typed
    /// @param problem what was wrong with the last attempt; empty at first
    record form(String rd, String email, String problem) implements TemplateInstance {}

    /// What a program sends to sign in.
    ///
    /// @param code of the second factor, for a user who has one
    record Attempt(
            @Nullable String email,
            @Nullable String password,
            @Nullable String code) {}

    /// Who is signed in now.
    ///
    /// @param csrfToken goes with every change, as the header `X-CSRF-Token`
    record SignedIn(String userId, String csrfToken) {}

    @GET
    @Path("sign_in")
    @Produces(MediaType.TEXT_HTML)
    @RoutePolicy(Authentication.PUBLIC)
    @Operation(hidden = true)
    public Response show(@QueryParam("rd") @Nullable String rd) {
        String path = SignInPath.path(rd);
        return session.find().isPresent()
                ? PlainPages.seeOther(path).build()
                : page(200, new form(path, "", ""), path).build();
    }

    @POST
    @Path("sign_in")
    @Consumes(MediaType.APPLICATION_FORM_URLENCODED)
    @Produces(MediaType.TEXT_HTML)
    @RoutePolicy(Authentication.PUBLIC)
    @Operation(hidden = true)
    public Response submit(
            @HeaderParam("Origin") @Nullable String origin,
            @FormParam("rd") @Nullable String rd,
            @FormParam("email") @Nullable String email,
            @FormParam("password") @Nullable String password) {
        String path = SignInPath.path(rd);
        String address = email == null ? "" : email;
        try {
            crossSite.checkOrigin(origin);
            return switch (signIn(address, password)) {
                case PasswordSignIn.Outcome.In in ->
                    PlainPages.seeOther(path)
                            .cookie(cookie.holding(in.opened().token()))
                            .build();
                case PasswordSignIn.Outcome.Half half ->
                    page(200, new SecondFactorResource.form(path, half.step().revealText(), ""), path)
                            .build();
            };
        } catch (ProblemException refused) {
            Problem problem = refused.problem();
            Response.ResponseBuilder page =
                    page(problem.code().status(), new form(path, address, problem.message()), path);
            return PlainPages.refused(problem, page).build();
        }
    }

    @POST
    @Path("sign_in")
    @Consumes(MediaType.APPLICATION_JSON)
    @Produces(MediaType.APPLICATION_JSON)
    @RoutePolicy(Authentication.PUBLIC)
    @Operation(hidden = true)
    public Response submit(@HeaderParam("Origin") @Nullable String origin, @Nullable Attempt attempt) {
        // A program has no origin, and no cookies that another site could plant.
        if (origin != null) {
            crossSite.checkOrigin(origin);
        }
        if (attempt == null) {
            throw new ProblemException(
                    ErrorCode.INVALID_JSON, "The body must be a JSON object: {\"email\":\"…\",\"password\":\"…\"}.");
        }
        Sessions.Opened opened = switch (signIn(attempt.email() == null ? "" : attempt.email(), attempt.password())) {
            case PasswordSignIn.Outcome.In in -> in.opened();
            case PasswordSignIn.Outcome.Half half -> finish(half.step(), attempt.code());
        };
        session.set(opened.session(), opened.token().revealText());
        return Response.ok(new SignedIn(Ids.format(User.PREFIX, opened.session().user()), session.csrfToken()))
                .header("Cache-Control", "no-store")
                .cookie(cookie.holding(opened.token()))
                .build();
    }

    @POST
    @Path("sign_out")
    @RoutePolicy(Authentication.SESSION)
    @Operation(hidden = true)
    public Response signOut() {
        Session ended = session.get();
        sessions.end(ended.user(), ended.id());
        return PlainPages.seeOther(SignInPath.SIGN_IN).cookie(cookie.none()).build();
    }

    /// The login of the command line leads on to the program that waits on this machine.
    static Response.ResponseBuilder page(int status, TemplateInstance content, String rd) {
        return PlainPages.scripted(status, content, leadsToProgram(rd) ? "'self' http://127.0.0.1:*" : "'self'");
    }

    /// Whether a path ends at a program of the user's machine.
    static boolean leadsToProgram(String path) {
        return path.startsWith(CLI_CALLBACK);
    }

    private PasswordSignIn.Outcome signIn(String email, @Nullable String password) {
        return passwords.signIn(email, password == null ? "" : password, browser.place());
    }

    private Sessions.Opened finish(Secret step, @Nullable String code) {
        if (code == null) {
            throw new ProblemException(
                    ErrorCode.SECOND_FACTOR_REQUIRED,
                    "Address and password are right. Send the code of the second factor with them: \"code\":\"…\".");
        }
        return passwords.finish(step, code, browser.place());
    }
}
