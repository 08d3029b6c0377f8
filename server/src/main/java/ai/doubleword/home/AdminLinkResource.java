package ai.doubleword.home;

import ai.doubleword.accounts.Accounts;
import ai.doubleword.accounts.AdminLinks;
import ai.doubleword.accounts.CurrentCaller;
import ai.doubleword.accounts.User;
import ai.doubleword.platform.ErrorCode;
import ai.doubleword.platform.ProblemException;
import ai.doubleword.platform.PublicAddress;
import ai.doubleword.platform.RoutePolicy;
import ai.doubleword.platform.RoutePolicy.Authentication;
import ai.doubleword.platform.Secret;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.net.URI;
import java.time.Clock;
import java.time.Instant;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.jboss.logging.Logger;

/// A fresh one-time link for the first administrator, for whoever runs the server and nobody else: it lets in who lost
/// link, password or second factor. Links made before stop working.
@Path("/admin/api/v1/admin-links")
@Produces(MediaType.APPLICATION_JSON)
@RunOnVirtualThread
public final class AdminLinkResource {
    private static final Logger LOG = Logger.getLogger(AdminLinkResource.class);

    private final CurrentCaller caller;
    private final Accounts accounts;
    private final AdminLinks links;
    private final PublicAddress address;
    private final Clock clock;

    AdminLinkResource(CurrentCaller caller, Accounts accounts, AdminLinks links, PublicAddress address, Clock clock) {
        this.caller = caller;
        this.accounts = accounts;
        this.links = links;
        this.address = address;
        this.clock = clock;
    }

    /// @param url the link, whole
    /// @param expiresAt when it stops working, if it was not used
    /// @param email the administrator's address until now
    record Link(URI url, Instant expiresAt, String email) {}

    @POST
    @RoutePolicy(value = Authentication.PLATFORM_KEY, right = "admin")
    @Operation(summary = "Make a one-time link for the administrator; for the operator's command")
    public Response create() {
        if (!caller.get().operator()) {
            throw new ProblemException(
                    ErrorCode.PERMISSION_DENIED, "Only the operator's command on the server itself may do this.");
        }
        User administrator = accounts.firstAdministrator()
                .orElseThrow(() -> new ProblemException(ErrorCode.NOT_FOUND, "There is no administrator yet."));
        Instant expiresAt = clock.instant().plus(AdminLinks.LIFETIME);
        try (Secret token = links.create(administrator.id())) {
            LOG.infof("The operator made a link for administrator %s", administrator.username());
            URI url = URI.create(address.publicUrl() + "/claim/" + token.revealText());
            return Response.status(201)
                    .header("cache-control", "no-store")
                    .entity(new Link(url, expiresAt, administrator.email()))
                    .build();
        }
    }
}
