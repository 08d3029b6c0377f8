package ai.doubleword.administration;

import static ai.doubleword.platform.FormFields.count;
import static ai.doubleword.platform.FormFields.number;
import static ai.doubleword.platform.FormFields.text;
import static ai.doubleword.platform.FormFields.whole;

import ai.doubleword.accounts.Accounts;
import ai.doubleword.accounts.CurrentCaller;
import ai.doubleword.administration.Limited.Kind;
import ai.doubleword.keys.Keys;
import ai.doubleword.limits.Rates;
import ai.doubleword.limits.RatesSpec;
import ai.doubleword.models.ModelLimits;
import ai.doubleword.platform.ConsolePages;
import ai.doubleword.platform.Database;
import ai.doubleword.platform.ErrorCode;
import ai.doubleword.platform.KeyText;
import ai.doubleword.platform.Notice;
import ai.doubleword.platform.ProblemException;
import ai.doubleword.platform.RoutePolicy;
import ai.doubleword.platform.RoutePolicy.Authentication;
import io.quarkus.qute.TemplateInstance;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.MultivaluedMap;
import jakarta.ws.rs.core.Response;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.jspecify.annotations.Nullable;

/// The page **Limits** of administrators: requests and tokens per minute and requests at once, of models over all
/// callers, of accounts over all their keys, of single keys. A request must find room in each.
@Path("admin/limits")
@Produces(MediaType.TEXT_HTML)
@Consumes(MediaType.APPLICATION_FORM_URLENCODED)
@RunOnVirtualThread
@RoutePolicy(value = Authentication.SESSION, right = "admin")
public final class AdminLimitsPage {
    private static final String ADDRESS = "/admin/limits";
    private static final int PAGE = 100;

    private final Database database;
    private final ModelLimits models;
    private final Accounts accounts;
    private final Keys keys;
    private final CurrentCaller current;

    AdminLimitsPage(Database database, ModelLimits models, Accounts accounts, Keys keys, CurrentCaller current) {
        this.database = database;
        this.models = models;
        this.accounts = accounts;
        this.keys = keys;
        this.current = current;
    }

    /// What the page shows, as its address says.
    ///
    /// @param limited whether those without any limit are left out
    record View(Kind kind, String search, boolean limited) {
        /// The address of the same view with something else in one place.
        public String href(String kind, boolean onlyLimited) {
            return "?of=" + kind + (search.isEmpty() ? "" : "&q=" + encoded(search))
                    + (onlyLimited ? "&limited=on" : "");
        }

        /// What can be chosen.
        public List<String> kinds() {
            return List.of("models", "accounts", "keys");
        }
    }

    /// @param next the address of the page that follows; empty for the last
    record list(View view, List<Limited> rows, String next, String dialog) implements TemplateInstance {}

    /// @param fields the limits as text, in the order that [Rates] has them
    record edit(Limited limited, List<String> fields, String problem) implements TemplateInstance {}

    @GET
    @Operation(hidden = true)
    public Response list(
            @QueryParam("of") @DefaultValue("models") String of,
            @QueryParam("q") @DefaultValue("") String search,
            @QueryParam("limited") @DefaultValue("") String limited,
            @QueryParam("after") @DefaultValue("") String after,
            @QueryParam("after_id") @DefaultValue("") String afterId) {
        View view = new View(Kind.of(of), KeyText.cut(search.strip()), !limited.isEmpty());
        return ConsolePages.page(200, page(view, after, afterId, "")).build();
    }

    @GET
    @Path("{kind: models|accounts|keys}/{id}")
    @Operation(hidden = true)
    public Response askChange(
            @PathParam("kind") String kind,
            @PathParam("id") String id,
            @HeaderParam("HX-Request") @Nullable String htmx) {
        Limited limited = find(Kind.of(kind), id);
        Rates rates = limited.rates();
        return dialog(
                200,
                limited,
                List.of(
                        number(rates.requestsPerMinute()),
                        number(rates.tokensPerMinute()),
                        number(rates.concurrentRequests())),
                "",
                htmx);
    }

    @POST
    @Path("{kind: models|accounts|keys}/{id}")
    @Operation(hidden = true)
    public Response change(
            @PathParam("kind") String kind,
            @PathParam("id") String id,
            @HeaderParam("HX-Request") @Nullable String htmx,
            MultivaluedMap<String, String> form) {
        Limited limited = find(Kind.of(kind), id);
        List<String> fields = List.of(
                text(form, "requests_per_minute"), text(form, "tokens_per_minute"), text(form, "concurrent_requests"));
        return ConsolePages.attempt(
                () -> {
                    set(
                            limited,
                            new RatesSpec(
                                    count("requests_per_minute", fields.get(0)),
                                    whole("tokens_per_minute", fields.get(1), Long.MAX_VALUE),
                                    count("concurrent_requests", fields.get(2))));
                    return ConsolePages.seeOther(
                                    ADDRESS + "?of=" + limited.kind().wire(), htmx != null)
                            .cookie(Notice.of("The limits of “" + limited.name() + "” are set."))
                            .build();
                },
                (status, reason) -> dialog(status, limited, fields, reason, htmx));
    }

    private void set(Limited limited, RatesSpec wanted) {
        switch (limited.kind()) {
            case MODELS -> models.set(limited.id(), wanted);
            case ACCOUNTS -> accounts.setRates(limited.account(), wanted.over(Rates.UNLIMITED));
            case KEYS ->
                keys.change(
                        limited.account(),
                        limited.id(),
                        terms -> terms.withRates(wanted.over(Rates.UNLIMITED)),
                        current.get().rights());
        }
    }

    private list page(View view, String after, String afterId, String dialog) {
        List<Limited> found = database.engine()
                .withHandle(handle ->
                        LimitStore.page(handle, view.kind(), view.search(), view.limited(), after, afterId, PAGE + 1));
        boolean more = found.size() > PAGE;
        List<Limited> rows = more ? found.subList(0, PAGE) : found;
        String next = more
                ? ADDRESS + view.href(view.kind().wire(), view.limited()) + "&after="
                        + encoded(rows.getLast().name().toLowerCase(Locale.ROOT)) + "&after_id="
                        + rows.getLast().id()
                : "";
        return new list(view, rows, next, dialog);
    }

    private Response dialog(int status, Limited limited, List<String> fields, String problem, @Nullable String htmx) {
        return ConsolePages.dialog(
                        status,
                        new edit(limited, fields, problem),
                        htmx,
                        html -> page(new View(limited.kind(), "", false), "", "", html))
                .build();
    }

    private Limited find(Kind kind, String id) {
        return database.engine()
                .withHandle(handle -> LimitStore.find(handle, kind, id))
                .orElseThrow(() -> new ProblemException(ErrorCode.NOT_FOUND, "There is nothing of this id to limit."));
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }
}
