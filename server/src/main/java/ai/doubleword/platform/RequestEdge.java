package ai.doubleword.platform;

import io.quarkus.vertx.http.runtime.filters.Filters;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.util.List;
import org.jboss.logging.MDC;

/// The first and the last to see a request on every plane. First: gives it an id, drops headers that only our own parts
/// may set (S-06). Last: answers what no route took, and what failed on the way, in the caller's form.
///
/// Runs on event loops and never blocks.
@Singleton
final class RequestEdge {
    /// Before every other filter, those of the frame included.
    private static final int FIRST = 1_000;

    private static final List<Integer> FRAME_STATUSES = List.of(400, 401, 403, 404, 405, 406, 413, 415, 431, 500, 503);

    private final Ids ids;
    private final RouteRegistry routes;

    RequestEdge(Ids ids, RouteRegistry routes) {
        this.ids = ids;
        this.routes = routes;
    }

    void register(@Observes Filters filters) {
        filters.register(this::enter, FIRST);
    }

    void register(@Observes Router router) {
        FRAME_STATUSES.forEach(status -> router.errorHandler(status, this::fail));
        // Just before the frame's own failure handler, which would answer HTML or nothing.
        router.route().order(Integer.MAX_VALUE - 1).failureHandler(this::fail);
    }

    private void enter(RoutingContext context) {
        RequestId id = RequestId.assign(context, ids);
        InternalHeaders.strip(context.request().headers());
        context.response().putHeader(RequestId.HEADER, id.text());
        MDC.put(RequestId.LOG_KEY, id.text());
        context.next();
    }

    private void fail(RoutingContext context) {
        Throwable failure = context.failure();
        if (context.statusCode() == 405) {
            context.response().putHeader("allow", routes.allow(context.normalizedPath()));
        }
        if (failure instanceof ProblemException expected) {
            ProblemAnswer.send(context, expected.problem());
        } else if (failure != null && context.statusCode() >= 500) {
            ProblemAnswer.send(context, ProblemMappers.unexpectedProblem(failure));
        } else {
            ProblemAnswer.send(context, ProblemMappers.statusProblem(context.statusCode()));
        }
    }
}
