package ai.doubleword.gateway;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/// Calls with `service_tier: "flex"`, which wait for capacity on a held connection.
@ConfigMapping(prefix = "doubleword.flex")
public interface FlexConfig {
    /// How long a call may wait to be begun; then it is refused with 429 `resource_unavailable`, uncharged. Default 9
    /// minutes, below the ten that the official SDKs wait.
    @WithDefault("9m")
    Duration hold();

    /// How long a call that is not streamed goes on without a client, so that its repeat finds it; default 15 s, longer
    /// than SDKs take to try again.
    @WithDefault("15s")
    Duration linger();
}
