package ai.doubleword.keys;

import ai.doubleword.accounts.SignInPath;
import ai.doubleword.platform.ErrorCode;
import ai.doubleword.platform.ProblemException;
import ai.doubleword.platform.RoutePolicy;
import ai.doubleword.platform.RoutePolicy.Authentication;
import ai.doubleword.platform.UndeclaredRouteFilter;
import jakarta.inject.Provider;
import jakarta.inject.Singleton;
import jakarta.ws.rs.Priorities;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ResourceInfo;
import jakarta.ws.rs.core.Response;
import java.util.Optional;
import org.jboss.resteasy.reactive.server.ServerRequestFilter;

/// The one gate in front of every resource method: what its [RoutePolicy] asks for is checked before it runs
/// (S-10). Runs on the virtual thread of the request.
@Singleton
final class AuthenticationFilter {
    // The frame makes filters while it is built, before there is a database to load keys from.
    private final Provider<RouteGate> gate;

    AuthenticationFilter(Provider<RouteGate> gate) {
        this.gate = gate;
    }

    @ServerRequestFilter(priority = Priorities.AUTHENTICATION)
    public Optional<Response> filter(ContainerRequestContext request, ResourceInfo resource) {
        RoutePolicy policy = UndeclaredRouteFilter.policyOf(resource.getResourceMethod())
                .orElseThrow(() -> new ProblemException(
                        ErrorCode.PERMISSION_DENIED, "This route has no policy, so nobody may call it."));
        try {
            gate.get().open(request, policy);
            return Optional.empty();
        } catch (ProblemException refused) {
            if (policy.value() == Authentication.SESSION && refused.problem().code() == ErrorCode.SIGN_IN_REQUIRED) {
                Optional<Response> detour = SignInPath.detour(request);
                if (detour.isPresent()) {
                    return detour;
                }
            }
            throw refused;
        }
    }
}
