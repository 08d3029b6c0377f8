package ai.doubleword.accounts;

import ai.doubleword.platform.ConsolePages;
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
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.util.List;
import java.util.Optional;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.jspecify.annotations.Nullable;

/// The page **Organizations** of a user: those one is in, making one, asking to join one.
@Path("organizations")
@Produces(MediaType.TEXT_HTML)
@Consumes(MediaType.APPLICATION_FORM_URLENCODED)
@RunOnVirtualThread
@RoutePolicy(Authentication.SESSION)
public final class OrganizationsPage {
    private final Accounts accounts;
    private final JoinRequests requests;
    private final CurrentCaller caller;

    OrganizationsPage(Accounts accounts, JoinRequests requests, CurrentCaller caller) {
        this.accounts = accounts;
        this.requests = requests;
        this.caller = caller;
    }

    /// A new organization as the form has it.
    ///
    /// @param slug made from the name where it is empty
    public record Form(String name, String slug, String contact) {}

    record list(List<Membership> memberships, String dialog) implements TemplateInstance {}

    record create(Form form, String problem) implements TemplateInstance {}

    record join(String slug, String problem) implements TemplateInstance {}

    @GET
    @Operation(hidden = true)
    public Response show() {
        return ConsolePages.page(200, new list(memberships(), "")).build();
    }

    @GET
    @Path("new")
    @Operation(hidden = true)
    public Response ask(@HeaderParam("HX-Request") @Nullable String htmx) {
        return dialog(200, new create(new Form("", "", ""), ""), htmx);
    }

    @POST
    @Operation(hidden = true)
    public Response create(
            @FormParam("name") @DefaultValue("") String name,
            @FormParam("slug") @DefaultValue("") String slug,
            @FormParam("contact") @DefaultValue("") String contact,
            @HeaderParam("HX-Request") @Nullable String htmx) {
        Form form = new Form(name.strip(), slug.strip(), contact.strip());
        String wanted = form.slug().isEmpty() ? Organization.slugOf(form.name()) : form.slug();
        try {
            OrganizationTerms terms = OrganizationTerms.DEFAULT.over(form.contact(), null);
            Organization made = accounts.createOrganization(
                    wanted, form.name(), caller.get().user());
            accounts.describe(made, terms);
            return ConsolePages.seeOther(OrganizationPeople.base(made) + "/members", htmx != null)
                    .cookie(Notice.of("“" + made.name() + "” is made, and you are its owner."))
                    .build();
        } catch (ProblemException refused) {
            return dialog(
                    refused.problem().code().status(),
                    new create(form, refused.problem().message()),
                    htmx);
        }
    }

    @GET
    @Path("join")
    @Operation(hidden = true)
    public Response askJoin(@HeaderParam("HX-Request") @Nullable String htmx) {
        return dialog(200, new join("", ""), htmx);
    }

    /// Says the same whether the organization exists or not, but for who may join by mail domain.
    @POST
    @Path("join")
    @Operation(hidden = true)
    public Response join(
            @FormParam("slug") @DefaultValue("") String slug, @HeaderParam("HX-Request") @Nullable String htmx) {
        String wanted = slug.strip();
        if (wanted.isEmpty()) {
            return dialog(
                    400, new join("", "Write the organization's slug: it stands in the address of its pages."), htmx);
        }
        Optional<Organization> joined = requests.ask(wanted, caller.get().user());
        if (joined.isPresent()) {
            return ConsolePages.seeOther(OrganizationPeople.base(joined.get()), htmx != null)
                    .cookie(Notice.of("You are a member of “" + joined.get().name() + "”."))
                    .build();
        }
        return ConsolePages.seeOther("/organizations", htmx != null)
                .cookie(Notice.of("If there is an organization “" + wanted
                        + "”, its owners and admins see that you ask. It shows up here once they let you in."))
                .build();
    }

    private List<Membership> memberships() {
        return accounts.memberships(caller.get().user());
    }

    private Response dialog(int status, TemplateInstance content, @Nullable String htmx) {
        return ConsolePages.dialog(status, content, htmx, html -> new list(memberships(), html))
                .build();
    }
}
