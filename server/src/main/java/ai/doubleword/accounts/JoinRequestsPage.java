package ai.doubleword.accounts;

import ai.doubleword.platform.ConsolePages;
import ai.doubleword.platform.Ids;
import ai.doubleword.platform.Notice;
import ai.doubleword.platform.RoutePolicy;
import ai.doubleword.platform.RoutePolicy.Authentication;
import io.quarkus.qute.TemplateInstance;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.Operation;

/// The page **Join requests** of an organization, for its owners and admins.
@Path("o/{organization}/join-requests")
@Produces(MediaType.TEXT_HTML)
@Consumes(MediaType.APPLICATION_FORM_URLENCODED)
@RunOnVirtualThread
@RoutePolicy(value = Authentication.SESSION, right = "members")
public final class JoinRequestsPage {
    private final JoinRequests requests;
    private final OrganizationPeople people;
    private final CurrentOrganization organization;

    JoinRequestsPage(JoinRequests requests, OrganizationPeople people, CurrentOrganization organization) {
        this.requests = requests;
        this.people = people;
        this.organization = organization;
    }

    /// Somebody who asks.
    ///
    /// @param id as addresses have it
    public record Row(JoinRequest request, String id) {}

    record list(PeopleTabs tabs, String slug, List<Row> requests) implements TemplateInstance {}

    @GET
    @Operation(hidden = true)
    public Response show() {
        List<Row> rows = people.requests().stream()
                .map(request -> new Row(request, Ids.format(JoinRequest.PREFIX, request.id())))
                .toList();
        return ConsolePages.page(200, new list(people.tabs(), organization.get().slug(), rows))
                .build();
    }

    @POST
    @Path("{id}/approve")
    @Operation(hidden = true)
    public Response approve(@PathParam("id") String id) {
        requests.decide(organization.get(), JoinRequests.number(id), true);
        return decided("Who asked is a member now.");
    }

    @POST
    @Path("{id}/decline")
    @Operation(hidden = true)
    public Response decline(@PathParam("id") String id) {
        requests.decide(organization.get(), JoinRequests.number(id), false);
        return decided("The request is declined.");
    }

    private Response decided(String sentence) {
        return ConsolePages.seeOther(people.tabs().base() + "/join-requests", false)
                .cookie(Notice.of(sentence))
                .build();
    }
}
