package ai.doubleword.accounts;

import ai.doubleword.platform.ErrorCode;
import ai.doubleword.platform.Problem;
import ai.doubleword.platform.ProblemException;
import ai.doubleword.platform.RoutePolicy;
import ai.doubleword.platform.RoutePolicy.Authentication;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.util.Base64;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.jspecify.annotations.Nullable;

/// Signing in with a passkey, for the script of the sign-in page.
@Path("authentication/passkey")
@Produces(MediaType.APPLICATION_JSON)
@RunOnVirtualThread
@RoutePolicy(Authentication.PUBLIC)
public final class PasskeySignInResource {
    private final PasskeySignIn passkeys;
    private final PasskeyVerifier verifier;
    private final SessionCookie cookie;
    private final CurrentBrowser browser;
    private final CrossSite crossSite;

    PasskeySignInResource(
            PasskeySignIn passkeys,
            PasskeyVerifier verifier,
            SessionCookie cookie,
            CurrentBrowser browser,
            CrossSite crossSite) {
        this.passkeys = passkeys;
        this.verifier = verifier;
        this.cookie = cookie;
        this.browser = browser;
        this.crossSite = crossSite;
    }

    /// What a browser uses a passkey with, as WebAuthn names it (`PublicKeyCredentialRequestOptions`).
    @JsonNaming(PropertyNamingStrategies.LowerCamelCaseStrategy.class)
    record Request(String challenge, String rpId, String userVerification, long timeout) {}

    /// A passkey that a browser used.
    ///
    /// @param rd where to go then
    record Used(@Nullable String rd, @Nullable JsonNode credential) {}

    /// Where to go now.
    record In(String location) {}

    @POST
    @Path("options")
    @Operation(hidden = true)
    public Response options(@HeaderParam("Origin") @Nullable String origin) {
        crossSite.checkOrigin(origin);
        Request options = new Request(
                Base64.getUrlEncoder()
                        .withoutPadding()
                        .encodeToString(passkeys.challenge(browser.place().address())),
                verifier.relyingParty(),
                "required",
                PasskeyChallenges.LIFETIME.toMillis());
        return Response.ok(options).header("Cache-Control", "no-store").build();
    }

    @POST
    @Consumes(MediaType.APPLICATION_JSON)
    @Operation(hidden = true)
    public Response signIn(@HeaderParam("Origin") @Nullable String origin, @Nullable Used used) {
        crossSite.checkOrigin(origin);
        if (used == null || used.credential() == null) {
            throw new ProblemException(Problem.ofParam(
                    ErrorCode.MISSING_REQUIRED_PARAMETER, "credential", "Send what the browser answered."));
        }
        Sessions.Opened opened = passkeys.signIn(used.credential().toString(), browser.place());
        return Response.ok(new In(SignInPath.path(used.rd())))
                .header("Cache-Control", "no-store")
                .cookie(cookie.holding(opened.token()))
                .build();
    }
}
