package ai.doubleword.webhooks;

import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.security.SecureRandom;

/// What webhooks take by their constructors.
@Singleton
final class WebhookBeans {
    @Produces
    @Singleton
    RetrySchedule schedule(WebhooksConfig config, SecureRandom random) {
        return new RetrySchedule(config.pauses(), random);
    }
}
