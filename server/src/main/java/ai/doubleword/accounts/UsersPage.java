package ai.doubleword.accounts;

import ai.doubleword.platform.ConsolePages;
import ai.doubleword.platform.ErrorCode;
import ai.doubleword.platform.Ids;
import ai.doubleword.platform.Notice;
import ai.doubleword.platform.Problem;
import ai.doubleword.platform.ProblemException;
import ai.doubleword.platform.PublicAddress;
import ai.doubleword.platform.RoutePolicy;
import ai.doubleword.platform.RoutePolicy.Authentication;
import ai.doubleword.platform.Secret;
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
import java.util.List;
import java.util.Optional;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.jspecify.annotations.Nullable;

/// The page **Users**, for administrators: the list, a page for each user, and the dialogs that change one.
@Path("admin/users")
@Produces(MediaType.TEXT_HTML)
@Consumes(MediaType.APPLICATION_FORM_URLENCODED)
@RunOnVirtualThread
@RoutePolicy(value = Authentication.SESSION, right = "admin")
public final class UsersPage {
    private static final String ADDRESS = "/admin/users";
    private static final int PAGE = 50;

    private final UserDirectory directory;
    private final Accounts accounts;
    private final AdminLinks links;
    private final Erasure erasure;
    private final PublicAddress address;
    private final CurrentCaller current;

    UsersPage(
            UserDirectory directory,
            Accounts accounts,
            AdminLinks links,
            Erasure erasure,
            PublicAddress address,
            CurrentCaller current) {
        this.directory = directory;
        this.accounts = accounts;
        this.links = links;
        this.erasure = erasure;
        this.address = address;
        this.current = current;
    }

    /// @param id as addresses name the user
    public record Line(String id, UserRow row) {}

    /// @param dialog a dialog over the page, as HTML that is rendered already; empty for none
    record list(UserDirectory.Listing listing, List<Line> lines, String dialog) implements TemplateInstance {}

    /// @param own whether it is who looks
    /// @param problem what was wrong with the last change; empty if nothing
    record detail(
            String id, UserDirectory.Profile profile, List<UserRole> roles, boolean own, String problem, String dialog)
            implements TemplateInstance {}

    /// @param problem what was wrong with the last attempt; empty at first
    record create(String email, String role, List<UserRole> roles, String problem) implements TemplateInstance {}

    /// A link's one appearance.
    ///
    /// @param home the page below
    record link(String home, String email, String url) implements TemplateInstance {}

    record disable(String id, String username) implements TemplateInstance {}

    /// @param problem what was wrong with the last attempt; empty at first
    record erase(String id, String username, String problem) implements TemplateInstance {}

    @GET
    @Operation(hidden = true)
    public Response show(
            @QueryParam("q") @DefaultValue("") String search,
            @QueryParam("show") @DefaultValue("") String state,
            @QueryParam("sort") @DefaultValue("") String sort,
            @QueryParam("after") @DefaultValue("") String after) {
        boolean descending = sort.startsWith("-");
        UserQuery query = new UserQuery(
                search.strip(),
                UserQuery.State.of(state).orElse(UserQuery.State.ALL),
                UserQuery.Sort.of(descending ? sort.substring(1) : sort).orElse(UserQuery.Sort.NAME),
                descending,
                Ids.parse(User.PREFIX, after).orElse(0),
                0,
                PAGE);
        return ConsolePages.page(200, listed(query, "")).build();
    }

    @GET
    @Path("new")
    @Operation(hidden = true)
    public Response askCreate(@HeaderParam("HX-Request") @Nullable String htmx) {
        return overList(200, new create("", UserRole.USER.wire(), roles(), ""), htmx);
    }

    @POST
    @RoutePolicy(value = Authentication.SESSION, right = "admin", confirmed = true)
    @Operation(hidden = true)
    public Response create(
            @FormParam("email") @DefaultValue("") String email,
            @FormParam("role") @DefaultValue("user") String role,
            @HeaderParam("HX-Request") @Nullable String htmx) {
        try {
            String checked = Addresses.check(email);
            User made = accounts.createUser(Newcomers.username(checked), checked, UsersResource.role(role));
            return overList(201, linkOf(ADDRESS, made), htmx);
        } catch (ProblemException refused) {
            Problem problem = refused.problem();
            return overList(problem.code().status(), new create(email, role, roles(), problem.message()), htmx);
        }
    }

    @GET
    @Path("{id}")
    @Operation(hidden = true)
    public Response showOne(@PathParam("id") String id) {
        return ConsolePages.page(200, page(find(id), "", "")).build();
    }

    @POST
    @Path("{id}/role")
    @RoutePolicy(value = Authentication.SESSION, right = "admin", confirmed = true)
    @Operation(hidden = true)
    public Response setRole(@PathParam("id") String id, @FormParam("role") @DefaultValue("") String role) {
        User user = find(id);
        return changed(
                user,
                "The role of " + user.username() + " is changed.",
                () -> accounts.setRole(user.id(), UsersResource.role(role)));
    }

    @POST
    @Path("{id}/link")
    @RoutePolicy(value = Authentication.SESSION, right = "admin", confirmed = true)
    @Operation(hidden = true)
    public Response makeLink(@PathParam("id") String id, @HeaderParam("HX-Request") @Nullable String htmx) {
        User user = find(id);
        return overPage(201, user, linkOf(home(user), user), htmx);
    }

    @GET
    @Path("{id}/disable")
    @Operation(hidden = true)
    public Response askDisable(@PathParam("id") String id, @HeaderParam("HX-Request") @Nullable String htmx) {
        User user = find(id);
        return overPage(200, user, new disable(id, user.username()), htmx);
    }

    @POST
    @Path("{id}/disable")
    @Operation(hidden = true)
    public Response disable(@PathParam("id") String id) {
        User user = find(id);
        return changed(user, user.username() + " is disabled.", () -> accounts.setDisabled(user.id(), true));
    }

    @POST
    @Path("{id}/enable")
    @Operation(hidden = true)
    public Response enable(@PathParam("id") String id) {
        User user = find(id);
        return changed(user, user.username() + " may come in again.", () -> accounts.setDisabled(user.id(), false));
    }

    @GET
    @Path("{id}/erase")
    @Operation(hidden = true)
    public Response askErase(@PathParam("id") String id, @HeaderParam("HX-Request") @Nullable String htmx) {
        User user = find(id);
        return overPage(200, user, new erase(id, user.username(), ""), htmx);
    }

    @POST
    @Path("{id}/erase")
    @RoutePolicy(value = Authentication.SESSION, right = "admin", confirmed = true)
    @Operation(hidden = true)
    public Response erase(
            @PathParam("id") String id,
            @FormParam("username") @DefaultValue("") String typed,
            @HeaderParam("HX-Request") @Nullable String htmx) {
        User user = find(id);
        if (!typed.strip().equals(user.username())) {
            return overPage(400, user, new erase(id, user.username(), "Type the name as it stands here."), htmx);
        }
        try {
            erasure.erase(user.id());
        } catch (ProblemException refused) {
            Problem problem = refused.problem();
            return overPage(problem.code().status(), user, new erase(id, user.username(), problem.message()), htmx);
        }
        return ConsolePages.seeOther(ADDRESS, htmx != null)
                .cookie(Notice.of("The user is erased."))
                .build();
    }

    private Response changed(User user, String sentence, Runnable change) {
        try {
            change.run();
        } catch (ProblemException refused) {
            Problem problem = refused.problem();
            return ConsolePages.page(problem.code().status(), page(user, problem.message(), ""))
                    .build();
        }
        return ConsolePages.seeOther(home(user), false)
                .cookie(Notice.of(sentence))
                .build();
    }

    private link linkOf(String home, User user) {
        try (Secret token = links.create(user.id())) {
            return new link(home, user.email(), address.publicUrl() + "/claim/" + token.revealText());
        }
    }

    private Response overList(int status, TemplateInstance dialog, @Nullable String htmx) {
        UserQuery all = new UserQuery("", UserQuery.State.ALL, UserQuery.Sort.NAME, false, 0, 0, PAGE);
        return ConsolePages.dialog(status, dialog, htmx, html -> listed(all, html))
                .build();
    }

    private Response overPage(int status, User user, TemplateInstance dialog, @Nullable String htmx) {
        return ConsolePages.dialog(status, dialog, htmx, html -> page(user, "", html))
                .build();
    }

    private list listed(UserQuery query, String dialog) {
        UserDirectory.Listing listing = directory.page(query);
        List<Line> lines = listing.rows().stream()
                .map(row -> new Line(Ids.format(User.PREFIX, row.user().id()), row))
                .toList();
        return new list(listing, lines, dialog);
    }

    private detail page(User user, String problem, String dialog) {
        return new detail(
                Ids.format(User.PREFIX, user.id()),
                directory.find(user.id()).orElseThrow(UsersPage::notFound),
                roles(),
                current.get().user() == user.id(),
                problem,
                dialog);
    }

    private User find(String id) {
        return Ids.parse(User.PREFIX, id).stream()
                .mapToObj(accounts::user)
                .flatMap(Optional::stream)
                .findFirst()
                .orElseThrow(UsersPage::notFound);
    }

    private static List<UserRole> roles() {
        return List.of(UserRole.values());
    }

    private static String home(User user) {
        return ADDRESS + '/' + Ids.format(User.PREFIX, user.id());
    }

    private static ProblemException notFound() {
        return new ProblemException(ErrorCode.NOT_FOUND, "There is no such user.");
    }
}
