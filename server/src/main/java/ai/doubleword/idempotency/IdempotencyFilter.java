package ai.doubleword.idempotency;

import ai.doubleword.accounts.Caller;
import ai.doubleword.accounts.CurrentCaller;
import ai.doubleword.platform.ProblemException;
import ai.doubleword.platform.RoutePolicy.Authentication;
import ai.doubleword.platform.UndeclaredRouteFilter;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.vertx.core.buffer.Buffer;
import jakarta.inject.Provider;
import jakarta.inject.Singleton;
import jakarta.ws.rs.Priorities;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerResponseContext;
import jakarta.ws.rs.container.ResourceInfo;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.time.Duration;
import java.util.Set;
import java.util.TreeSet;
import org.jboss.resteasy.reactive.server.ServerRequestFilter;
import org.jboss.resteasy.reactive.server.ServerResponseFilter;
import org.jspecify.annotations.Nullable;

/// `Idempotency-Key` on every management route that changes something: after the caller is known the request is
/// claimed, and the answer is kept as it leaves; what fails is not kept, so that a repeat may do it.
///
/// A management call acts as a user, so its claims are the user's: ids are unique over all tables, and no user's is a
/// key family's. An answer that says `Cache-Control: no-store` holds a secret and is kept for ten minutes. Runs on the
/// request's virtual thread.
@Singleton
final class IdempotencyFilter {
    private static final String HEADER = "Idempotency-Key";
    private static final String CLAIM = IdempotencyFilter.class.getName();
    private static final Set<String> READING = Set.of("GET", "HEAD", "OPTIONS");
    private static final Duration TWIN_PATIENCE = Duration.ofSeconds(30);

    // The frame makes filters while it is built, before there is a database.
    private final Provider<Idempotency> idempotency;
    private final CurrentCaller current;
    private final ObjectMapper json;

    IdempotencyFilter(Provider<Idempotency> idempotency, CurrentCaller current, ObjectMapper json) {
        this.idempotency = idempotency;
        this.current = current;
        this.json = json;
    }

    /// @return the answer that was kept, or nothing to go on
    @ServerRequestFilter(priority = Priorities.AUTHORIZATION)
    public @Nullable Response claim(ContainerRequestContext request, ResourceInfo resource) throws IOException {
        String key = request.getHeaderString(HEADER);
        if (key == null || READING.contains(request.getMethod()) || !isManagement(resource)) {
            return null;
        }
        byte[] body = request.getEntityStream().readAllBytes();
        request.setEntityStream(new ByteArrayInputStream(body));
        Caller caller = current.get();
        Idempotency.Outcome outcome = idempotency
                .get()
                .begin(caller.user(), caller.account(), key, content(request, caller, body), TWIN_PATIENCE);
        return switch (outcome) {
            case Idempotency.Outcome.Claimed(Idempotency.Claim claim) -> {
                request.setProperty(CLAIM, claim);
                yield null;
            }
            case Idempotency.Outcome.Replayed(Idempotency.Answer answer) -> replay(answer);
            case Idempotency.Outcome.Refused refused -> throw new ProblemException(refused.problem());
        };
    }

    private static boolean isManagement(ResourceInfo resource) {
        return UndeclaredRouteFilter.policyOf(resource.getResourceMethod())
                .filter(policy ->
                        policy.value() == Authentication.PLATFORM_KEY || policy.value() == Authentication.MANAGEMENT)
                .isPresent();
    }

    /// What a repeat must equal. The rights are part of it: who may do less does not get the answer of who may do more.
    private static byte[] content(ContainerRequestContext request, Caller caller, byte[] body) {
        String head = String.join(
                "\n",
                request.getMethod(),
                request.getUriInfo().getRequestUri().getRawPath(),
                String.valueOf(request.getUriInfo().getRequestUri().getRawQuery()),
                Long.toString(caller.account()),
                new TreeSet<>(caller.rights()).toString());
        return Buffer.buffer(head).appendByte((byte) '\n').appendBytes(body).getBytes();
    }

    private static Response replay(Idempotency.Answer answer) {
        Response.ResponseBuilder again = Response.status(answer.status())
                .header("idempotent-replayed", "true")
                .header(HttpHeaders.CACHE_CONTROL, "no-store");
        return answer.body().length == 0
                ? again.build()
                : again.type(answer.contentType()).entity(answer.body()).build();
    }

    @ServerResponseFilter
    public void keep(ContainerRequestContext request, ContainerResponseContext response)
            throws JsonProcessingException {
        if (!(request.getProperty(CLAIM) instanceof Idempotency.Claim claim)) {
            return;
        }
        if (response.getStatus() / 100 != 2) {
            claim.release();
            return;
        }
        byte[] body = new byte[0];
        if (response.hasEntity()) {
            body = json.writeValueAsBytes(response.getEntity());
            response.setEntity(body, null, MediaType.APPLICATION_JSON_TYPE);
        }
        boolean secret = String.valueOf(response.getHeaderString(HttpHeaders.CACHE_CONTROL))
                .contains("no-store");
        claim.keep(
                new Idempotency.Answer(response.getStatus(), MediaType.APPLICATION_JSON, body),
                secret ? Idempotency.KEPT_SECRET : Idempotency.KEPT);
    }
}
