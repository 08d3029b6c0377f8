package ai.doubleword.keys;

import ai.doubleword.platform.ErrorCode;
import ai.doubleword.platform.Problem;
import ai.doubleword.platform.RefusedBody;
import ai.doubleword.platform.TrustedProxies;
import io.vertx.core.Context;
import io.vertx.core.Handler;
import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import jakarta.inject.Singleton;
import java.net.InetAddress;
import org.jspecify.annotations.Nullable;

/// Lets raw routes be called with inference keys: the key is checked before anything of the body is read, and a refusal
/// never waits for one. Event loop; never blocks.
@Singleton
public final class KeyRoutes {
    private static final String BEARER = "bearer ";

    private final KeyVerifier keys;
    private final TrustedProxies proxies;
    private final ExpiryNotice expiry;

    KeyRoutes(KeyVerifier keys, TrustedProxies proxies, ExpiryNotice expiry) {
        this.keys = keys;
        this.proxies = proxies;
        this.expiry = expiry;
    }

    /// What a route does for a verified inference key.
    @FunctionalInterface
    public interface Authenticated {
        void handle(RoutingContext context, Principal principal, InetAddress client);
    }

    /// The handler of a route; the request's body is paused when the route gets it.
    public Handler<RoutingContext> authenticated(Authenticated route) {
        return context -> {
            HttpServerRequest request = context.request();
            InetAddress client = proxies.client(request);
            KeyVerdict verdict = keys.verify(credential(request.headers()), client);
            if (verdict instanceof KeyVerdict.Pending pending) {
                // The verdict comes on any thread; the body waits, paused, on this one's context.
                Context here = context.vertx().getOrCreateContext();
                pending.verdict()
                        .whenComplete((known, failure) -> here.runOnContext(
                                nothing -> decide(context, failure == null ? known : unknown(), client, route)));
            } else {
                decide(context, verdict, client, route);
            }
        };
    }

    /// Tells the ring that a key was just used, for other things than a model.
    public void used(Principal key, InetAddress client) {
        keys.used(key, client, "");
    }

    private void decide(RoutingContext context, KeyVerdict verdict, InetAddress client, Authenticated route) {
        switch (verdict) {
            case KeyVerdict.Verified verified -> {
                expiry.add(verified.principal(), context.response());
                if (verified.principal().type() == KeyType.INFERENCE) {
                    route.handle(context, verified.principal(), client);
                } else {
                    RefusedBody.answer(
                            context,
                            Problem.of(
                                    ErrorCode.WRONG_KEY_TYPE,
                                    "This is a platform key; calling models needs an inference key (dw_sk_…)."),
                            0);
                }
            }
            case KeyVerdict.Refused refused -> RefusedBody.answer(context, refused.problem(), 0);
            case KeyVerdict.Pending stillPending -> RefusedBody.answer(context, unavailable(), 0);
        }
    }

    private static KeyVerdict unknown() {
        return new KeyVerdict.Refused(unavailable());
    }

    private static Problem unavailable() {
        return Problem.of(ErrorCode.NO_CAPACITY, "The key cannot be checked now; try again shortly.");
    }

    /// The key that a request shows, empty for none: `Authorization: Bearer`, or the headers of other vendors' clients.
    static String credential(MultiMap headers) {
        String authorization = headers.get("authorization");
        if (authorization != null && authorization.regionMatches(true, 0, BEARER, 0, BEARER.length())) {
            return authorization.substring(BEARER.length()).strip();
        }
        String key = firstOf(headers.get("x-api-key"), headers.get("api-key"));
        return key != null ? key.strip() : authorization == null ? "" : authorization;
    }

    private static @Nullable String firstOf(@Nullable String one, @Nullable String other) {
        return one != null ? one : other;
    }
}
