package ai.doubleword.accounts;

import ai.doubleword.platform.ErrorCode;
import ai.doubleword.platform.Problem;
import ai.doubleword.platform.ProblemException;
import ai.doubleword.platform.RoutePolicy;
import ai.doubleword.platform.RoutePolicy.Authentication;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.core.MediaType;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;

/// A user's password. For browsers alone: no key changes it.
@Path("admin/api/v1/users/current/password")
@Consumes(MediaType.APPLICATION_JSON)
@RunOnVirtualThread
@RoutePolicy(Authentication.SESSION)
@Tag(name = "Signing in")
public final class PasswordResource {
    private final PasswordSignIn passwords;
    private final CurrentSession session;
    private final CurrentBrowser browser;

    PasswordResource(PasswordSignIn passwords, CurrentSession session, CurrentBrowser browser) {
        this.passwords = passwords;
        this.session = session;
        this.browser = browser;
    }

    /// A change of the password.
    record NewPassword(
            @Nullable String currentPassword, @Nullable String newPassword) {}

    @POST
    @Operation(summary = "Change the password", description = "Signs all other browsers out.")
    public void change(@Nullable NewPassword change) {
        if (change == null || change.currentPassword() == null || change.newPassword() == null) {
            throw new ProblemException(Problem.ofParam(
                    ErrorCode.MISSING_REQUIRED_PARAMETER,
                    "new_password",
                    "Send both: {\"current_password\":\"…\",\"new_password\":\"…\"}."));
        }
        passwords.change(session.get(), change.currentPassword(), change.newPassword(), browser.place());
    }
}
