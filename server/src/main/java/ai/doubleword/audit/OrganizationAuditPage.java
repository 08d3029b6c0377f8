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
import java.util.OptionalLong;
import org.eclipse.microprofile.openapi.annotations.Operation;

/// The page **Audit log** of an organization, for its owners and admins: the rows that are about it, newest first.
@Path("o/{organization}/audit")
@Produces(MediaType.TEXT_HTML)
@RunOnVirtualThread
@RoutePolicy(value = Authentication.SESSION, right = "members")
public final class OrganizationAuditPage {
    private static final List<String> KINDS =
            List.of("key", "member", "invite", "join_request", "organization", "account", "webhook");

    private final AuditSearch search;
    private final CurrentOrganization organization;

    OrganizationAuditPage(AuditSearch search, CurrentOrganization organization) {
        this.search = search;
        this.organization = organization;
    }

    /// @param address the page's own
    /// @param kinds what kinds begin with, to choose from
    record page(String address, String organization, AuditSearch.Found found, List<String> kinds)
            implements TemplateInstance {}

    @GET
    @Operation(hidden = true)
    public Response show(
            @QueryParam("kind") @DefaultValue("") String kind,
            @QueryParam("who") @DefaultValue("") String who,
            @QueryParam("subject") @DefaultValue("") String subject,
            @QueryParam("range") @DefaultValue("") String range,
            @QueryParam("before") @DefaultValue("0") long before) {
        Organization here = organization.get();
        AuditSearch.Found found =
                search.find(AuditQuery.of(kind, who, subject, range), OptionalLong.of(here.account()), before);
        return ConsolePages.page(200, new page("/o/" + here.slug() + "/audit", here.name(), found, KINDS))
                .build();
    }
}
