package ai.doubleword.providers;

import io.quarkus.runtime.annotations.StaticInitSafe;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/// How the health of providers is checked: `health.…` in `doubleword.yaml`.
@StaticInitSafe
@ConfigMapping(prefix = "doubleword.health")
public interface HealthConfig {
    /// Time between health checks of a provider that does not set its own. One that failed is checked every 5 s until
    /// it recovers; with `0` only such ones are checked.
    @WithDefault("30s")
    Duration interval();
}
