package ai.doubleword.platform;

import ai.doubleword.platform.RoutePolicy.Authentication;
import io.smallrye.common.annotation.RunOnVirtualThread;
import io.vertx.ext.web.RoutingContext;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jboss.logging.MDC;

/// Fails in every way that a resource can, for [ErrorAnswersTest].
@Path("{base:admin/api/v1|v1|ai/v1}/failing")
@Produces(MediaType.APPLICATION_JSON)
@RunOnVirtualThread
@RoutePolicy(Authentication.PUBLIC)
public class FailingResource {
    record Body(int wholeNumber, Instant createdAt) {}

    record Seen(String requestId, String logged, List<String> internalHeaders) {}

    @GET
    @Path("limited")
    public String limited() {
        throw new ProblemException(
                Problem.retry(ErrorCode.RATE_LIMIT_REQUESTS, "Too many \"calls\".\nWait.", Duration.ofMillis(1500)));
    }

    @GET
    @Path("infeasible")
    public String infeasible() {
        throw new ProblemException(
                Problem.retry(ErrorCode.DEADLINE_INFEASIBLE, "Not within 1h.", Duration.ofMinutes(20)));
    }

    @GET
    @Path("unauthenticated")
    public String unauthenticated() {
        throw new ProblemException(ErrorCode.INVALID_API_KEY, "No such key.");
    }

    @GET
    @Path("database/{state}")
    public String database(@PathParam("state") String state) {
        throw new IllegalStateException("while reading", new SQLException("the words of the driver", state));
    }

    @GET
    @Path("bug")
    public String bug() {
        throw new IllegalStateException("an inner detail");
    }

    @POST
    @Path("echo")
    @Consumes(MediaType.APPLICATION_JSON)
    public Body echo(Body body) {
        return body;
    }

    @GET
    @Path("seen")
    public Seen seen(@Context RoutingContext context, @Context HttpHeaders headers) {
        return new Seen(
                RequestId.of(context).text(),
                String.valueOf(MDC.get(RequestId.LOG_KEY)),
                headers.getRequestHeaders().keySet().stream()
                        .filter(name -> name.toLowerCase(java.util.Locale.ROOT).startsWith("x-dw-"))
                        .sorted()
                        .toList());
    }
}
