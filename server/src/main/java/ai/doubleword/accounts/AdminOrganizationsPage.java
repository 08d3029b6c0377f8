package ai.doubleword.accounts;

import ai.doubleword.platform.ConsolePages;
import ai.doubleword.platform.ErrorCode;
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
import java.util.Set;
import java.util.TreeSet;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.jspecify.annotations.Nullable;

/// The page **Organizations** of administrators: all of them, with their members, keys and groups. Each leads to
/// its own pages, which administrators reach.
@Path("admin/organizations")
@Produces(MediaType.TEXT_HTML)
@Consumes(MediaType.APPLICATION_FORM_URLENCODED)
@RunOnVirtualThread
@RoutePolicy(value = Authentication.SESSION, right = "admin")
public final class AdminOrganizationsPage {
    private static final String ADDRESS = "/admin/organizations";
    private static final int PAGE = 50;

    private final AccountList all;
    private final AccountNames names;
    private final Accounts accounts;

    AdminOrganizationsPage(AccountList all, AccountNames names, Accounts accounts) {
        this.all = all;
        this.names = names;
        this.accounts = accounts;
    }

    /// A new organization as the form has it.
    ///
    /// @param owner an address, or `user_…`
    public record Form(String name, String slug, String owner) {}

    /// @param next the address of the page that follows, after the page's own; empty for the last
    record list(List<ListedAccount> organizations, String search, long total, String next, String dialog)
            implements TemplateInstance {}

    record create(Form form, String problem) implements TemplateInstance {}

    record groups(String id, String name, Set<String> chosen, List<String> known, String problem)
            implements TemplateInstance {}

    @GET
    @Operation(hidden = true)
    public Response show(
            @QueryParam("q") @DefaultValue("") String search, @QueryParam("skip") @DefaultValue("0") int skip) {
        return ConsolePages.page(200, list(search.strip(), Math.max(0, skip), ""))
                .build();
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
            @FormParam("owner") @DefaultValue("") String owner,
            @HeaderParam("HX-Request") @Nullable String htmx) {
        Form form = new Form(name.strip(), slug.strip(), owner.strip());
        try {
            long user = names.resolve(form.owner())
                    .user()
                    .orElseThrow(() -> new ProblemException(
                            ErrorCode.INVALID_VALUE, "An owner is a user: write an address, or user_…"));
            Organization made = accounts.createOrganization(
                    form.slug().isEmpty() ? Organization.slugOf(form.name()) : form.slug(), form.name(), user);
            return done("“" + made.name() + "” is made.", htmx);
        } catch (ProblemException refused) {
            return dialog(
                    refused.problem().code().status(),
                    new create(form, refused.problem().message()),
                    htmx);
        }
    }

    @GET
    @Path("{id}/groups")
    @Operation(hidden = true)
    public Response askGroups(@PathParam("id") String id, @HeaderParam("HX-Request") @Nullable String htmx) {
        Account account = account(id);
        return dialog(200, new groups(id, account.name(), account.groups(), all.groups(), ""), htmx);
    }

    @POST
    @Path("{id}/groups")
    @Operation(hidden = true)
    public Response groups(
            @PathParam("id") String id,
            @FormParam("group") List<String> chosen,
            @FormParam("more") @DefaultValue("") String more,
            @HeaderParam("HX-Request") @Nullable String htmx) {
        Account account = account(id);
        Set<String> wanted = new TreeSet<>(chosen);
        if (!more.isBlank()) {
            wanted.add(more.strip());
        }
        try {
            accounts.setGroups(account.id(), wanted);
        } catch (ProblemException refused) {
            return dialog(
                    refused.problem().code().status(),
                    new groups(
                            id,
                            account.name(),
                            wanted,
                            all.groups(),
                            refused.problem().message()),
                    htmx);
        }
        return done("The groups of “" + account.name() + "” are saved.", htmx);
    }

    private Account account(String id) {
        return accounts.account(names.resolve(id).account())
                .orElseThrow(() -> new ProblemException(ErrorCode.NOT_FOUND, "There is no such organization."));
    }

    private list list(String search, int skip, String dialog) {
        AccountList.Page page = all.page(new AccountList.Query("organization", search, "", skip, PAGE));
        int shown = skip + page.accounts().size();
        String next = shown < page.total()
                ? "?skip=" + shown + (search.isEmpty() ? "" : "&q=" + URLEncoder.encode(search, StandardCharsets.UTF_8))
                : "";
        return new list(page.accounts(), search, page.total(), next, dialog);
    }

    private Response dialog(int status, TemplateInstance content, @Nullable String htmx) {
        return ConsolePages.dialog(status, content, htmx, html -> list("", 0, html))
                .build();
    }

    private static Response done(String sentence, @Nullable String htmx) {
        return ConsolePages.seeOther(ADDRESS, htmx != null)
                .cookie(Notice.of(sentence))
                .build();
    }
}
