package ai.doubleword.models;

import ai.doubleword.platform.AuditEvent;
import ai.doubleword.platform.AuditTrail;
import ai.doubleword.platform.Database;
import ai.doubleword.platform.ErrorCode;
import ai.doubleword.platform.ProblemException;
import ai.doubleword.platform.RoutePolicy;
import ai.doubleword.providers.Provider;
import ai.doubleword.providers.ProviderSpec;
import ai.doubleword.providers.Providers;
import ai.doubleword.providers.ResponsesSupport;
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
import java.util.List;
import java.util.Map;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/// Providers, for administrators: where models run, and the secrets that lead there. It stands beside the models,
/// because removing or discovering changes both in one transaction.
@Path("admin/api/v1/providers")
@Produces(MediaType.APPLICATION_JSON)
@Consumes(MediaType.APPLICATION_JSON)
@RunOnVirtualThread
public class ProvidersResource {
    private final Database database;
    private final Providers providers;
    private final Models models;
    private final Discoveries discoveries;
    private final AuditTrail audit;

    ProvidersResource(
            Database database, Providers providers, Models models, Discoveries discoveries, AuditTrail audit) {
        this.discoveries = discoveries;
        this.database = database;
        this.providers = providers;
        this.models = models;
        this.audit = audit;
    }

    @GET
    @RoutePolicy(value = RoutePolicy.Authentication.MANAGEMENT, right = "admin")
    public Page<ProviderView> list(
            @QueryParam("skip") @DefaultValue("0") int skip, @QueryParam("limit") @DefaultValue("20") int limit) {
        return Page.of(
                database.engine().withHandle(providers::list).stream()
                        .map(this::view)
                        .toList(),
                skip,
                limit);
    }

    @GET
    @Path("{provider}")
    @RoutePolicy(value = RoutePolicy.Authentication.MANAGEMENT, right = "admin")
    public ProviderView get(@PathParam("provider") String provider) {
        return database.engine().withHandle(handle -> view(handle, provider));
    }

    @POST
    @RoutePolicy(value = RoutePolicy.Authentication.MANAGEMENT, right = "admin")
    @ChangesRoutes
    public Response create(@Nullable ProviderSpec spec) {
        ProviderView created = database.engine().inTransaction(handle -> {
            ProviderView view = view(providers.create(handle, CatalogueRules.body(spec)));
            audit.record(
                    handle, AuditEvent.of("provider.created", 0, view.name()).to(Map.of("provider", view)));
            return view;
        });
        return Response.status(Response.Status.CREATED).entity(created).build();
    }

    @PATCH
    @Path("{provider}")
    @RoutePolicy(value = RoutePolicy.Authentication.MANAGEMENT, right = "admin")
    @ChangesRoutes
    public ProviderView update(@PathParam("provider") String provider, @Nullable ProviderSpec spec) {
        return database.engine().inTransaction(handle -> {
            ProviderView before = view(handle, provider);
            ProviderView after = view(providers.update(handle, provider, CatalogueRules.body(spec)));
            audit.record(
                    handle,
                    AuditEvent.of("provider.changed", 0, provider)
                            .from(Map.of("provider", before))
                            .to(Map.of("provider", after)));
            return after;
        });
    }

    /// Removes a provider from all routes.
    ///
    /// @return the models that are left without a place to run
    @DELETE
    @Path("{provider}")
    @RoutePolicy(value = RoutePolicy.Authentication.MANAGEMENT, right = "admin")
    @ChangesRoutes
    public Map<String, List<String>> delete(@PathParam("provider") String provider) {
        return database.engine().inTransaction(handle -> {
            // First, for the targets of a provider that is gone cannot be seen.
            List<String> stranded = models.leaveProvider(handle, provider);
            providers.delete(handle, provider);
            audit.record(
                    handle,
                    AuditEvent.of("provider.deleted", 0, provider).to(Map.of("models_without_target", stranded)));
            return Map.of("models_without_target", stranded);
        });
    }

    /// What asking a provider came to.
    ///
    /// @param data its models
    /// @param responses whether it serves the Responses API, as its answers look: `none`, `native`, `only`; absent
    ///     where they do not tell
    record Found(List<Discoveries.Outcome> data, @Nullable String responses) {}

    /// Asks the provider which models it serves, and adds those that are new. Also finds out whether it serves the
    /// Responses API; to have it asked so is for who reads that.
    @POST
    @Path("{provider}/discover")
    @Consumes(MediaType.WILDCARD)
    @RoutePolicy(value = RoutePolicy.Authentication.MANAGEMENT, right = "admin")
    @ChangesRoutes
    public Found discover(@PathParam("provider") String provider) throws InterruptedException {
        List<Discoveries.Outcome> models = discoveries.discover(provider);
        return new Found(
                models,
                discoveries.responses(provider).map(ResponsesSupport::wire).orElse(null));
    }

    /// Calls one of the provider's models.
    @POST
    @Path("{provider}/test")
    @Consumes(MediaType.WILDCARD)
    @RoutePolicy(value = RoutePolicy.Authentication.MANAGEMENT, right = "admin")
    public ModelsResource.TargetTest test(@PathParam("provider") String provider) throws InterruptedException {
        record Candidate(String type, String upstreamModel) {}
        Candidate candidate = database.engine().withHandle(handle -> {
            view(handle, provider);
            return models.all(handle).stream()
                    .flatMap(model -> model.targets().stream()
                            .filter(target -> target.providerName().equals(provider))
                            .map(target -> new Candidate(model.type().wire(), target.upstreamModel())))
                    .findFirst()
                    .orElseThrow(() -> new ProblemException(
                            ErrorCode.CONFLICT,
                            "No model runs at '" + provider + "' yet: discover or add one, then test."));
        });
        return new ModelsResource.TargetTest(
                provider,
                candidate.upstreamModel(),
                providers.test(database.engine(), provider, candidate.type(), candidate.upstreamModel()));
    }

    private ProviderView view(Provider provider) {
        return ProviderView.of(provider, providers.state(provider));
    }

    private ProviderView view(Handle handle, String provider) {
        return providers
                .byName(handle, provider)
                .map(this::view)
                .orElseThrow(
                        () -> new ProblemException(ErrorCode.NOT_FOUND, "There is no provider '" + provider + "'."));
    }
}
