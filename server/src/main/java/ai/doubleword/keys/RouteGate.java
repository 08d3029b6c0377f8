package ai.doubleword.keys;

import ai.doubleword.accounts.Caller;
import ai.doubleword.accounts.CurrentCaller;
import ai.doubleword.accounts.SessionGate;
import ai.doubleword.platform.ErrorCode;
import ai.doubleword.platform.ProblemException;
import ai.doubleword.platform.RoutePolicy;
import jakarta.inject.Singleton;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.core.MultivaluedMap;
import org.jspecify.annotations.Nullable;

/// Lets a request through to a resource method, its caller or key known from here on, or refuses it as its
/// [RoutePolicy] says. Blocks; thread-safe.
@Singleton
final class RouteGate {
    /// The account to act in, where the URL does not say it.
    private static final String ORGANIZATION_HEADER = "X-Organization-Id";

    /// The parameter of paths such as `o/{organization}/keys` that says it.
    private static final String ORGANIZATION_PARAMETER = "organization";

    /// The parameter of pages that each account has: `me`, or `o/` and an organization.
    private static final String PLACE_PARAMETER = "place";

    private final Authenticator keys;
    private final SessionGate sessions;
    private final CurrentCaller caller;
    private final PresentedKey presented;

    RouteGate(Authenticator keys, SessionGate sessions, CurrentCaller caller, PresentedKey presented) {
        this.keys = keys;
        this.sessions = sessions;
        this.caller = caller;
        this.presented = presented;
    }

    /// @throws ProblemException as the refusal says
    void open(ContainerRequestContext request, RoutePolicy policy) {
        switch (policy.value()) {
            case PUBLIC, LINK -> sessions.recognize(request);
            case INFERENCE_KEY, ANY_KEY -> presented.set(keys.key(request, policy.value()));
            case PLATFORM_KEY -> admit(keys.admit(request, organization(request), policy.right()), policy.right());
            case SESSION -> admit(sessions.admit(request, organization(request)), policy.right());
            case MANAGEMENT -> {
                boolean browser = !Authenticator.hasCredential(request) && sessions.isPresented(request);
                Caller admitted = browser
                        ? sessions.admit(request, organization(request))
                        : keys.admit(request, organization(request), policy.right());
                admit(admitted, policy.right());
            }
        }
    }

    private void admit(Caller admitted, String right) {
        if (!right.isEmpty() && !admitted.may(right)) {
            throw new ProblemException(
                    ErrorCode.PERMISSION_DENIED,
                    "Your role here lacks the right '" + right + "'. Ask an owner or administrator for it.");
        }
        caller.set(admitted);
    }

    private static @Nullable String organization(ContainerRequestContext request) {
        MultivaluedMap<String, String> parameters = request.getUriInfo().getPathParameters();
        String place = parameters.getFirst(PLACE_PARAMETER);
        if (place != null) {
            return place.startsWith("o/") ? place.substring("o/".length()) : null;
        }
        String inPath = parameters.getFirst(ORGANIZATION_PARAMETER);
        return inPath == null ? request.getHeaderString(ORGANIZATION_HEADER) : inPath;
    }
}
