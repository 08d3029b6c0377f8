package ai.doubleword.models;

import ai.doubleword.billing.ModelTariff;
import ai.doubleword.billing.PriceSpec;
import ai.doubleword.billing.Tariffs;
import ai.doubleword.platform.Database;
import ai.doubleword.platform.RoutePolicy;
import ai.doubleword.providers.Providers;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.PATCH;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Models: any platform key reads those that its account may see, administrators see where they run and change them.
/// A model is addressed by its UUID or its name.
@Path("admin/api/v1/models")
@Produces(MediaType.APPLICATION_JSON)
@Consumes(MediaType.APPLICATION_JSON)
@RunOnVirtualThread
public class ModelsResource {
    private final Database database;
    private final Models models;
    private final Tariffs tariffs;
    private final Providers providers;
    private final VisibleModels visible;

    ModelsResource(Database database, Models models, Tariffs tariffs, Providers providers, VisibleModels visible) {
        this.database = database;
        this.models = models;
        this.tariffs = tariffs;
        this.providers = providers;
        this.visible = visible;
    }

    @GET
    @RoutePolicy(RoutePolicy.Authentication.MANAGEMENT)
    public Page<ModelView> list(
            @QueryParam("skip") @DefaultValue("0") int skip, @QueryParam("limit") @DefaultValue("20") int limit) {
        return database.engine().withHandle(handle -> {
            Page<ModelEntry> page = Page.of(visible.all(handle), skip, limit);
            return new Page<>(visible.views(handle, page.data()), page.totalCount(), page.skip(), page.limit());
        });
    }

    @GET
    @Path("{model: .+}")
    @RoutePolicy(RoutePolicy.Authentication.MANAGEMENT)
    public ModelView get(@PathParam("model") String model) {
        return database.engine().withHandle(handle -> visible.view(handle, visible.require(handle, model)));
    }

    @POST
    @RoutePolicy(value = RoutePolicy.Authentication.MANAGEMENT, right = "admin")
    @ChangesRoutes
    public Response create(@Nullable ModelSpec spec) {
        ModelView created = database.engine()
                .inTransaction(handle -> visible.view(handle, models.create(handle, CatalogueRules.body(spec))));
        return Response.status(Response.Status.CREATED).entity(created).build();
    }

    @PATCH
    @Path("{model: .+}")
    @RoutePolicy(value = RoutePolicy.Authentication.MANAGEMENT, right = "admin")
    @ChangesRoutes
    public ModelView update(@PathParam("model") String model, @Nullable ModelSpec spec) {
        return database.engine()
                .inTransaction(handle -> visible.view(
                        handle, models.update(handle, visible.require(handle, model), CatalogueRules.body(spec))));
    }

    @DELETE
    @Path("{model: .+}")
    @RoutePolicy(value = RoutePolicy.Authentication.MANAGEMENT, right = "admin")
    @ChangesRoutes
    public void delete(@PathParam("model") String model) {
        database.engine().useTransaction(handle -> models.delete(handle, visible.require(handle, model)));
    }

    /// How a test call of one target went.
    public record TargetTest(String provider, String model, Providers.TestResult result) {}

    /// Calls each target of the model once.
    @POST
    @Path("{model: .+}/test")
    @Consumes(MediaType.WILDCARD)
    @RoutePolicy(value = RoutePolicy.Authentication.MANAGEMENT, right = "admin")
    public Map<String, List<TargetTest>> test(@PathParam("model") String model) throws InterruptedException {
        ModelEntry found = database.engine().withHandle(handle -> visible.require(handle, model));
        List<TargetTest> results = new ArrayList<>();
        for (ModelEntry.TargetEntry target : found.targets()) {
            results.add(new TargetTest(
                    target.providerName(),
                    target.upstreamModel(),
                    providers.test(
                            database.engine(),
                            target.providerName(),
                            found.type().wire(),
                            target.upstreamModel())));
        }
        return Map.of("targets", results);
    }

    @GET
    @Path("{model: .+}/tariffs")
    @RoutePolicy(RoutePolicy.Authentication.MANAGEMENT)
    public Page<ModelView.PriceView> tariffs(
            @PathParam("model") String model,
            @QueryParam("skip") @DefaultValue("0") int skip,
            @QueryParam("limit") @DefaultValue("100") int limit) {
        return database.engine().withHandle(handle -> {
            ModelEntry found = visible.require(handle, model);
            return Page.of(
                    tariffs.history(handle, found.id()).stream()
                            .map(ModelView.PriceView::of)
                            .toList(),
                    skip,
                    limit);
        });
    }

    /// Adds a version of a price, and those that follow from it by factor.
    @POST
    @Path("{model: .+}/tariffs")
    @RoutePolicy(value = RoutePolicy.Authentication.MANAGEMENT, right = "admin")
    @ChangesRoutes
    public Response price(@PathParam("model") String model, @Nullable PriceSpec price) {
        List<ModelTariff> added = database.engine()
                .inTransaction(handle ->
                        models.price(handle, visible.require(handle, model), List.of(CatalogueRules.body(price))));
        return Response.status(Response.Status.CREATED)
                .entity(Map.of(
                        "data", added.stream().map(ModelView.PriceView::of).toList()))
                .build();
    }
}
