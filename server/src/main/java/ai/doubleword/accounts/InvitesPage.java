package ai.doubleword.accounts;

import ai.doubleword.platform.ConsolePages;
import ai.doubleword.platform.Ids;
import ai.doubleword.platform.Notice;
import ai.doubleword.platform.ProblemException;
import ai.doubleword.platform.PublicAddress;
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
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.jspecify.annotations.Nullable;

/// The page **Invites** of an organization, for its owners and admins. A link stands in the one answer that makes it:
/// it is copied there, or a new one is made.
@Path("o/{organization}/invites")
@Produces(MediaType.TEXT_HTML)
@Consumes(MediaType.APPLICATION_FORM_URLENCODED)
@RunOnVirtualThread
@RoutePolicy(value = Authentication.SESSION, right = "members")
public final class InvitesPage {
    private final Invites invites;
    private final OrganizationPeople people;
    private final Members members;
    private final CurrentOrganization organization;
    private final PublicAddress address;
    private final Clock clock;

    InvitesPage(
            Invites invites,
            OrganizationPeople people,
            Members members,
            CurrentOrganization organization,
            PublicAddress address,
            Clock clock) {
        this.invites = invites;
        this.people = people;
        this.members = members;
        this.organization = organization;
        this.address = address;
        this.clock = clock;
    }

    /// An invite as the list shows it.
    ///
    /// @param id as addresses have it
    /// @param expired whether its link stopped working
    /// @param change whether the reader may renew it and take it back
    public record Row(Invite invite, String id, boolean expired, boolean change) {}

    /// An invite as the form has it.
    public record Form(String email, String role, boolean manageKeys) {}

    record list(PeopleTabs tabs, List<Row> invites, String dialog) implements TemplateInstance {}

    record create(PeopleTabs tabs, Form form, List<MemberRole> roles, String problem) implements TemplateInstance {}

    record shown(PeopleTabs tabs, Invite invite, String url) implements TemplateInstance {}

    record revoke(PeopleTabs tabs, Invite invite, String id) implements TemplateInstance {}

    @GET
    @Operation(hidden = true)
    public Response show() {
        return ConsolePages.page(200, new list(people.tabs(), rows(), "")).build();
    }

    @GET
    @Path("new")
    @Operation(hidden = true)
    public Response ask(@HeaderParam("HX-Request") @Nullable String htmx) {
        return dialog(200, form(new Form("", "member", false), ""), htmx);
    }

    @POST
    @Operation(hidden = true)
    public Response create(
            @FormParam("email") @DefaultValue("") String email,
            @FormParam("role") @DefaultValue("member") String role,
            @FormParam("manage_keys") @Nullable String manageKeys,
            @HeaderParam("HX-Request") @Nullable String htmx) {
        Form form = new Form(email, role, manageKeys != null);
        try {
            MemberRole wanted = Members.role(role);
            organization.requireMayGive(wanted);
            return link(
                    invites.invite(organization.get(), members.powers().user(), email, wanted, form.manageKeys()),
                    htmx);
        } catch (ProblemException refused) {
            return dialog(
                    refused.problem().code().status(),
                    form(form, refused.problem().message()),
                    htmx);
        }
    }

    @POST
    @Path("{id}/resend")
    @Operation(hidden = true)
    public Response resend(@PathParam("id") String id, @HeaderParam("HX-Request") @Nullable String htmx) {
        return link(
                invites.renew(organization.get(), people.changeableInvite(id).id()), htmx);
    }

    @GET
    @Path("{id}/revoke")
    @Operation(hidden = true)
    public Response askRevoke(@PathParam("id") String id, @HeaderParam("HX-Request") @Nullable String htmx) {
        return dialog(200, new revoke(people.tabs(), people.changeableInvite(id), id), htmx);
    }

    @POST
    @Path("{id}/revoke")
    @Operation(hidden = true)
    public Response revoke(@PathParam("id") String id, @HeaderParam("HX-Request") @Nullable String htmx) {
        invites.revoke(organization.get(), people.changeableInvite(id).id());
        return ConsolePages.seeOther(people.tabs().base() + "/invites", htmx != null)
                .cookie(Notice.of("The invite is taken back; its link does not work any more."))
                .build();
    }

    private create form(Form form, String problem) {
        return new create(people.tabs(), form, members.powers().givable(), problem);
    }

    private Response link(Invites.Issued issued, @Nullable String htmx) {
        String url = address.publicUrl() + "/invite/" + issued.token().revealText();
        return dialog(201, new shown(people.tabs(), issued.invite(), url), htmx);
    }

    private List<Row> rows() {
        Instant now = clock.instant();
        List<MemberRole> givable = members.powers().givable();
        return people.invites().stream()
                .map(invite -> new Row(
                        invite,
                        Ids.format(Invite.PREFIX, invite.id()),
                        !now.isBefore(invite.expires()),
                        givable.contains(invite.role())))
                .toList();
    }

    private Response dialog(int status, TemplateInstance content, @Nullable String htmx) {
        return ConsolePages.dialog(status, content, htmx, html -> new list(people.tabs(), rows(), html))
                .build();
    }
}
