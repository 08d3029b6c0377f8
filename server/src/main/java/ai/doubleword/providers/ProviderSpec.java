package ai.doubleword.providers;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A provider as somebody wants it, by API or configuration. What is absent stays as it is, or takes its default.
///
/// @param name unique; letters, digits, `.`, `_`, `-`
/// @param kind `openai-compatible` (default), `local-embedding`, `simulator`
/// @param baseUrl of an HTTP provider, such as `http://localhost:8000/v1`
/// @param apiKey the secret itself; empty removes it
/// @param apiKeySource where it came from, for configuration as code: `env:NAME` or `file:PATH`
/// @param headers further headers to send; an empty value removes one
/// @param headerSources where their values came from
/// @param timeouts in milliseconds
/// @param quirks what it takes
/// @param concurrency requests at once per target; 0 is unlimited
/// @param health how it is checked
public record ProviderSpec(
        @Nullable String name,
        @Nullable String kind,
        @Nullable String baseUrl,
        @Nullable String apiKey,
        @Nullable String apiKeySource,
        @Nullable Map<String, String> headers,
        @Nullable Map<String, String> headerSources,
        @Nullable Timeouts timeouts,
        @Nullable Quirks quirks,
        @Nullable Integer concurrency,
        @Nullable Health health) {

    /// See [Provider.Timeouts].
    public record Timeouts(
            @Nullable Integer connectMs,
            @Nullable Integer firstByteMs,
            @Nullable Integer idleMs,
            @Nullable Integer totalMs) {}

    /// See [Target.Quirks].
    ///
    /// @param responses `none`, `native` or `only`
    public record Quirks(
            @Nullable Boolean serviceTier,
            @Nullable Boolean streamUsage,
            @Nullable Boolean base64,
            @Nullable String responses) {}

    /// @param path what is got, below the base URL; default `/models`
    /// @param intervalMs between checks; 0 (default) takes `health.interval`
    public record Health(@Nullable String path, @Nullable Integer intervalMs) {}

    /// Secrets stay out of logs.
    @Override
    public String toString() {
        return "ProviderSpec[" + name + "]";
    }
}
