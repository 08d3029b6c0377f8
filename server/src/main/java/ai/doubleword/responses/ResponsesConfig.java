package ai.doubleword.responses;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/// What becomes of responses: `responses.…` in `doubleword.yaml`.
@ConfigMapping(prefix = "doubleword.responses")
public interface ResponsesConfig {
    /// How long responses are kept that do not say `store: false`, where their account does not say. Default 30 days.
    @WithDefault("30d")
    Duration retention();

    /// The longest that an account may choose. Default 365 days.
    @WithDefault("365d")
    Duration longestRetention();

    /// Most responses in a chain of `previous_response_id`. Default 10,000.
    @WithDefault("10000")
    int longestChain();
}
