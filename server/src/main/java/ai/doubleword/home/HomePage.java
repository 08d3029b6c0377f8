package ai.doubleword.home;

import ai.doubleword.accounts.Caller;
import ai.doubleword.accounts.CurrentCaller;
import ai.doubleword.demo.Demo;
import ai.doubleword.platform.ConsolePages;
import ai.doubleword.platform.RoutePolicy;
import ai.doubleword.platform.RoutePolicy.Authentication;
import io.quarkus.qute.TemplateInstance;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.jspecify.annotations.Nullable;

/// The first page of an account: the way to the first request, which notices by itself how far one got, and afterwards
/// what happens today.
@Path("{place: me|o/[a-z0-9-]+}")
@Produces(MediaType.TEXT_HTML)
@RunOnVirtualThread
@RoutePolicy(Authentication.SESSION)
public final class HomePage {
    private final Overviews overviews;
    private final Demo demo;
    private final CurrentCaller current;

    HomePage(Overviews overviews, Demo demo, CurrentCaller current) {
        this.overviews = overviews;
        this.demo = demo;
        this.current = current;
    }

    /// @param place what the addresses of the account's pages begin with
    /// @param demo whether what the account holds is made up
    /// @param offersDemo whether the reader may fill the system with demo data
    record page(String place, Overview overview, boolean demo, boolean offersDemo) implements TemplateInstance {}

    @GET
    @Operation(hidden = true)
    public Response show(
            @PathParam("place") String place,
            @QueryParam("part") @DefaultValue("") String part,
            @HeaderParam("HX-Request") @Nullable String htmx) {
        Overview overview = overviews.of(current.get());
        // The steps ask again and again; when the first request has come they have nothing more to notice.
        if (htmx != null && part.isEmpty() && overview.called()) {
            return Response.noContent().header("HX-Refresh", "true").build();
        }
        Caller caller = current.get();
        boolean offersDemo = !overview.called() && caller.administrator() && demo.state() == Demo.State.POSSIBLE;
        return ConsolePages.page(200, new page("/" + place, overview, demo.holds(caller.account()), offersDemo))
                .build();
    }
}
