package ai.doubleword.platform;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;

/// Answers a [Problem] on a Vert.x response: status, form, and the headers that belong to the status. Never blocks.
public final class ProblemAnswer {
    private ProblemAnswer() {}

    /// Ends the response, unless it has already begun.
    public static void send(RoutingContext context, Problem problem) {
        HttpServerResponse response = context.response();
        if (response.headWritten() || response.ended()) {
            return;
        }
        ErrorForm form = formOf(context);
        response.setStatusCode(problem.code().status());
        response.putHeader("content-type", ErrorBody.CONTENT_TYPE);
        response.putHeader("link", problem.code().help());
        if (problem.code().status() == 401) {
            response.putHeader("www-authenticate", "Bearer");
        }
        if (problem.retryAfterSeconds() > 0) {
            response.putHeader("retry-after", Long.toString(problem.retryAfterSeconds()));
        }
        response.end(Buffer.buffer(
                ErrorBody.render(form, problem, RequestId.of(context).text())));
    }

    /// The form that the caller of this request reads.
    public static ErrorForm formOf(RoutingContext context) {
        return ErrorForm.of(
                context.normalizedPath(), context.request().headers().contains(ErrorForm.CLI_HEADER));
    }
}
