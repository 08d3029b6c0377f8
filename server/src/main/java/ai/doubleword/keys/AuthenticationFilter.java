package ai.doubleword.keys;

import ai.doubleword.platform.ErrorCode;
import ai.doubleword.platform.ProblemException;
import ai.doubleword.platform.RoutePolicy;
import ai.doubleword.platform.UndeclaredRouteFilter;
import jakarta.inject.Provider;
import jakarta.inject.Singleton;
import jakarta.ws.rs.Priorities;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ResourceInfo;
import org.jboss.resteasy.reactive.server.ServerRequestFilter;

/// The one gate in front of every resource method: what its [RoutePolicy] asks for is checked before it runs
/// (S-10).
/// Runs on the virtual thread of the request.
@Singleton
final class AuthenticationFilter {
    // The frame makes filters while it is built, before there is a database to load keys from.
    private final Provider<Authenticator> authenticator;

    AuthenticationFilter(Provider<Authenticator> authenticator) {
        this.authenticator = authenticator;
    }

    @ServerRequestFilter(priority = Priorities.AUTHENTICATION)
    public void filter(ContainerRequestContext request, ResourceInfo resource) {
        RoutePolicy policy = UndeclaredRouteFilter.policyOf(resource.getResourceMethod())
                .orElseThrow(() -> new ProblemException(
                        ErrorCode.PERMISSION_DENIED, "This route has no policy, so nobody may call it."));
        authenticator.get().authenticate(request, policy);
    }
}
