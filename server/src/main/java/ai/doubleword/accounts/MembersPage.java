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
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.jspecify.annotations.Nullable;

/// The page **Members** of an organization: who is in it, in which role. What the reader may not do is not on it; the
/// services refuse it anyway.
@Path("o/{organization}/members")
@Produces(MediaType.TEXT_HTML)
@Consumes(MediaType.APPLICATION_FORM_URLENCODED)
@RunOnVirtualThread
@RoutePolicy(Authentication.SESSION)
public final class MembersPage {
    private static final int PAGE = 50;

    private final Members members;
    private final OrganizationPeople people;

    MembersPage(Members members, OrganizationPeople people) {
        this.members = members;
        this.people = people;
    }

    /// A member as the list shows it.
    ///
    /// @param id as addresses have it
    /// @param self whether it is the reader
    /// @param change whether the reader may change role and right
    /// @param remove whether the reader may remove the member, or leave
    public record Row(Member member, String id, boolean self, boolean change, boolean remove) {}

    /// A page of the list.
    ///
    /// @param search what is searched for; empty for all
    /// @param total how many the search leaves
    /// @param next address of the page that follows, after the page's own; empty for the last
    public record Listing(List<Row> rows, String search, long total, String next) {}

    record list(PeopleTabs tabs, Listing listing, String dialog) implements TemplateInstance {}

    record edit(
            String base,
            String id,
            Member member,
            String role,
            boolean manageKeys,
            List<MemberRole> roles,
            String problem)
            implements TemplateInstance {}

    record remove(
            String base,
            String organization,
            String id,
            Member member,
            boolean self,
            List<String> ending,
            String problem)
            implements TemplateInstance {}

    @GET
    @Operation(hidden = true)
    public Response show(
            @QueryParam("q") @DefaultValue("") String search, @QueryParam("skip") @DefaultValue("0") int skip) {
        return ConsolePages.page(200, new list(people.tabs(), listing(search.strip(), Math.max(0, skip)), ""))
                .build();
    }

    @GET
    @Path("{user}/edit")
    @RoutePolicy(value = Authentication.SESSION, right = "members")
    @Operation(hidden = true)
    public Response askEdit(@PathParam("user") String user, @HeaderParam("HX-Request") @Nullable String htmx) {
        Member member = members.find(user);
        return dialog(200, edit(member, member.role().wire(), member.manageKeys(), ""), htmx);
    }

    @POST
    @Path("{user}/edit")
    @RoutePolicy(value = Authentication.SESSION, right = "members")
    @Operation(hidden = true)
    public Response edit(
            @PathParam("user") String user,
            @FormParam("role") @DefaultValue("") String role,
            @FormParam("manage_keys") @Nullable String manageKeys,
            @HeaderParam("HX-Request") @Nullable String htmx) {
        Member member = members.find(user);
        boolean manages = manageKeys != null;
        try {
            members.change(member, Members.role(role), manages);
        } catch (ProblemException refused) {
            return dialog(
                    refused.problem().code().status(),
                    edit(member, role, manages, refused.problem().message()),
                    htmx);
        }
        return ConsolePages.seeOther(base() + "/members", htmx != null)
                .cookie(Notice.of("“" + member.username() + "” is changed."))
                .build();
    }

    @GET
    @Path("{user}/remove")
    @Operation(hidden = true)
    public Response askRemove(@PathParam("user") String user, @HeaderParam("HX-Request") @Nullable String htmx) {
        return dialog(200, remove(members.find(user), ""), htmx);
    }

    @POST
    @Path("{user}/remove")
    @Operation(hidden = true)
    public Response remove(@PathParam("user") String user, @HeaderParam("HX-Request") @Nullable String htmx) {
        Member member = members.find(user);
        boolean leaves = members.powers().isSelf(member);
        PeopleTabs before = people.tabs();
        try {
            members.remove(member);
        } catch (ProblemException refused) {
            return dialog(
                    refused.problem().code().status(),
                    remove(member, refused.problem().message()),
                    htmx);
        }
        return leaves
                ? ConsolePages.seeOther("/organizations", htmx != null)
                        .cookie(Notice.of("You have left “" + before.organization() + "”."))
                        .build()
                : ConsolePages.seeOther(before.base() + "/members", htmx != null)
                        .cookie(Notice.of("“" + member.username() + "” is removed."))
                        .build();
    }

    private edit edit(Member member, String role, boolean manageKeys, String problem) {
        return new edit(
                base(), id(member), member, role, manageKeys, members.powers().givable(), problem);
    }

    private remove remove(Member member, String problem) {
        PeopleTabs tabs = people.tabs();
        return new remove(
                tabs.base(),
                tabs.organization(),
                id(member),
                member,
                members.powers().isSelf(member),
                members.ending(member),
                problem);
    }

    private Listing listing(String search, int skip) {
        Members.Page page = members.page(search, skip, PAGE);
        Members.Powers powers = members.powers();
        int shown = skip + page.members().size();
        return new Listing(
                page.members().stream().map(member -> row(member, powers)).toList(),
                search,
                page.total(),
                shown < page.total()
                        ? "?skip=" + shown
                                + (search.isEmpty() ? "" : "&q=" + URLEncoder.encode(search, StandardCharsets.UTF_8))
                        : "");
    }

    private static Row row(Member member, Members.Powers powers) {
        return new Row(member, id(member), powers.isSelf(member), powers.mayChange(member), powers.mayRemove(member));
    }

    private String base() {
        return people.tabs().base();
    }

    private static String id(Member member) {
        return Ids.format(User.PREFIX, member.user());
    }

    private Response dialog(int status, TemplateInstance content, @Nullable String htmx) {
        return ConsolePages.dialog(status, content, htmx, html -> new list(people.tabs(), listing("", 0), html))
                .build();
    }
}
