package ai.doubleword.accounts;

import ai.doubleword.platform.ClientAddress;
import io.quarkus.vertx.http.runtime.CurrentVertxRequest;
import jakarta.inject.Singleton;

/// The browser of the request under way.
@Singleton
public final class CurrentBrowser {
    private final CurrentVertxRequest request;
    private final ClientAddress address;
    private final CurrentSession session;

    CurrentBrowser(CurrentVertxRequest request, ClientAddress address, CurrentSession session) {
        this.request = request;
        this.address = address;
        this.session = session;
    }

    /// What to open a session with; the one that the browser has ends then.
    public Sessions.Place place() {
        return new Sessions.Place(
                DeviceName.of(request.getCurrent().request().getHeader("User-Agent")),
                address.get().getHostAddress(),
                session.find().map(Session::id));
    }
}
