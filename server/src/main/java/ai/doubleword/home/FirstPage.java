package ai.doubleword.home;

import ai.doubleword.platform.RoutePolicy.Authentication;
import ai.doubleword.platform.RouteRegistry;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.Router;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;

/// Leads `/` to the console. A raw route: a resource at `/` would be asked for every path that another one takes with
/// another method, and answer 404 there instead of 405.
@Singleton
final class FirstPage {
    private static final String HOME = "/home";

    private final RouteRegistry routes;

    FirstPage(RouteRegistry routes) {
        this.routes = routes;
    }

    void register(@Observes Router router) {
        routes.add(
                router,
                HttpMethod.GET,
                "/",
                Authentication.PUBLIC,
                false,
                context -> context.response()
                        .setStatusCode(303)
                        .putHeader("location", HOME)
                        .end());
    }
}
