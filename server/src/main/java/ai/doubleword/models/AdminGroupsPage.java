package ai.doubleword.models;

import ai.doubleword.accounts.AccountList;
import ai.doubleword.accounts.AccountNames;
import ai.doubleword.accounts.Accounts;
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
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.jspecify.annotations.Nullable;

/// The page **Groups**, for administrators: to whom models are open that are not open to everyone. Which groups a model
/// names is changed at the model.
@Path("admin/groups")
@Produces(MediaType.TEXT_HTML)
@Consumes(MediaType.APPLICATION_FORM_URLENCODED)
@RunOnVirtualThread
@RoutePolicy(value = Authentication.SESSION, right = "admin")
public final class AdminGroupsPage {
    private static final String ADDRESS = "/admin/groups";
    private static final int PAGE = 50;

    private final Groups groups;
    private final AccountList all;
    private final AccountNames names;
    private final Accounts accounts;

    AdminGroupsPage(Groups groups, AccountList all, AccountNames names, Accounts accounts) {
        this.groups = groups;
        this.all = all;
        this.names = names;
        this.accounts = accounts;
    }

    record list(List<Group> groups, String dialog) implements TemplateInstance {}

    /// @param next how many accounts the following page leaves out; 0 for none
    record detail(Group group, AccountList.Page accounts, String added, int next, String problem, String dialog)
            implements TemplateInstance {}

    record create(String name, String problem) implements TemplateInstance {}

    record delete(Group group, String problem) implements TemplateInstance {}

    @GET
    @Operation(hidden = true)
    public Response show() {
        return ConsolePages.page(200, new list(groups.all(), "")).build();
    }

    @GET
    @Path("new")
    @Operation(hidden = true)
    public Response ask(@HeaderParam("HX-Request") @Nullable String htmx) {
        return dialog(200, new create("", ""), htmx);
    }

    @POST
    @Operation(hidden = true)
    public Response create(
            @FormParam("name") @DefaultValue("") String name, @HeaderParam("HX-Request") @Nullable String htmx) {
        try {
            return done(groups.create(name.strip()), "“" + name.strip() + "” is made.", htmx != null);
        } catch (ProblemException refused) {
            return dialog(
                    refused.problem().code().status(),
                    new create(name, refused.problem().message()),
                    htmx);
        }
    }

    @GET
    @Path("{id}")
    @Operation(hidden = true)
    public Response detail(@PathParam("id") String id, @QueryParam("skip") @DefaultValue("0") int skip) {
        return detail(200, groups.find(id), "", Math.max(0, skip), "", "");
    }

    @POST
    @Path("{id}/add")
    @Operation(hidden = true)
    public Response add(@PathParam("id") String id, @FormParam("account") @DefaultValue("") String account) {
        Group group = groups.find(id);
        try {
            accounts.setInGroup(names.resolve(account.strip()).account(), group.name(), true);
        } catch (ProblemException refused) {
            return detail(
                    refused.problem().code().status(),
                    group,
                    account,
                    0,
                    refused.problem().message(),
                    "");
        }
        return done(group, "“" + account.strip() + "” is in the group.", false);
    }

    @POST
    @Path("{id}/remove")
    @Operation(hidden = true)
    public Response remove(@PathParam("id") String id, @FormParam("account") @DefaultValue("") String account) {
        Group group = groups.find(id);
        accounts.setInGroup(names.resolve(account).account(), group.name(), false);
        return done(group, "Taken out of the group.", false);
    }

    @GET
    @Path("{id}/delete")
    @Operation(hidden = true)
    public Response askDelete(@PathParam("id") String id, @HeaderParam("HX-Request") @Nullable String htmx) {
        Group group = groups.find(id);
        return deletion(200, group, "", htmx);
    }

    @POST
    @Path("{id}/delete")
    @Operation(hidden = true)
    public Response delete(@PathParam("id") String id, @HeaderParam("HX-Request") @Nullable String htmx) {
        Group group = groups.find(id);
        try {
            groups.delete(group);
        } catch (ProblemException refused) {
            return deletion(
                    refused.problem().code().status(), group, refused.problem().message(), htmx);
        }
        return ConsolePages.seeOther(ADDRESS, htmx != null)
                .cookie(Notice.of("“" + group.name() + "” is deleted."))
                .build();
    }

    private Response deletion(int status, Group group, String problem, @Nullable String htmx) {
        String html = new delete(group, problem).render();
        return htmx != null ? ConsolePages.page(status, html).build() : detail(status, group, "", 0, "", html);
    }

    private Response detail(int status, Group group, String added, int skip, String problem, String dialog) {
        AccountList.Page page = all.page(new AccountList.Query("", "", group.name(), skip, PAGE));
        int shown = skip + page.accounts().size();
        return ConsolePages.page(
                        status, new detail(group, page, added, shown < page.total() ? shown : 0, problem, dialog))
                .build();
    }

    private Response dialog(int status, TemplateInstance content, @Nullable String htmx) {
        return ConsolePages.dialog(status, content, htmx, html -> new list(groups.all(), html))
                .build();
    }

    private static Response done(Group group, String sentence, boolean inPlace) {
        return ConsolePages.seeOther(ADDRESS + "/" + group.publicId(), inPlace)
                .cookie(Notice.of(sentence))
                .build();
    }
}
