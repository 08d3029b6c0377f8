package ai.doubleword.models;

import ai.doubleword.providers.Provider;
import ai.doubleword.providers.ProviderSpec;
import ai.doubleword.providers.ProviderState;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/// A provider as the management API shows it. Of a secret it says whether there is one and, for configuration as code,
/// where it comes from.
///
/// @param name unique, and its id in paths
/// @param kind `openai-compatible`, `local-embedding`, `simulator`
/// @param baseUrl of an HTTP provider
/// @param apiKey whether there is one
/// @param headers names of further headers
/// @param timeouts in milliseconds
/// @param quirks what it takes
/// @param concurrency requests at once per target; 0 is unlimited
/// @param health how it is checked
/// @param state how it is, as the answering node sees it
/// @param createdAt when it was added
public record ProviderView(
        String name,
        String kind,
        Optional<String> baseUrl,
        SecretView apiKey,
        Map<String, SecretView> headers,
        Provider.Timeouts timeouts,
        ProviderSpec.Quirks quirks,
        int concurrency,
        ProviderSpec.Health health,
        ProviderState state,
        Instant createdAt) {

    /// A secret that is not shown.
    ///
    /// @param set whether there is one
    /// @param source `env:NAME` or `file:PATH`, where configuration as code takes it from there
    public record SecretView(boolean set, Optional<String> source) {
        static SecretView of(boolean set, String source) {
            return new SecretView(set, source.isEmpty() ? Optional.empty() : Optional.of(source));
        }
    }

    static ProviderView of(Provider provider, ProviderState state) {
        Map<String, SecretView> headers = new TreeMap<>();
        provider.headers().forEach((name, source) -> headers.put(name, SecretView.of(true, source)));
        return new ProviderView(
                provider.name(),
                provider.kind().wire(),
                provider.baseUrl().isEmpty() ? Optional.empty() : Optional.of(provider.baseUrl()),
                SecretView.of(provider.keySet(), provider.keySource()),
                headers,
                provider.timeouts(),
                new ProviderSpec.Quirks(
                        provider.quirks().takesServiceTier(),
                        provider.quirks().takesStreamUsage(),
                        provider.quirks().takesBase64(),
                        provider.quirks().responses().wire()),
                provider.concurrency(),
                new ProviderSpec.Health(provider.healthPath(), provider.healthIntervalMillis()),
                state,
                provider.created());
    }
}
