package ai.doubleword.models;

import ai.doubleword.platform.RoutePolicy;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Providers and models as code, for administrators: what `doubleword config export | plan | apply` call.
@Path("admin/api/v1/catalogue")
@Produces(MediaType.APPLICATION_JSON)
@Consumes(MediaType.APPLICATION_JSON)
@RunOnVirtualThread
public class CatalogueResource {
    private final Catalogue catalogue;

    CatalogueResource(Catalogue catalogue) {
        this.catalogue = catalogue;
    }

    @GET
    @RoutePolicy(value = RoutePolicy.Authentication.MANAGEMENT, right = "admin")
    public CatalogueDocument export() {
        return catalogue.export();
    }

    /// What applying the document would change.
    @POST
    @Path("plan")
    @RoutePolicy(value = RoutePolicy.Authentication.MANAGEMENT, right = "admin")
    public Map<String, List<CatalogueChange>> plan(
            @QueryParam("remove") @DefaultValue("true") boolean remove, @Nullable CatalogueDocument wanted) {
        return Map.of("changes", catalogue.plan(CatalogueRules.body(wanted), remove));
    }

    /// Makes it so, whole or not at all.
    @POST
    @Path("apply")
    @RoutePolicy(value = RoutePolicy.Authentication.MANAGEMENT, right = "admin")
    @ChangesRoutes
    public Map<String, List<CatalogueChange>> apply(
            @QueryParam("remove") @DefaultValue("true") boolean remove, @Nullable CatalogueDocument wanted) {
        return Map.of("changes", catalogue.apply(CatalogueRules.body(wanted), remove));
    }
}
