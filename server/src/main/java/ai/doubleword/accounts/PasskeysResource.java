package ai.doubleword.accounts;

import ai.doubleword.platform.ConsolePages;
import ai.doubleword.platform.ErrorCode;
import ai.doubleword.platform.Notice;
import ai.doubleword.platform.Problem;
import ai.doubleword.platform.ProblemException;
import ai.doubleword.platform.RoutePolicy;
import ai.doubleword.platform.RoutePolicy.Authentication;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.FormParam;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.util.Base64;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.jspecify.annotations.Nullable;

/// The passkeys of who is signed in. Adding one takes a script in the browser, the rest are forms of **Settings**.
@Path("settings/passkeys")
@RunOnVirtualThread
@RoutePolicy(Authentication.SESSION)
public final class PasskeysResource {
    private static final Base64.Encoder BASE64 = Base64.getUrlEncoder().withoutPadding();
    private static final String SETTINGS = "/settings";

    private final Passkeys passkeys;
    private final PasskeyVerifier verifier;
    private final Accounts accounts;
    private final CurrentSession current;

    PasskeysResource(Passkeys passkeys, PasskeyVerifier verifier, Accounts accounts, CurrentSession current) {
        this.passkeys = passkeys;
        this.verifier = verifier;
        this.accounts = accounts;
        this.current = current;
    }

    /// What a browser makes a passkey with, as WebAuthn names it (`PublicKeyCredentialCreationOptions`).
    @JsonNaming(PropertyNamingStrategies.LowerCamelCaseStrategy.class)
    record Creation(
            String challenge,
            Party rp,
            Holder user,
            List<Algorithm> pubKeyCredParams,
            long timeout,
            List<Known> excludeCredentials,
            Selection authenticatorSelection,
            String attestation) {}

    /// Whom the passkey is for.
    record Party(String id, String name) {}

    /// Whose passkey it is.
    @JsonNaming(PropertyNamingStrategies.LowerCamelCaseStrategy.class)
    record Holder(String id, String name, String displayName) {}

    /// A signature algorithm, by its COSE number.
    record Algorithm(String type, int alg) {}

    /// A passkey that the user has.
    record Known(String type, String id) {}

    /// What the authenticator must be able to do.
    @JsonNaming(PropertyNamingStrategies.LowerCamelCaseStrategy.class)
    record Selection(String residentKey, String userVerification) {}

    /// A passkey that a browser made.
    record NewPasskey(@Nullable String name, @Nullable JsonNode credential) {}

    @POST
    @Path("options")
    @RoutePolicy(value = Authentication.SESSION, confirmed = true)
    @Produces(MediaType.APPLICATION_JSON)
    @Operation(hidden = true)
    public Response options() {
        User user = user();
        Creation options = new Creation(
                BASE64.encodeToString(passkeys.challenge(user.id())),
                new Party(verifier.relyingParty(), "Doubleword"),
                new Holder(BASE64.encodeToString(PasskeySignIn.handle(user.id())), user.email(), user.username()),
                PasskeyVerifier.ALGORITHMS.stream()
                        .map(number -> new Algorithm("public-key", number))
                        .toList(),
                PasskeyChallenges.LIFETIME.toMillis(),
                passkeys.credentialIds(user.id()).stream()
                        .map(id -> new Known("public-key", BASE64.encodeToString(id)))
                        .toList(),
                new Selection("required", "required"),
                "none");
        return Response.ok(options).header("Cache-Control", "no-store").build();
    }

    @POST
    @Consumes(MediaType.APPLICATION_JSON)
    @RoutePolicy(value = Authentication.SESSION, confirmed = true)
    @Operation(hidden = true)
    public Response add(@Nullable NewPasskey made) {
        if (made == null || made.name() == null || made.credential() == null) {
            throw new ProblemException(Problem.ofParam(
                    ErrorCode.MISSING_REQUIRED_PARAMETER, "credential", "Send a name and what the browser made."));
        }
        passkeys.add(user(), made.name(), made.credential().toString());
        return Response.noContent()
                .cookie(Notice.of("The passkey is added: it signs you in from now on."))
                .build();
    }

    @POST
    @Path("{passkey}/rename")
    @Consumes(MediaType.APPLICATION_FORM_URLENCODED)
    @Operation(hidden = true)
    public Response rename(@PathParam("passkey") String passkey, @FormParam("name") @DefaultValue("") String name) {
        passkeys.rename(current.get().user(), passkey, name);
        return done("The passkey is renamed.");
    }

    @POST
    @Path("{passkey}/remove")
    @RoutePolicy(value = Authentication.SESSION, confirmed = true)
    @Consumes(MediaType.APPLICATION_FORM_URLENCODED)
    @Operation(hidden = true)
    public Response remove(@PathParam("passkey") String passkey) {
        passkeys.remove(user(), passkey);
        return done("The passkey is removed; delete it on your device, too.");
    }

    private User user() {
        return accounts.user(current.get().user()).orElseThrow();
    }

    private static Response done(String sentence) {
        return ConsolePages.seeOther(SETTINGS, false)
                .cookie(Notice.of(sentence))
                .build();
    }
}
