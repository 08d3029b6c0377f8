package ai.doubleword.responses;

import ai.doubleword.platform.FormFields;
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

/// How long an account keeps its responses.
@Path("admin/api/v1/response-retention")
@Produces(MediaType.APPLICATION_JSON)
@RunOnVirtualThread
@RoutePolicy(value = Authentication.MANAGEMENT, right = "members")
@Tag(name = "Responses")
public final class ResponseRetentionResource {
    private final ResponseKeeping keeping;

    ResponseRetentionResource(ResponseKeeping keeping) {
        this.keeping = keeping;
    }

    /// @param days that responses are kept
    /// @param chosen what the account chose; absent where it is as the server says
    /// @param defaultDays what the server says
    /// @param longestDays the most that can be chosen
    record Retention(int days, @Nullable Integer chosen, int defaultDays, int longestDays) {}

    /// @param days null for as many as the server says
    record Wanted(@Nullable Integer days) {}

    @GET
    @Operation(summary = "How long responses are kept")
    public Retention get() {
        int chosen = keeping.chosen();
        return new Retention(keeping.days(), chosen == 0 ? null : chosen, keeping.otherwise(), keeping.longest());
    }

    @PUT
    @Operation(
            summary = "Change how long responses are kept",
            description = "For those that are stored already too. `days` null: as many as the server says.")
    public Retention change(@Nullable Wanted wanted) {
        Integer days = wanted == null ? null : wanted.days();
        if (days != null && days == 0) {
            throw FormFields.invalid("days", "days is at least 1; null for as many as the server says.");
        }
        keeping.set(days == null ? 0 : days);
        return get();
    }
}
