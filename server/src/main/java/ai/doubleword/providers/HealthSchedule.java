package ai.doubleword.providers;

import io.quarkus.scheduler.Scheduled;
import jakarta.inject.Singleton;

/// When health checks are looked after.
@Singleton
final class HealthSchedule {
    private final HealthChecks checks;

    HealthSchedule(HealthChecks checks) {
        this.checks = checks;
    }

    @Scheduled(every = "1s", identity = "provider-health", concurrentExecution = Scheduled.ConcurrentExecution.SKIP)
    void tick() {
        checks.tick();
    }
}
