package ai.doubleword.accounts;

import ai.doubleword.platform.PlainPages;
import ai.doubleword.platform.ProblemException;
import ai.doubleword.platform.RoutePolicy;
import ai.doubleword.platform.RoutePolicy.Authentication;
import io.quarkus.qute.TemplateInstance;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.jspecify.annotations.Nullable;

/// The page behind the link that confirms an address. Looking at it does not use the link up.
@Path("authentication/address/{token}")
@Produces(MediaType.TEXT_HTML)
@RunOnVirtualThread
@RoutePolicy(Authentication.LINK)
public final class AddressCheckPage {
    private final AddressChecks checks;
    private final CrossSite crossSite;

    AddressCheckPage(AddressChecks checks, CrossSite crossSite) {
        this.checks = checks;
        this.crossSite = crossSite;
    }

    /// @param problem what was wrong with the last attempt; empty at first
    record confirm(String email, String problem) implements TemplateInstance {}

    record confirmed() implements TemplateInstance {}

    record gone() implements TemplateInstance {}

    @GET
    @Operation(hidden = true)
    public Response show(@PathParam("token") String token) {
        return page(200, token, "");
    }

    @POST
    @Operation(hidden = true)
    public Response confirm(@PathParam("token") String token, @HeaderParam("Origin") @Nullable String origin) {
        try {
            crossSite.checkOrigin(origin);
            checks.confirm(token);
            return PlainPages.page(200, new confirmed()).build();
        } catch (ProblemException e) {
            return page(e.problem().code().status(), token, e.problem().message());
        }
    }

    private Response page(int status, String token, String problem) {
        return checks.find(token)
                .map(email -> PlainPages.page(status, new confirm(email, problem)))
                .orElseGet(() -> PlainPages.page(404, new gone()))
                .build();
    }
}
