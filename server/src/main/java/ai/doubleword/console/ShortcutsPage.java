package ai.doubleword.console;

import ai.doubleword.platform.ConsolePages;
import ai.doubleword.platform.RoutePolicy;
import ai.doubleword.platform.RoutePolicy.Authentication;
import io.quarkus.vertx.http.runtime.CurrentVertxRequest;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.core.Response;
import org.eclipse.microprofile.openapi.annotations.Operation;

/// Addresses without an account, for documents to link to: they lead to the page of the account that the browser was in
/// last, through signing in.
@Path("{page: home|api-keys|models|playground|requests|usage}")
@RunOnVirtualThread
@RoutePolicy(Authentication.SESSION)
public final class ShortcutsPage {
    private final CurrentVertxRequest request;

    ShortcutsPage(CurrentVertxRequest request) {
        this.request = request;
    }

    @GET
    @Operation(hidden = true)
    public Response lead(@PathParam("page") String page) {
        String section = page.equals("home") ? "" : "/" + page;
        return ConsolePages.seeOther(LastPlace.of(request.getCurrent()) + section, false)
                .build();
    }
}
