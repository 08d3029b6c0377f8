package ai.doubleword.models;

import ai.doubleword.billing.ModelTariff;
import ai.doubleword.billing.Tariff;
import ai.doubleword.billing.Tariffs;
import ai.doubleword.platform.ConsolePages;
import ai.doubleword.platform.Database;
import ai.doubleword.platform.Notice;
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
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.jspecify.annotations.Nullable;

/// The page **Tariffs** of administrators: what every model costs in every tier, each version there ever was, and
/// those that are to come. A version is never edited; a new one follows it.
@Path("admin/tariffs")
@Produces(MediaType.TEXT_HTML)
@Consumes(MediaType.APPLICATION_FORM_URLENCODED)
@RunOnVirtualThread
@RoutePolicy(value = Authentication.SESSION, right = "admin")
public final class AdminTariffsPage {
    private static final String ADDRESS = "/admin/tariffs";
    private static final int SHOWN = 100;

    private final Database database;
    private final Models models;
    private final Tariffs tariffs;
    private final ModelLists lists;
    private final Clock clock;

    AdminTariffsPage(Database database, Models models, Tariffs tariffs, ModelLists lists, Clock clock) {
        this.database = database;
        this.models = models;
        this.tariffs = tariffs;
        this.lists = lists;
        this.clock = clock;
    }

    /// A version of a price, and how long it counts.
    ///
    /// @param state `in force`, `planned` or `past`
    /// @param until when the next version follows; empty while none does
    record Version(ModelTariff price, String state, Optional<Instant> until) {
        /// The tier in the word of the console.
        public String tier() {
            return ModelRow.Offer.of(price).tier();
        }

        /// What a form calls it.
        public String slot() {
            return PriceForm.slot(price);
        }

        public Tariff tariff() {
            return price.tariff();
        }
    }

    record list(ModelLists.Listing listing) implements TemplateInstance {}

    /// @param inForce now, by tier
    /// @param history all versions, the newest first
    /// @param more how many older versions are not shown
    record history(String id, String name, List<Version> inForce, List<Version> history, int more, String dialog)
            implements TemplateInstance {}

    record price(String id, String name, PriceForm form, String problem) implements TemplateInstance {}

    @GET
    @Operation(hidden = true)
    public Response list(
            @QueryParam("q") @DefaultValue("") String search,
            @QueryParam("show") @DefaultValue("") String show,
            @QueryParam("after") @DefaultValue("") String after) {
        return ConsolePages.page(200, new list(lists.page(ADDRESS, search, show, after)))
                .build();
    }

    @GET
    @Path("{model}")
    @Operation(hidden = true)
    public Response history(@PathParam("model") String id) {
        return page(200, lists.model(id), "");
    }

    @GET
    @Path("{model}/price")
    @Operation(hidden = true)
    public Response askPrice(
            @PathParam("model") String id,
            @QueryParam("slot") @DefaultValue("realtime") String slot,
            @HeaderParam("HX-Request") @Nullable String htmx) {
        ModelEntry model = lists.model(id);
        Optional<ModelTariff> known = versions(model).stream()
                .filter(version ->
                        version.state().equals("in force") && version.slot().equals(slot))
                .map(Version::price)
                .findFirst();
        return dialog(200, model, PriceForm.of(slot, known), "", htmx);
    }

    @POST
    @Path("{model}/price")
    @ChangesRoutes
    @Operation(hidden = true)
    public Response price(
            @PathParam("model") String id,
            @HeaderParam("HX-Request") @Nullable String htmx,
            MultivaluedMap<String, String> fields) {
        ModelEntry model = lists.model(id);
        PriceForm form = PriceForm.of(fields);
        return ConsolePages.attempt(
                () -> {
                    List<ModelTariff> added = database.engine()
                            .inTransaction(handle -> models.price(handle, model, List.of(form.spec())));
                    return ConsolePages.seeOther(ADDRESS + "/" + model.uuid(), htmx != null)
                            .cookie(Notice.of(sentence(added.size())))
                            .build();
                },
                (status, reason) -> dialog(status, model, form, reason, htmx));
    }

    private static String sentence(int added) {
        return switch (added) {
            case 0 -> "That is its price already.";
            case 1 -> "The price is set.";
            default -> "The price is set, and " + (added - 1) + " that follow from it.";
        };
    }

    private Response dialog(int status, ModelEntry model, PriceForm form, String problem, @Nullable String htmx) {
        String html = new price(model.uuid().toString(), model.name(), form, problem).render();
        return htmx != null ? ConsolePages.page(status, html).build() : page(status, model, html);
    }

    private Response page(int status, ModelEntry model, String dialog) {
        List<Version> all = versions(model);
        return ConsolePages.page(
                        status,
                        new history(
                                model.uuid().toString(),
                                model.name(),
                                all.stream()
                                        .filter(version -> version.state().equals("in force"))
                                        .sorted(java.util.Comparator.comparing(
                                                version -> version.price().tier()))
                                        .toList(),
                                all.subList(0, Math.min(SHOWN, all.size())),
                                Math.max(0, all.size() - SHOWN),
                                dialog))
                .build();
    }

    /// All versions, the newest first: each counts until the next of its slot does.
    private List<Version> versions(ModelEntry model) {
        Instant now = clock.instant();
        Map<String, Instant> next = new HashMap<>();
        List<Version> versions = new ArrayList<>();
        for (ModelTariff price : database.engine().withHandle(handle -> tariffs.history(handle, model.id()))) {
            Instant from = price.tariff().validFrom();
            Optional<Instant> until = Optional.ofNullable(next.put(PriceForm.slot(price), from));
            boolean ended = until.isPresent() && !until.get().isAfter(now);
            versions.add(new Version(price, from.isAfter(now) ? "planned" : ended ? "past" : "in force", until));
        }
        return versions;
    }
}
