package ai.doubleword.responses;

import ai.doubleword.keys.KeyRoutes;
import ai.doubleword.keys.Principal;
import ai.doubleword.platform.ErrorForm;
import ai.doubleword.platform.RoutePolicy.Authentication;
import ai.doubleword.platform.RouteRegistry;
import io.vertx.core.Context;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.util.Optional;
import java.util.OptionalLong;
import org.jboss.logging.Logger;

/// Answers those who ask whether their background response has ended, as long as it has not: thousands may do so every
/// few seconds. All else goes on to [ResponsesResource]. A raw route on event loops; never blocks.
@Singleton
final class WaitingRoute {
    private static final Logger LOG = Logger.getLogger(WaitingRoute.class);

    private final RouteRegistry routes;
    private final KeyRoutes keys;
    private final BackgroundResponses background;

    WaitingRoute(RouteRegistry routes, KeyRoutes keys, BackgroundResponses background) {
        this.routes = routes;
        this.keys = keys;
        this.background = background;
    }

    void register(@Observes Router router) {
        for (String base : ErrorForm.AI_BASES) {
            routes.add(
                    router,
                    HttpMethod.GET,
                    base + "/responses/:id",
                    Authentication.INFERENCE_KEY,
                    false,
                    keys.authenticated((context, principal, client) -> answer(context, principal)));
        }
    }

    private void answer(RoutingContext context, Principal principal) {
        OptionalLong id = StoredResponse.parse(String.valueOf(context.pathParam("id")));
        if (id.isEmpty()
                || context.request().query() != null
                || !principal.scopes().includes(ResponsesResource.SCOPE)) {
            context.next();
            return;
        }
        Context here = context.vertx().getOrCreateContext();
        background.waiting(principal, id.getAsLong()).whenComplete((found, failure) -> {
            if (failure != null) {
                LOG.debug("It is looked for in the other way", failure);
            }
            Optional<byte[]> waiting = failure == null ? found : Optional.empty();
            here.runOnContext(nothing -> waiting.ifPresentOrElse(json -> send(context, json), context::next));
        });
    }

    private static void send(RoutingContext context, byte[] json) {
        context.response().putHeader("content-type", "application/json").end(Buffer.buffer(json));
    }
}
