package ai.doubleword.responses;

import ai.doubleword.accounts.CurrentCaller;
import ai.doubleword.platform.ErrorCode;
import ai.doubleword.platform.Problem;
import ai.doubleword.platform.ProblemException;
import ai.doubleword.platform.RoutePolicy;
import ai.doubleword.platform.RoutePolicy.Authentication;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;

/// Whether an account keeps responses whose request says nothing of `store`.
@Path("admin/api/v1/response-storage")
@Produces(MediaType.APPLICATION_JSON)
@RunOnVirtualThread
@RoutePolicy(value = Authentication.MANAGEMENT, right = "members")
@Tag(name = "Responses")
public final class ResponseStorageResource {
    private final ResponseStorage storage;
    private final CurrentCaller current;

    ResponseStorageResource(ResponseStorage storage, CurrentCaller current) {
        this.storage = storage;
        this.current = current;
    }

    /// @param stored whether they are kept
    record Storage(@Nullable Boolean stored) {}

    @GET
    @Operation(summary = "Whether responses are kept that do not say `store`")
    public Storage get() {
        return new Storage(storage.stored());
    }

    @PUT
    @Operation(
            summary = "Keep responses that do not say `store`, or not",
            description = "For responses from now on, within ten seconds. A request's own `store` goes before.")
    public Storage change(@Nullable Storage wanted) {
        storage.set(current.get().account(), required(wanted));
        return get();
    }

    static boolean required(@Nullable Storage wanted) {
        Boolean stored = wanted == null ? null : wanted.stored();
        if (stored == null) {
            throw new ProblemException(Problem.ofParam(
                    ErrorCode.MISSING_REQUIRED_PARAMETER, "stored", "`stored` is missing; send true or false."));
        }
        return stored;
    }
}
