package ai.doubleword.platform;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.exc.InputCoercionException;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.exc.MismatchedInputException;
import com.fasterxml.jackson.databind.exc.UnrecognizedPropertyException;
import io.quarkus.vertx.http.runtime.CurrentVertxRequest;
import io.vertx.ext.web.RoutingContext;
import jakarta.inject.Provider;
import jakarta.inject.Singleton;
import jakarta.ws.rs.WebApplicationException;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;
import java.time.Duration;
import java.util.List;
import org.jboss.logging.Logger;
import org.jboss.resteasy.reactive.server.ServerExceptionMapper;

/// The one place where a failure of a resource becomes an answer. Whatever a resource throws, the client reads a
/// [Problem] in its own form, and only what nobody expected is logged, with the request's id.
@Singleton
final class ProblemMappers {
    private static final Logger LOG = Logger.getLogger(ProblemMappers.class);
    private static final Duration DATABASE_RETRY = Duration.ofSeconds(5);

    private final CurrentVertxRequest request;
    private final Provider<ErrorPage> pages;

    ProblemMappers(CurrentVertxRequest request, Provider<ErrorPage> pages) {
        this.request = request;
        this.pages = pages;
    }

    @ServerExceptionMapper
    Response problem(ProblemException failure) {
        return answer(failure.problem()).build();
    }

    @ServerExceptionMapper
    Response json(JsonProcessingException failure) {
        return answer(jsonProblem(failure)).build();
    }

    // Jackson's own subclass has a built-in mapper, which wins unless this one is as exact.
    @ServerExceptionMapper
    Response mismatch(MismatchedInputException failure) {
        return answer(jsonProblem(failure)).build();
    }

    @ServerExceptionMapper
    Response http(WebApplicationException failure) {
        if (failure.getCause() instanceof JsonProcessingException json) {
            return json(json);
        }
        // What a parameter's own reader refused.
        if (failure.getCause() instanceof ProblemException expected) {
            return problem(expected);
        }
        Response original = failure.getResponse();
        if (original.getStatus() < 400) {
            return original;
        }
        Response.ResponseBuilder answer = answer(httpProblem(original.getStatus(), failure));
        String allow = original.getHeaderString(HttpHeaders.ALLOW);
        return (allow == null ? answer : answer.header(HttpHeaders.ALLOW, allow)).build();
    }

    @ServerExceptionMapper
    Response unexpected(Throwable failure) {
        return answer(unexpectedProblem(failure)).build();
    }

    /// The problem for a failure that no code of ours foresaw; logs it unless it is the database's absence.
    static Problem unexpectedProblem(Throwable failure) {
        if (DatabaseOutage.isCauseOf(failure)) {
            LOG.warnf("Database unavailable: %s", failure.getMessage());
            return Problem.retry(
                    ErrorCode.DATABASE_UNAVAILABLE,
                    "The database does not answer. Try again in a few seconds; calls to models go on meanwhile.",
                    DATABASE_RETRY);
        }
        LOG.error("A request failed", failure);
        return Problem.of(
                ErrorCode.INTERNAL_ERROR, "Something went wrong on our side. Tell the operator the request id.");
    }

    /// The problem for an HTTP status that the frame below us chose.
    static Problem statusProblem(int status) {
        return switch (status) {
            case 401 -> Problem.of(ErrorCode.MISSING_API_KEY, "This needs an API key: Authorization: Bearer dw_…");
            case 403 -> Problem.of(ErrorCode.PERMISSION_DENIED, "This is not allowed.");
            case 404 -> Problem.of(ErrorCode.NOT_FOUND, "Nothing is at this path. Check it and the method.");
            case 405 -> Problem.of(ErrorCode.METHOD_NOT_ALLOWED, "This path does not take this method.");
            case 406 -> Problem.of(ErrorCode.NOT_ACCEPTABLE, "This is answered as application/json only.");
            case 413, 431 -> Problem.of(ErrorCode.REQUEST_TOO_LARGE, "The request is larger than this server takes.");
            case 415 -> Problem.of(ErrorCode.UNSUPPORTED_MEDIA_TYPE, "Send Content-Type: application/json.");
            case 503 -> Problem.of(ErrorCode.NO_CAPACITY, "The server is at its limit. Try again shortly.");
            default ->
                status < 500
                        ? Problem.of(ErrorCode.INVALID_VALUE, "The request is malformed.")
                        : Problem.of(
                                ErrorCode.INTERNAL_ERROR,
                                "Something went wrong on our side. Tell the operator the request id.");
        };
    }

    private static Problem httpProblem(int status, WebApplicationException failure) {
        if (status >= 500 && failure.getCause() != null) {
            return unexpectedProblem(failure);
        }
        return statusProblem(status);
    }

    /// Names the place, never the value: a body may hold a secret.
    private static Problem jsonProblem(JsonProcessingException failure) {
        JsonLocation place = failure.getLocation();
        String where = place == null ? "" : " at line " + place.getLineNr() + ", column " + place.getColumnNr();
        if (failure instanceof JsonMappingException mapping
                && !mapping.getPath().isEmpty()) {
            String field = JsonField.of(mapping);
            return switch (mapping) {
                case UnrecognizedPropertyException unknown ->
                    Problem.ofParam(ErrorCode.INVALID_VALUE, field, unknownField(field, unknown));
                case MismatchedInputException wrong ->
                    Problem.ofParam(
                            ErrorCode.INVALID_VALUE,
                            field,
                            "`" + field + "` has a value of the wrong type" + where + ".");
                // A number that its field cannot hold; nothing else of this kind reaches a field.
                case JsonMappingException held
                when held.getCause() instanceof InputCoercionException ->
                    Problem.ofParam(
                            ErrorCode.INVALID_VALUE, field, "`" + field + "` is too large a number" + where + ".");
                default ->
                    Problem.ofParam(
                            ErrorCode.INVALID_JSON,
                            field,
                            "The body is no valid JSON" + where + ", within `" + field + "`.");
            };
        }
        return Problem.of(ErrorCode.INVALID_JSON, "The body is not the JSON that is expected here" + where + ".");
    }

    private static String unknownField(String field, UnrecognizedPropertyException failure) {
        List<String> known = failure.getKnownPropertyIds().stream()
                .map(Object::toString)
                .sorted()
                .toList();
        return "`" + field + "` is not known here. "
                + Nearest.to(failure.getPropertyName(), known)
                        .map(near -> "Did you mean `" + near + "`?")
                        .orElse("Known are " + String.join(", ", known) + ".");
    }

    private Response.ResponseBuilder answer(Problem problem) {
        RoutingContext context = request.getCurrent();
        int status = problem.code().status();
        Response.ResponseBuilder answer = ErrorPage.isWanted(context, problem)
                ? ConsolePages.page(status, pages.get().render(context, problem))
                : Response.status(status)
                        .type(ErrorBody.CONTENT_TYPE)
                        .entity(ErrorBody.render(
                                ProblemAnswer.formOf(context),
                                problem,
                                RequestId.of(context).text()));
        answer.header(HttpHeaders.LINK, problem.code().help());
        if (status == 401) {
            answer.header(HttpHeaders.WWW_AUTHENTICATE, "Bearer");
        }
        if (problem.code().isFinal()) {
            answer.header("x-should-retry", "false");
        }
        if (problem.retryAfterSeconds() > 0) {
            answer.header(HttpHeaders.RETRY_AFTER, problem.retryAfterSeconds());
        }
        return answer;
    }
}
