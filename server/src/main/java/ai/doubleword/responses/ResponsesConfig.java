package ai.doubleword.responses;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/// What becomes of responses: `responses.…` in `doubleword.yaml`.
@ConfigMapping(prefix = "doubleword.responses")
public interface ResponsesConfig {
    /// How long responses are kept that do not say `store: false`. Default 30 days.
    @WithDefault("30d")
    Duration retention();

    /// Most responses in a chain of `previous_response_id`. Default 10,000.
    @WithDefault("10000")
    int longestChain();
}
