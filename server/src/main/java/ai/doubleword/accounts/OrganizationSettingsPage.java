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
import java.util.List;
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
    private final JoinDomains domains;

    OrganizationSettingsPage(Accounts accounts, CurrentOrganization current, JoinDomains domains) {
        this.domains = domains;
        this.accounts = accounts;
        this.current = current;
    }

    /// What the form holds.
    public record Form(String name, String contact, String visibility) {}

    /// @param id as the API names it
    /// @param owner whether the reader may say which mail domains join
    /// @param domains those that do, one a line
    /// @param dialog a dialog over the page, as HTML that is rendered already; empty for none
    record page(
            String base,
            Organization organization,
            String id,
            Form form,
            String problem,
            boolean owner,
            String domains,
            String domainsProblem,
            String dialog)
            implements TemplateInstance {}

    @GET
    @Operation(hidden = true)
    public Response show() {
        return answer(200, form(current.get()), "", written(domains.get()), "");
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
                    refused.problem().code().status(), form, refused.problem().message(), written(domains.get()), "");
        }
        return saved(found);
    }

    @POST
    @Path("domains")
    @Operation(hidden = true)
    public Response domains(@FormParam("domains") @DefaultValue("") String text) {
        Organization found = current.get();
        try {
            domains.set(text.lines().filter(line -> !line.isBlank()).toList());
        } catch (ProblemException refused) {
            return answer(
                    refused.problem().code().status(),
                    form(found),
                    "",
                    text,
                    refused.problem().message());
        }
        return saved(found);
    }

    private Form form(Organization organization) {
        OrganizationTerms terms = accounts.terms(organization);
        return new Form(organization.name(), terms.contact(), terms.visibility());
    }

    private static String written(List<String> domains) {
        return String.join("\n", domains);
    }

    private static Response saved(Organization organization) {
        return ConsolePages.seeOther(OrganizationPeople.base(organization) + "/settings", false)
                .cookie(Notice.of("Saved."))
                .build();
    }

    /// The page as it is, under a dialog that is rendered already.
    TemplateInstance under(String dialog) {
        return page(form(current.get()), "", written(domains.get()), "", dialog);
    }

    private Response answer(int status, Form form, String problem, String written, String domainsProblem) {
        return ConsolePages.page(status, page(form, problem, written, domainsProblem, ""))
                .build();
    }

    private page page(Form form, String problem, String written, String domainsProblem, String dialog) {
        Organization organization = current.get();
        return new page(
                OrganizationPeople.base(organization),
                organization,
                Ids.format(Organization.PREFIX, organization.id()),
                form,
                problem,
                domains.mayChange(),
                written,
                domainsProblem,
                dialog);
    }
}
