package ai.doubleword.audit;

import ai.doubleword.accounts.CurrentOrganization;
import ai.doubleword.accounts.Organization;
import ai.doubleword.platform.ConsolePages;
import ai.doubleword.platform.RoutePolicy;
import ai.doubleword.platform.RoutePolicy.Authentication;
import io.quarkus.qute.TemplateInstance;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.Operation;

/// The page **Audit log** of an organization, for its owners and admins: the rows that are about it, newest first.
@Path("o/{organization}/audit")
@Produces(MediaType.TEXT_HTML)
@RunOnVirtualThread
@RoutePolicy(value = Authentication.SESSION, right = "members")
public final class OrganizationAuditPage {
    private static final int PAGE = 50;

    private final Audit audit;
    private final AuditLines lines;
    private final CurrentOrganization organization;

    OrganizationAuditPage(Audit audit, AuditLines lines, CurrentOrganization organization) {
        this.audit = audit;
        this.lines = lines;
        this.organization = organization;
    }

    /// @param older where the next page begins; 0 at the end
    record page(String base, String organization, List<AuditLine> lines, boolean newest, long older)
            implements TemplateInstance {}

    @GET
    @Operation(hidden = true)
    public Response show(@QueryParam("before") @DefaultValue("9223372036854775807") long before) {
        Organization found = organization.get();
        List<AuditRow> rows = audit.before(found.account(), before, PAGE + 1);
        boolean more = rows.size() > PAGE;
        List<AuditRow> shown = more ? rows.subList(0, PAGE) : rows;
        return ConsolePages.page(
                        200,
                        new page(
                                "/o/" + found.slug(),
                                found.name(),
                                lines.of(shown),
                                before == Long.MAX_VALUE,
                                more ? shown.getLast().seq() : 0))
                .build();
    }
}
