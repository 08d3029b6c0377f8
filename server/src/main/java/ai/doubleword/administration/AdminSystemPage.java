package ai.doubleword.administration;

import ai.doubleword.platform.ConsolePages;
import ai.doubleword.platform.RoutePolicy;
import ai.doubleword.platform.RoutePolicy.Authentication;
import io.quarkus.qute.TemplateInstance;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.Operation;

/// The page **System** of administrators: the nodes, and how each part of one is. It renews itself.
@Path("admin/system")
@Produces(MediaType.TEXT_HTML)
@RunOnVirtualThread
@RoutePolicy(value = Authentication.SESSION, right = "admin")
public final class AdminSystemPage {
    private final Nodes nodes;

    AdminSystemPage(Nodes nodes) {
        this.nodes = nodes;
    }

    /// @param shown the node whose parts are shown
    record page(List<Nodes.Node> nodes, Nodes.Node shown) implements TemplateInstance {}

    @GET
    @Operation(hidden = true)
    public Response show(@QueryParam("node") @DefaultValue("") String node) {
        List<Nodes.Node> all = nodes.all();
        Nodes.Node shown =
                all.stream().filter(one -> one.id().equals(node)).findFirst().orElse(all.getFirst());
        return ConsolePages.page(200, new page(all, shown)).build();
    }
}
