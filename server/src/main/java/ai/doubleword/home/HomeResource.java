package ai.doubleword.home;

import ai.doubleword.accounts.Accounts;
import ai.doubleword.accounts.CurrentSession;
import ai.doubleword.platform.PlainPages;
import ai.doubleword.platform.RoutePolicy;
import ai.doubleword.platform.RoutePolicy.Authentication;
import io.quarkus.qute.TemplateInstance;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;

/// The first page after signing in.
@Path("home")
@Produces(MediaType.TEXT_HTML)
@RunOnVirtualThread
public final class HomeResource {
    private final Accounts accounts;
    private final CurrentSession session;

    HomeResource(Accounts accounts, CurrentSession session) {
        this.accounts = accounts;
        this.session = session;
    }

    /// @param email of who is signed in
    /// @param csrfToken for the form that signs out
    record home(String email, String csrfToken) implements TemplateInstance {}

    @GET
    @RoutePolicy(Authentication.SESSION)
    public Response show() {
        String email = accounts.user(session.get().user()).orElseThrow().email();
        return PlainPages.page(200, new home(email, session.csrfToken())).build();
    }
}
