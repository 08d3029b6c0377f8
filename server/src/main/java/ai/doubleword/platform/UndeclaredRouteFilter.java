package ai.doubleword.platform;

import jakarta.annotation.Priority;
import jakarta.ws.rs.Priorities;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerRequestFilter;
import jakarta.ws.rs.container.ResourceInfo;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.ext.Provider;
import java.lang.reflect.Method;
import java.util.Optional;

/// Refuses every resource method that does not say who may call it (S-10). The build's own check comes first; this one
/// holds where that was passed by.
@Provider
@Priority(Priorities.AUTHENTICATION - 500)
public final class UndeclaredRouteFilter implements ContainerRequestFilter {
    private final ResourceInfo resource;

    UndeclaredRouteFilter(@Context ResourceInfo resource) {
        this.resource = resource;
    }

    @Override
    public void filter(ContainerRequestContext request) {
        Method method = resource.getResourceMethod();
        if (method != null && policyOf(method).isEmpty()) {
            throw new ProblemException(
                    ErrorCode.PERMISSION_DENIED, "This route has no policy, so nobody may call it. Tell the operator.");
        }
    }

    /// What a resource method declares: its own policy, else its class's.
    public static Optional<RoutePolicy> policyOf(Method method) {
        return Optional.ofNullable(method.getAnnotation(RoutePolicy.class))
                .or(() -> Optional.ofNullable(method.getDeclaringClass().getAnnotation(RoutePolicy.class)));
    }
}
