package ai.doubleword.keys;

import jakarta.inject.Singleton;
import java.time.Duration;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Readiness;

/// Ready while keys may be checked; says when that is on the lease of an outage.
@Readiness
@Singleton
final class KeyRingReadiness implements HealthCheck {
    private final RingFeed feed;
    private final KeysConfig config;

    KeyRingReadiness(RingFeed feed, KeysConfig config) {
        this.feed = feed;
        this.config = config;
    }

    @Override
    public HealthCheckResponse call() {
        Duration age = Duration.ofNanos(feed.ageNanos());
        boolean fresh = age.compareTo(KeyRing.FRESH) <= 0;
        boolean trusted = feed.ring().trustworthy();
        var answer = HealthCheckResponse.named("keys")
                .status(trusted)
                .withData("state", fresh ? "fresh" : trusted ? "outage" : "stale")
                .withData("keys", feed.ring().size());
        if (!fresh) {
            answer.withData("age_seconds", age.toSeconds());
            answer.withData(
                    "lease_left_seconds",
                    Math.max(0, config.outageLease().minus(age).toSeconds()));
        }
        return answer.build();
    }
}
