package ai.doubleword.gateway;

import ai.doubleword.keys.KeyRoutes;
import ai.doubleword.platform.CrossOrigin;
import ai.doubleword.platform.ErrorCode;
import ai.doubleword.platform.ErrorForm;
import ai.doubleword.platform.Problem;
import ai.doubleword.platform.RefusedBody;
import ai.doubleword.platform.RequestId;
import ai.doubleword.platform.RoutePolicy.Authentication;
import ai.doubleword.platform.RouteRegistry;
import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.util.List;

/// The HTTP door of the data plane, under `/v1` and `/ai/v1`: headers first, then the key, then the body, then
/// [Gateway#submit] with an [HttpSink]. Raw routes on event loops; a refusal never waits for a body. What is not here
/// (keys, organization usage) goes on to the resources behind.
@Singleton
final class GatewayRoutes {
    private static final List<HttpMethod> METHODS = List.of(
            HttpMethod.GET,
            HttpMethod.HEAD,
            HttpMethod.POST,
            HttpMethod.PUT,
            HttpMethod.PATCH,
            HttpMethod.DELETE,
            HttpMethod.OPTIONS);

    private final RouteRegistry routes;
    private final KeyRoutes keys;
    private final CrossOrigin crossOrigin;
    private final InferenceDoor inference;
    private final ModelsDoor models;

    GatewayRoutes(
            RouteRegistry routes, KeyRoutes keys, CrossOrigin crossOrigin, InferenceDoor inference, ModelsDoor models) {
        this.routes = routes;
        this.keys = keys;
        this.crossOrigin = crossOrigin;
        this.inference = inference;
        this.models = models;
    }

    void register(@Observes Router router) {
        for (String base : ErrorForm.AI_BASES) {
            if (crossOrigin.isOn()) {
                routes.addPattern(
                        router, HttpMethod.OPTIONS, base + "/.*", Authentication.PUBLIC, false, this::preflight);
            }
            for (Dialect dialect : Dialect.values()) {
                String path = base + '/' + dialect.endpoint();
                routes.add(
                        router,
                        HttpMethod.POST,
                        path,
                        Authentication.INFERENCE_KEY,
                        true,
                        keys.authenticated(
                                (context, principal, client) -> inference.accept(context, principal, client, dialect)));
                refuseOthers(router, path, "POST");
            }
            registerModels(router, base + "/models");
        }
    }

    private void registerModels(Router router, String path) {
        for (HttpMethod method : new HttpMethod[] {HttpMethod.GET, HttpMethod.HEAD}) {
            routes.add(
                    router,
                    method,
                    path,
                    Authentication.INFERENCE_KEY,
                    false,
                    keys.authenticated((context, principal, client) -> models.list(context, principal)));
            // The name may hold slashes.
            routes.addPattern(
                    router,
                    method,
                    path + "/.+",
                    Authentication.INFERENCE_KEY,
                    false,
                    keys.authenticated((context, principal, client) -> models.get(
                            context, principal, context.normalizedPath().substring(path.length() + 1))));
        }
        refuseOthers(router, path + "(?:/.+)?", "GET, HEAD");
    }

    /// A path that exists answers other methods with 405, whoever asks.
    private void refuseOthers(Router router, String path, String allow) {
        for (HttpMethod method : METHODS) {
            if (!allow.contains(method.name())) {
                routes.addPattern(router, method, path, Authentication.PUBLIC, false, context -> {
                    context.response().putHeader("allow", allow);
                    RefusedBody.answer(
                            context,
                            Problem.of(
                                    ErrorCode.METHOD_NOT_ALLOWED,
                                    "This path takes " + allow + ", not "
                                            + context.request().method() + "."),
                            0);
                });
            }
        }
    }

    private void preflight(RoutingContext context) {
        MultiMap asked = context.request().headers();
        MultiMap answer = context.response().headers();
        String origin = asked.get("origin");
        if (crossOrigin.allows(origin)) {
            answer.set("access-control-allow-methods", CrossOrigin.METHODS);
            answer.set(
                    "access-control-allow-headers",
                    crossOrigin.allowedHeaders(asked.get("access-control-request-headers")));
            answer.set("access-control-max-age", CrossOrigin.MAX_AGE);
        }
        context.response().setStatusCode(204).end();
    }

    /// The request's id, as the call carries it.
    static long idOf(RoutingContext context) {
        return RequestId.of(context).id();
    }

    /// A JSON answer that is whole.
    static void json(RoutingContext context, Buffer body) {
        context.response()
                .putHeader("content-type", "application/json")
                .putHeader("content-length", Integer.toString(body.length()));
        if (HttpMethod.HEAD.equals(context.request().method())) {
            context.response().end();
        } else {
            context.response().end(body);
        }
    }
}
