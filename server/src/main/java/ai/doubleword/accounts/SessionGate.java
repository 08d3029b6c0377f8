package ai.doubleword.accounts;

import ai.doubleword.platform.ClientAddress;
import ai.doubleword.platform.ErrorCode;
import ai.doubleword.platform.ProblemException;
import jakarta.inject.Singleton;
import jakarta.ws.rs.container.ContainerRequestContext;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Lets signed-in browsers in. Blocking, thread-safe.
@Singleton
public final class SessionGate {
    private final Sessions sessions;
    private final SessionCookie cookie;
    private final CurrentSession current;
    private final Authority authority;
    private final CrossSite crossSite;
    private final ClientAddress client;

    SessionGate(
            Sessions sessions,
            SessionCookie cookie,
            CurrentSession current,
            Authority authority,
            CrossSite crossSite,
            ClientAddress client) {
        this.sessions = sessions;
        this.cookie = cookie;
        this.current = current;
        this.authority = authority;
        this.crossSite = crossSite;
        this.client = client;
    }

    /// Whether a request carries a session's cookie, living or not.
    public boolean isPresented(ContainerRequestContext request) {
        return cookie.read(request).isPresent();
    }

    /// Makes the browser's session known to what follows; nothing happens where there is none.
    public void recognize(ContainerRequestContext request) {
        cookie.read(request)
                .ifPresent(token -> sessions.find(token, client.get().getHostAddress())
                        .ifPresent(session -> current.set(session, token)));
    }

    /// The caller that a browser's cookie stands for.
    ///
    /// @param organization the organization to act in, by id or slug; null for the user's own account
    /// @throws ProblemException `sign_in_required` where nobody is signed in, `cross_site_refused` for a
    ///     change that does not come from our own page, `not_found` for an organization that is nothing to the
    ///     user
    public Caller admit(ContainerRequestContext request, @Nullable String organization) {
        recognize(request);
        Optional<Session> session = current.find();
        if (session.isEmpty()) {
            throw new ProblemException(ErrorCode.SIGN_IN_REQUIRED, "Nobody is signed in here, or not any more.");
        }
        crossSite.check(request);
        return authority.browser(session.get(), organization);
    }
}
