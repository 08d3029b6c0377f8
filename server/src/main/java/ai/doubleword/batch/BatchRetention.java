package ai.doubleword.batch;

import ai.doubleword.platform.Database;
import io.quarkus.scheduler.Scheduled;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Instant;

/// Forgets batches whose results have been gone for `batch.retention`. Blocks; thread-safe.
@Singleton
final class BatchRetention {
    private static final int AT_ONCE = 500;

    private final Database database;
    private final BatchConfig config;
    private final Clock clock;

    BatchRetention(Database database, BatchConfig config, Clock clock) {
        this.database = database;
        this.config = config;
        this.clock = clock;
    }

    @Scheduled(
            every = "1h",
            delayed = "7m",
            identity = "batch-forget",
            concurrentExecution = Scheduled.ConcurrentExecution.SKIP)
    @RunOnVirtualThread
    void forget() {
        Instant before = clock.instant().minus(config.retention());
        int gone;
        do {
            gone = database.engine().inTransaction(handle -> BatchStore.deleteGone(handle, before, AT_ONCE));
        } while (gone == AT_ONCE);
    }
}
