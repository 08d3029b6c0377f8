package ai.doubleword.models;

import ai.doubleword.accounts.Caller;
import ai.doubleword.accounts.CurrentCaller;
import ai.doubleword.billing.ModelTariff;
import ai.doubleword.billing.PriceSpec;
import ai.doubleword.billing.Tariffs;
import ai.doubleword.platform.Database;
import ai.doubleword.platform.ErrorCode;
import ai.doubleword.platform.ProblemException;
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
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jdbi.v3.core.Handle;
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
    private final CurrentCaller caller;

    ModelsResource(Database database, Models models, Tariffs tariffs, Providers providers, CurrentCaller caller) {
        this.database = database;
        this.models = models;
        this.tariffs = tariffs;
        this.providers = providers;
        this.caller = caller;
    }

    @GET
    @RoutePolicy(RoutePolicy.Authentication.MANAGEMENT)
    public Page<ModelView> list(
            @QueryParam("skip") @DefaultValue("0") int skip, @QueryParam("limit") @DefaultValue("20") int limit) {
        return database.engine().withHandle(handle -> {
            Page<ModelEntry> page = Page.of(visible(handle), skip, limit);
            return new Page<>(views(handle, page.data()), page.totalCount(), page.skip(), page.limit());
        });
    }

    @GET
    @Path("{model: .+}")
    @RoutePolicy(RoutePolicy.Authentication.MANAGEMENT)
    public ModelView get(@PathParam("model") String model) {
        return database.engine().withHandle(handle -> view(handle, require(handle, model)));
    }

    @POST
    @RoutePolicy(value = RoutePolicy.Authentication.MANAGEMENT, right = "admin")
    public Response create(@Nullable ModelSpec spec) {
        ModelView created = database.engine()
                .inTransaction(handle -> view(handle, models.create(handle, CatalogueRules.body(spec))));
        return Response.status(Response.Status.CREATED).entity(created).build();
    }

    @PATCH
    @Path("{model: .+}")
    @RoutePolicy(value = RoutePolicy.Authentication.MANAGEMENT, right = "admin")
    public ModelView update(@PathParam("model") String model, @Nullable ModelSpec spec) {
        return database.engine()
                .inTransaction(handle ->
                        view(handle, models.update(handle, require(handle, model), CatalogueRules.body(spec))));
    }

    @DELETE
    @Path("{model: .+}")
    @RoutePolicy(value = RoutePolicy.Authentication.MANAGEMENT, right = "admin")
    public void delete(@PathParam("model") String model) {
        database.engine().useTransaction(handle -> models.delete(handle, require(handle, model)));
    }

    /// How a test call of one target went.
    public record TargetTest(String provider, String model, Providers.TestResult result) {}

    /// Calls each target of the model once.
    @POST
    @Path("{model: .+}/test")
    @Consumes(MediaType.WILDCARD)
    @RoutePolicy(value = RoutePolicy.Authentication.MANAGEMENT, right = "admin")
    public Map<String, List<TargetTest>> test(@PathParam("model") String model) throws InterruptedException {
        ModelEntry found = database.engine().withHandle(handle -> require(handle, model));
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
            ModelEntry found = require(handle, model);
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
    public Response price(@PathParam("model") String model, @Nullable PriceSpec price) {
        List<ModelTariff> added = database.engine()
                .inTransaction(handle ->
                        tariffs.add(handle, require(handle, model).id(), List.of(CatalogueRules.body(price))));
        return Response.status(Response.Status.CREATED)
                .entity(Map.of(
                        "data", added.stream().map(ModelView.PriceView::of).toList()))
                .build();
    }

    private List<ModelEntry> visible(Handle handle) {
        Caller reader = caller.get();
        List<ModelEntry> all = models.all(handle);
        if (administrator(reader)) {
            return all;
        }
        Set<Long> groups = GroupStore.ofAccount(handle, reader.account());
        return all.stream().filter(model -> visible(model, groups)).toList();
    }

    private static boolean visible(ModelEntry model, Set<Long> groups) {
        return model.groups().isEmpty() || model.groups().values().stream().anyMatch(groups::contains);
    }

    private static boolean administrator(Caller reader) {
        return reader.administrator() && reader.may("admin");
    }

    private ModelEntry require(Handle handle, String model) {
        return find(handle, model)
                .filter(found -> administrator(caller.get())
                        || visible(
                                found, GroupStore.ofAccount(handle, caller.get().account())))
                .orElseThrow(() -> new ProblemException(ErrorCode.NOT_FOUND, "There is no model '" + model + "'."));
    }

    private java.util.Optional<ModelEntry> find(Handle handle, String model) {
        try {
            return models.byUuid(handle, UUID.fromString(model)).or(() -> models.byName(handle, model));
        } catch (IllegalArgumentException e) {
            return models.byName(handle, model);
        }
    }

    private ModelView view(Handle handle, ModelEntry model) {
        return views(handle, List.of(model)).getFirst();
    }

    private List<ModelView> views(Handle handle, List<ModelEntry> page) {
        Map<Long, List<ModelTariff>> prices =
                tariffs
                        .inForceAndLater(
                                handle, page.stream().map(ModelEntry::id).toList())
                        .stream()
                        .collect(Collectors.groupingBy(ModelTariff::model));
        return page.stream()
                .map(model -> ModelView.of(
                        model, prices.getOrDefault(model.id(), List.of()), administrator(caller.get()), providers))
                .toList();
    }
}
