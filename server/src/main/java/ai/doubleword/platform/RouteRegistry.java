package ai.doubleword.platform;

import ai.doubleword.platform.RoutePolicy.Authentication;
import io.vertx.core.Handler;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.Route;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.TreeSet;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.regex.Pattern;

/// The one way to add a raw route: whoever adds it says who may call it and whether it is metered (S-10). A rule of the
/// build forbids every other call to the router. Resources declare the same with [RoutePolicy]. Thread-safe.
@Singleton
public final class RouteRegistry {
    private static final int BEHIND_EDGE = -900;

    private final List<Declared> routes = new CopyOnWriteArrayList<>();

    /// A route as it was declared.
    ///
    /// @param method its method
    /// @param path the path of Vert.x, `/v1/models/:name`, or a pattern after `regex:`
    /// @param authentication who may call
    /// @param metered whether calls count as usage
    public record Declared(HttpMethod method, String path, Authentication authentication, boolean metered) {
        private boolean matches(String requested) {
            if (path.startsWith("regex:")) {
                return requested.matches(path.substring("regex:".length()));
            }
            StringBuilder pattern = new StringBuilder();
            for (String segment : path.split("(?=/)", -1)) {
                pattern.append(segment.startsWith("/:") ? "/[^/]+" : Pattern.quote(segment));
            }
            return requested.matches(pattern.toString());
        }
    }

    /// Adds a route for a path with `:parameters`.
    public Route add(
            Router router,
            HttpMethod method,
            String path,
            Authentication authentication,
            boolean metered,
            Handler<RoutingContext> handler) {
        routes.add(new Declared(method, path, authentication, metered));
        return router.route(method, path).order(order()).handler(handler);
    }

    /// Adds a route for a pattern, for paths whose last part may itself hold slashes.
    public Route addPattern(
            Router router,
            HttpMethod method,
            String pattern,
            Authentication authentication,
            boolean metered,
            Handler<RoutingContext> handler) {
        routes.add(new Declared(method, "regex:" + pattern, authentication, metered));
        return router.routeWithRegex(method, pattern).order(order()).handler(handler);
    }

    /// Behind [RequestEdge], ahead of the frame's own handlers: a raw route reads its body itself, within its own
    /// bound.
    private int order() {
        return BEHIND_EDGE + routes.size();
    }

    /// Every raw route, in the order of declaration.
    public List<Declared> routes() {
        return List.copyOf(routes);
    }

    /// The methods of the raw routes at a normalized path, for an `Allow` header; empty if there are none.
    public String allow(String path) {
        TreeSet<String> methods = new TreeSet<>();
        for (Declared route : routes) {
            if (route.matches(path)) {
                methods.add(route.method().name());
            }
        }
        return String.join(", ", methods);
    }
}
