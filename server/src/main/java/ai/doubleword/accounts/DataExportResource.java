package ai.doubleword.accounts;

import ai.doubleword.platform.ErrorCode;
import ai.doubleword.platform.ProblemException;
import ai.doubleword.platform.RoutePolicy;
import ai.doubleword.platform.RoutePolicy.Authentication;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/// Everything that the server keeps of the user who asks.
@Path("admin/api/v1/users/current/export")
@Produces(MediaType.APPLICATION_JSON)
@RunOnVirtualThread
@RoutePolicy(value = Authentication.MANAGEMENT, right = "keys")
@Tag(name = "Users")
public final class DataExportResource {
    private final DataExport export;
    private final Accounts accounts;
    private final CurrentCaller current;

    DataExportResource(DataExport export, Accounts accounts, CurrentCaller current) {
        this.export = export;
        this.accounts = accounts;
        this.current = current;
    }

    @GET
    @Operation(
            summary = "What the server keeps of you",
            description = "Profile, organizations, sessions, keys without secrets, usage by day, and what you did."
                    + " By the browser, or by a key of your own account with the right `keys`.")
    public Response get() {
        Caller caller = current.get();
        User user = accounts.user(caller.user()).orElseThrow();
        if (caller.account() != user.account()) {
            throw new ProblemException(
                    ErrorCode.PERMISSION_DENIED,
                    "An organization's key does not lead to its maker's own data. Use a key of your own account.");
        }
        return Response.ok(export.of(user))
                .header("Cache-Control", "no-store")
                .header("Content-Disposition", "attachment; filename=\"doubleword-export.json\"")
                .build();
    }
}
