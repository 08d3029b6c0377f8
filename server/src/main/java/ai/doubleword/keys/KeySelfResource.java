package ai.doubleword.keys;

import ai.doubleword.limits.Limiter;
import ai.doubleword.limits.Rates;
import ai.doubleword.limits.Standing;
import ai.doubleword.platform.RoutePolicy;
import ai.doubleword.platform.RoutePolicy.Authentication;
import com.fasterxml.jackson.annotation.JsonInclude;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.util.Locale;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;

/// What the key of the request may do and what is left of its limits. Answers from memory, without the database.
@Path("{base:v1|ai/v1}/keys/self")
@Produces(MediaType.APPLICATION_JSON)
@RunOnVirtualThread
@RoutePolicy(Authentication.ANY_KEY)
@Tag(name = "API keys")
public final class KeySelfResource {
    private final PresentedKey presented;
    private final Limiter limiter;

    KeySelfResource(PresentedKey presented, Limiter limiter) {
        this.presented = presented;
        this.limiter = limiter;
    }

    /// A key as it sees itself.
    ///
    /// @param limits its own; 0 is unlimited
    /// @param accountLimits those it shares with the other keys of its account
    /// @param left what would be granted now, of the tighter of both
    /// @param expiresAt epoch seconds
    record Self(
            String object,
            String id,
            String type,
            KeyView.Scopes scopes,
            Rates limits,
            Rates accountLimits,
            Left left,
            @Nullable Long expiresAt) {}

    /// What would be granted now, under the names of the limits. Each is always there; null is unlimited.
    @JsonInclude(JsonInclude.Include.ALWAYS)
    record Left(
            @Nullable Long requestsPerMinute,
            @Nullable Long tokensPerMinute,
            @Nullable Long concurrentRequests) {
        static Left of(Standing standing) {
            return new Left(
                    standing.requestLimit() == 0 ? null : (Long) standing.requestsLeft(),
                    standing.tokenLimit() == 0 ? null : (Long) standing.tokensLeft(),
                    standing.concurrentLimit() == 0
                            ? null
                            : (Long) Math.max(0L, standing.concurrentLimit() - standing.concurrent()));
        }
    }

    @GET
    @Operation(summary = "What this key may do, and what is left of its limits")
    public Self self() {
        Principal key = presented.get();
        Standing standing = limiter.standing(key.family(), key.rates(), key.account(), key.accountRates());
        return new Self(
                "key",
                ApiKey.PREFIX + '_' + key.keyId(),
                key.type().name().toLowerCase(Locale.ROOT),
                KeyView.Scopes.of(key.scopes()),
                key.rates(),
                key.accountRates(),
                Left.of(standing),
                key.expiresAtMillis() == Long.MAX_VALUE ? null : (Long) (key.expiresAtMillis() / 1000));
    }
}
