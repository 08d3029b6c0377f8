package ai.doubleword.platform;

import io.vertx.core.MultiMap;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// What a web page of another origin may do with the AI API: nothing until origins are configured. No credentials, no
/// cookies; the key travels in a header. Thread-safe, immutable; callable on an event loop.
@Singleton
public final class CrossOrigin {
    /// For `Access-Control-Allow-Methods`.
    public static final String METHODS = "GET, POST, DELETE, OPTIONS";

    /// For `Access-Control-Expose-Headers`.
    public static final String EXPOSED =
            "link, x-request-id, x-key-expires-at, retry-after, x-ratelimit-limit-requests,"
                    + " x-ratelimit-limit-tokens, x-ratelimit-remaining-requests, x-ratelimit-remaining-tokens,"
                    + " x-ratelimit-reset-requests, x-ratelimit-reset-tokens";

    /// For `Access-Control-Max-Age`, in seconds.
    public static final String MAX_AGE = "7200";

    private static final Set<String> HEADERS = Set.of("authorization", "content-type", "idempotency-key", "x-api-key");
    private static final List<String> HEADER_PREFIXES = List.of("openai-", "x-stainless-");

    private final Set<String> origins;

    @Inject
    CrossOrigin(ServerConfig config) {
        this(Set.copyOf(config.cors().origins().orElse(List.of())));
    }

    CrossOrigin(Set<String> origins) {
        this.origins = origins;
    }

    /// Whether any origin is configured; if not, preflights are no route at all.
    public boolean isOn() {
        return !origins.isEmpty();
    }

    /// Whether pages of an origin, as its header names it, may read answers.
    public boolean allows(@Nullable String origin) {
        return origin != null && (origins.contains(origin) || origins.contains("*"));
    }

    /// Whether a request header, in any case, may be sent.
    public boolean allowsHeader(String name) {
        String lower = name.strip().toLowerCase(java.util.Locale.ROOT);
        return HEADERS.contains(lower) || HEADER_PREFIXES.stream().anyMatch(lower::startsWith);
    }

    /// Those of a preflight's `Access-Control-Request-Headers` that may be sent, for `Access-Control-Allow-Headers`.
    public String allowedHeaders(@Nullable String requested) {
        if (requested == null) {
            return String.join(", ", List.of("authorization", "content-type", "idempotency-key", "x-api-key"));
        }
        return String.join(
                ", ",
                List.of(requested.split(",", -1)).stream()
                        .map(String::strip)
                        .filter(this::allowsHeader)
                        .toList());
    }

    /// Adds what an answer to an allowed origin carries; nothing for others, and nothing where there is no origin.
    public void decorate(@Nullable String origin, MultiMap responseHeaders) {
        if (allows(origin)) {
            responseHeaders.set("access-control-allow-origin", String.valueOf(origin));
            responseHeaders.set("access-control-expose-headers", EXPOSED);
            responseHeaders.add("vary", "origin");
        }
    }
}
