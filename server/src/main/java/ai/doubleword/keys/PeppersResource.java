package ai.doubleword.keys;

import ai.doubleword.accounts.CurrentCaller;
import ai.doubleword.platform.ErrorCode;
import ai.doubleword.platform.ProblemException;
import ai.doubleword.platform.RoutePolicy;
import ai.doubleword.platform.RoutePolicy.Authentication;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/// What the secrets of keys are hashed with, for the local operator alone.
@Path("admin/api/v1/peppers")
@Produces(MediaType.APPLICATION_JSON)
@RunOnVirtualThread
@RoutePolicy(value = Authentication.PLATFORM_KEY, right = "admin")
@Tag(name = "API keys")
public final class PeppersResource {
    private final Keys keys;
    private final CurrentCaller current;

    PeppersResource(Keys keys, CurrentCaller current) {
        this.keys = keys;
        this.current = current;
    }

    /// A pepper, by its number; what it is follows from the master key.
    record Pepper(int id) {}

    @POST
    @Consumes(MediaType.WILDCARD)
    @Operation(
            summary = "Hash new keys under a new pepper; for the operator's command",
            description = "Keys of before go on under theirs until they are rotated.")
    public Pepper rotate() {
        if (!current.get().operator()) {
            throw new ProblemException(
                    ErrorCode.PERMISSION_DENIED, "Only the operator's command on the server itself may do this.");
        }
        return new Pepper(keys.rotatePepper());
    }
}
