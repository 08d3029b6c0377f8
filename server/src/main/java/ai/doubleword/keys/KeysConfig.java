package ai.doubleword.keys;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/// How keys are kept true to the database.
@ConfigMapping(prefix = "doubleword.keys")
public interface KeysConfig {
    /// How long a node that cannot reach PostgreSQL goes on with the keys it has in memory; `0s` refuses after 5
    /// s. Expiry still applies. Default 10 min.
    @WithDefault("10m")
    Duration outageLease();

    /// How often changes of keys are read, besides being told of them. Default 500 ms.
    @WithDefault("500ms")
    Duration poll();
}
