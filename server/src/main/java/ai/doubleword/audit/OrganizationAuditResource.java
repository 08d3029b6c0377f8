package ai.doubleword.audit;

import ai.doubleword.accounts.CurrentCaller;
import ai.doubleword.platform.RoutePolicy;
import ai.doubleword.platform.RoutePolicy.Authentication;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/// The part of the audit log that is about an organization, for its owners and admins.
@Path("admin/api/v1/organizations/{organization}/audit")
@Produces(MediaType.APPLICATION_JSON)
@RunOnVirtualThread
@RoutePolicy(value = Authentication.MANAGEMENT, right = "members")
@Tag(name = "Audit")
public final class OrganizationAuditResource {
    private final Audit audit;
    private final CurrentCaller caller;

    OrganizationAuditResource(Audit audit, CurrentCaller caller) {
        this.audit = audit;
        this.caller = caller;
    }

    @GET
    @Operation(summary = "The organization's part of the audit log, newest first")
    public AuditResource.AuditPage list(
            @QueryParam("before") @DefaultValue("9223372036854775807") long before,
            @QueryParam("limit") @DefaultValue("50") int limit) {
        int most = Math.clamp(limit, 1, 500);
        return AuditResource.AuditPage.of(audit.before(caller.get().account(), before, most), most);
    }
}
