package ai.doubleword.platform;

import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanContext;
import io.quarkus.vertx.http.runtime.filters.Filters;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Provider;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.regex.Pattern;
import org.jboss.logging.MDC;

/// The first and the last to see a request on every plane. First: gives it an id, drops headers that only our own parts
/// may set (S-06), lets pages of allowed origins read what the AI API answers, errors included. Last: answers what no
/// route took, and what failed on the way, in the caller's form.
///
/// Runs on event loops and never blocks.
@Singleton
final class RequestEdge {
    /// Before every other filter, those of the frame included.
    private static final int FIRST = 1_000;

    /// Longer than any id, not longer than any secret.
    private static final Pattern TOKEN = Pattern.compile("[^/]{40,}");

    private static final List<Integer> FRAME_STATUSES = List.of(400, 401, 403, 404, 405, 406, 413, 415, 431, 500, 503);

    private final Ids ids;
    private final RouteRegistry routes;
    private final Provider<ErrorPage> pages;
    private final CrossOrigin crossOrigin;
    private final boolean traced;

    RequestEdge(
            Ids ids,
            RouteRegistry routes,
            Provider<ErrorPage> pages,
            CrossOrigin crossOrigin,
            TelemetryConfig telemetry) {
        this.ids = ids;
        this.routes = routes;
        this.pages = pages;
        this.crossOrigin = crossOrigin;
        this.traced = telemetry.otlpEndpoint().isPresent();
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
        dropTypeOfNoBody(context.request());
        context.response().putHeader(RequestId.HEADER, id.text());
        MDC.put(RequestId.LOG_KEY, id.text());
        if (crossOrigin.isOn() && ErrorForm.isAiPath(context.normalizedPath())) {
            crossOrigin.decorate(
                    context.request().getHeader("origin"), context.response().headers());
        }
        if (traced) {
            tie(id, Span.current(), context.request());
        }
        context.next();
    }

    /// Who reads sends no body. The frame reads a form all the same where the type is that of one, and fails.
    private static void dropTypeOfNoBody(HttpServerRequest request) {
        if (request.method().equals(HttpMethod.GET) || request.method().equals(HttpMethod.HEAD)) {
            request.headers().remove("content-type");
        }
    }

    /// The trace names the request, and whoever is called on its behalf belongs to the trace
    /// ([W3C Trace Context](https://www.w3.org/TR/trace-context/#traceparent-header)). Tokens of links and whatever
    /// stands in a query stay out of it (S-03).
    private static void tie(RequestId id, Span span, HttpServerRequest request) {
        SpanContext place = span.getSpanContext();
        if (place.isValid()) {
            span.setAttribute("doubleword.request_id", id.text());
            span.setAttribute("url.path", TOKEN.matcher(request.path()).replaceAll("…"));
            if (request.query() != null) {
                span.setAttribute("url.query", "…");
            }
            request.headers()
                    .set(
                            "traceparent",
                            "00-" + place.getTraceId() + "-" + place.getSpanId() + "-"
                                    + place.getTraceFlags().asHex());
        }
    }

    private void fail(RoutingContext context) {
        if (context.statusCode() == 405) {
            context.response().putHeader("allow", routes.allow(context.normalizedPath()));
        }
        Problem problem = problem(context);
        if (ErrorPage.isWanted(context) && !context.response().headWritten()) {
            context.response().setStatusCode(problem.code().status());
            ConsolePages.HEADERS.forEach(context.response()::putHeader);
            context.response().end(pages.get().render(context, problem));
        } else {
            ProblemAnswer.send(context, problem);
        }
    }

    private static Problem problem(RoutingContext context) {
        Throwable failure = context.failure();
        if (failure instanceof ProblemException expected) {
            return expected.problem();
        }
        return failure != null && context.statusCode() >= 500
                ? ProblemMappers.unexpectedProblem(failure)
                : ProblemMappers.statusProblem(context.statusCode());
    }
}
