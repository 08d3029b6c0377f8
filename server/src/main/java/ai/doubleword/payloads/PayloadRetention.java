package ai.doubleword.payloads;

import ai.doubleword.blobs.BlobName;
import ai.doubleword.blobs.BlobStore;
import ai.doubleword.platform.Database;
import io.quarkus.scheduler.Scheduled;
import io.quarkus.scheduler.Scheduled.ConcurrentExecution;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.time.Clock;
import java.util.HashSet;
import java.util.List;
import org.jboss.logging.Logger;
import org.jdbi.v3.core.JdbiException;

/// Removes payloads whose days are over, and all of an account that wants none any more: the rows, then the blobs that
/// none lies in. Blocks; thread-safe.
@Singleton
final class PayloadRetention {
    private static final Logger LOG = Logger.getLogger(PayloadRetention.class);
    private static final int AT_ONCE = 1_000;

    private final Database database;
    private final BlobStore blobs;
    private final Clock clock;

    PayloadRetention(Database database, BlobStore blobs, Clock clock) {
        this.database = database;
        this.blobs = blobs;
        this.clock = clock;
    }

    @Scheduled(
            every = "1m",
            delayed = "2m",
            identity = "payload-forget",
            concurrentExecution = ConcurrentExecution.SKIP)
    @RunOnVirtualThread
    void forget() {
        try {
            List<BlobName> gone;
            do {
                gone = database.engine()
                        .inTransaction(handle -> PayloadStore.deleteExpired(handle, clock.instant(), AT_ONCE));
                for (BlobName blob : new HashSet<>(gone)) {
                    if (!database.engine().withHandle(handle -> PayloadStore.uses(handle, blob))) {
                        blobs.delete(blob);
                    }
                }
            } while (!gone.isEmpty());
        } catch (IOException | JdbiException e) {
            LOG.warnf("Payloads could not be removed; the next try is in a minute: %s", e.getMessage());
        }
    }
}
