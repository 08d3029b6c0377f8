package ai.doubleword.webhooks;

import ai.doubleword.platform.Database;
import io.quarkus.scheduler.Scheduled;
import io.quarkus.scheduler.Scheduled.ConcurrentExecution;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Instant;

/// Forgets deliveries that are older than `webhooks.retention`, and secrets whose overlap is over. Blocks; thread-safe.
@Singleton
final class WebhookRetention {
    private static final int AT_ONCE = 1_000;

    private final Database database;
    private final WebhooksConfig config;
    private final Clock clock;

    WebhookRetention(Database database, WebhooksConfig config, Clock clock) {
        this.database = database;
        this.config = config;
        this.clock = clock;
    }

    @Scheduled(
            every = "1h",
            delayed = "4m",
            identity = "webhook-forget",
            concurrentExecution = ConcurrentExecution.SKIP)
    @RunOnVirtualThread
    void forget() {
        Instant now = clock.instant();
        Instant before = now.minus(config.retention());
        int gone;
        do {
            gone = database.engine().inTransaction(handle -> DeliveryStore.forget(handle, before, AT_ONCE));
        } while (gone == AT_ONCE);
        database.engine().useHandle(handle -> WebhookStore.forgetSecrets(handle, now));
    }
}
