package ai.doubleword.accounts;

import ai.doubleword.platform.ConsolePages;
import ai.doubleword.platform.ErrorCode;
import ai.doubleword.platform.PlainPages;
import ai.doubleword.platform.Problem;
import ai.doubleword.platform.ProblemException;
import ai.doubleword.platform.RoutePolicy;
import ai.doubleword.platform.RoutePolicy.Authentication;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
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
import java.util.Base64;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.jspecify.annotations.Nullable;

/// Where a signed-in user proves again who is there: the page, and what its script calls.
@Path("settings/confirm")
@RunOnVirtualThread
@RoutePolicy(Authentication.SESSION)
public final class ConfirmationPage {
    static final String ADDRESS = "/settings/confirm";

    private static final Base64.Encoder BASE64 = Base64.getUrlEncoder().withoutPadding();

    private final Confirmation confirmation;
    private final ConfirmationPrompts prompts;
    private final Passkeys passkeys;
    private final PasskeyVerifier verifier;
    private final CurrentSession current;

    ConfirmationPage(
            Confirmation confirmation,
            ConfirmationPrompts prompts,
            Passkeys passkeys,
            PasskeyVerifier verifier,
            CurrentSession current) {
        this.confirmation = confirmation;
        this.prompts = prompts;
        this.passkeys = passkeys;
        this.verifier = verifier;
        this.current = current;
    }

    record page(ConfirmationPrompts.Prompt prompt) implements TemplateInstance {}

    /// @param htmx whether its form is sent by htmx; else a script of ours sends it
    record dialog(ConfirmationPrompts.Prompt prompt, boolean htmx) implements TemplateInstance {}

    /// What a browser uses a passkey with, as WebAuthn names it (`PublicKeyCredentialRequestOptions`).
    @JsonNaming(PropertyNamingStrategies.LowerCamelCaseStrategy.class)
    record Request(
            String challenge, String rpId, List<Known> allowCredentials, String userVerification, long timeout) {}

    /// A passkey that the user has.
    record Known(String type, String id) {}

    /// A passkey that a browser used.
    record Used(@Nullable JsonNode credential) {}

    @GET
    @Produces(MediaType.TEXT_HTML)
    @Operation(hidden = true)
    public Response show(@QueryParam("rd") @Nullable String rd, @HeaderParam("HX-Request") @Nullable String htmx) {
        ConfirmationPrompts.Prompt prompt = prompts.leadingTo(SignInPath.path(rd));
        return ConsolePages.page(200, htmx == null ? new page(prompt) : new dialog(prompt, false))
                .build();
    }

    /// The password has been taken by the filter in front.
    @POST
    @Consumes(MediaType.APPLICATION_FORM_URLENCODED)
    @Operation(hidden = true)
    public Response goOn(@FormParam("rd") @Nullable String rd, @HeaderParam("Accept") @Nullable String accept) {
        confirmation.require();
        if (accept != null && accept.contains(MediaType.APPLICATION_JSON)) {
            return Response.noContent().build();
        }
        String path = SignInPath.path(rd);
        // Browsers hold what forms lead to against the page's policy, redirects too; this page goes on by itself.
        return SignInResource.leadsToProgram(path)
                ? PlainPages.page(200, new OidcResource.signed(path)).build()
                : PlainPages.seeOther(path).build();
    }

    @POST
    @Path("passkey/options")
    @Produces(MediaType.APPLICATION_JSON)
    @Operation(hidden = true)
    public Response options() {
        Request options = new Request(
                BASE64.encodeToString(confirmation.challenge()),
                verifier.relyingParty(),
                passkeys.credentialIds(current.get().user()).stream()
                        .map(id -> new Known("public-key", BASE64.encodeToString(id)))
                        .toList(),
                "required",
                PasskeyChallenges.LIFETIME.toMillis());
        return Response.ok(options).header("Cache-Control", "no-store").build();
    }

    @POST
    @Path("passkey")
    @Consumes(MediaType.APPLICATION_JSON)
    @Operation(hidden = true)
    public void byPasskey(@Nullable Used used) {
        if (used == null || used.credential() == null) {
            throw new ProblemException(Problem.ofParam(
                    ErrorCode.MISSING_REQUIRED_PARAMETER, "credential", "Send what the browser answered."));
        }
        confirmation.byPasskey(used.credential().toString());
    }
}
