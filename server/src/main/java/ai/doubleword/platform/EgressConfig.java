package ai.doubleword.platform;

import io.smallrye.config.ConfigMapping;
import java.util.List;
import java.util.Optional;

/// Where connections may lead whose target a user names, as the address of a webhook.
@ConfigMapping(prefix = "doubleword.egress")
public interface EgressConfig {
    /// Addresses or ranges (`10.20.0.0/16`) within your network that webhooks may reach, also without TLS. Without it
    /// they reach public addresses by https only. Link-local and metadata addresses stay closed.
    Optional<List<String>> userRanges();
}
