package ai.doubleword.accounts;

import ai.doubleword.platform.ConsolePages;
import ai.doubleword.platform.Ids;
import ai.doubleword.platform.Notice;
import ai.doubleword.platform.ProblemException;
import ai.doubleword.platform.RoutePolicy;
import ai.doubleword.platform.RoutePolicy.Authentication;
import io.quarkus.qute.TemplateInstance;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.FormParam;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import org.eclipse.microprofile.openapi.annotations.Operation;

/// The page **Organization settings**, for owners and admins: name, contact, who sees what members made.
@Path("o/{organization}/settings")
@Produces(MediaType.TEXT_HTML)
@Consumes(MediaType.APPLICATION_FORM_URLENCODED)
@RunOnVirtualThread
@RoutePolicy(value = Authentication.SESSION, right = "members")
public final class OrganizationSettingsPage {
    private final Accounts accounts;
    private final CurrentOrganization current;

    OrganizationSettingsPage(Accounts accounts, CurrentOrganization current) {
        this.accounts = accounts;
        this.current = current;
    }

    /// What the form holds.
    public record Form(String name, String contact, String visibility) {}

    /// @param id as the API names it
    record page(String base, Organization organization, String id, Form form, String problem)
            implements TemplateInstance {}

    @GET
    @Operation(hidden = true)
    public Response show() {
        Organization organization = current.get();
        OrganizationTerms terms = accounts.terms(organization);
        return answer(200, organization, new Form(organization.name(), terms.contact(), terms.visibility()), "");
    }

    @POST
    @Operation(hidden = true)
    public Response change(
            @FormParam("name") @DefaultValue("") String name,
            @FormParam("contact") @DefaultValue("") String contact,
            @FormParam("visibility") @DefaultValue("") String visibility) {
        Organization found = current.get();
        Form form = new Form(name.strip(), contact.strip(), visibility);
        try {
            accounts.describe(found.named(form.name()), accounts.terms(found).over(form.contact(), form.visibility()));
        } catch (ProblemException refused) {
            return answer(
                    refused.problem().code().status(),
                    found,
                    form,
                    refused.problem().message());
        }
        return ConsolePages.seeOther(OrganizationPeople.base(found) + "/settings", false)
                .cookie(Notice.of("Saved."))
                .build();
    }

    private static Response answer(int status, Organization organization, Form form, String problem) {
        return ConsolePages.page(
                        status,
                        new page(
                                OrganizationPeople.base(organization),
                                organization,
                                Ids.format(Organization.PREFIX, organization.id()),
                                form,
                                problem))
                .build();
    }
}
