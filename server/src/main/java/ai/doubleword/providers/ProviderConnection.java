package ai.doubleword.providers;

import ai.doubleword.platform.Secret;
import java.net.URI;
import java.time.Duration;
import java.util.Map;

/// How to reach an HTTP provider.
///
/// @param baseUrl with its path, without a slash at the end: `http://localhost:8000/v1`
/// @param apiKey sent as `Authorization: Bearer …`; empty for none
/// @param headers further ones to send; their values may be secrets too
/// @param timeouts how long to wait for what
record ProviderConnection(URI baseUrl, Secret apiKey, Map<String, Secret> headers, Timeouts timeouts) {

    /// How long to wait.
    ///
    /// @param connect for a connection
    /// @param firstByte from the request to the first byte of the answer's body
    /// @param idle between two parts of the body
    /// @param total for a whole answer that is not streamed
    record Timeouts(Duration connect, Duration firstByte, Duration idle, Duration total) {
        static final Timeouts DEFAULT = new Timeouts(
                Duration.ofSeconds(5), Duration.ofMinutes(5), Duration.ofMinutes(1), Duration.ofMinutes(10));
    }
}
