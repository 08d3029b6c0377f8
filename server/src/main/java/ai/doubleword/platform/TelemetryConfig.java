package ai.doubleword.platform;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.net.URI;
import java.util.Optional;

/// Traces for a collector of one's own.
@ConfigMapping(prefix = "doubleword.telemetry")
public interface TelemetryConfig {
    /// Where traces go, as OTLP over gRPC: `http://collector:4317`. Nothing is traced without.
    Optional<URI> otlpEndpoint();

    /// The share of requests that is traced, from 0 to 1; a caller's own decision in `traceparent` comes first.
    @WithDefault("1.0")
    double sampling();
}
