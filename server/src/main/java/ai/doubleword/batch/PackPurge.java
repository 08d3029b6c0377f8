package ai.doubleword.batch;

import io.quarkus.scheduler.Scheduled;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.inject.Singleton;
import java.time.Clock;
import org.jboss.logging.Logger;

/// Deletes single requests and their results when they have been kept for long enough.
@Singleton
final class PackPurge {
    private static final Logger LOG = Logger.getLogger(PackPurge.class);

    private final SingleLines lines;
    private final BatchConfig config;
    private final Clock clock;

    PackPurge(SingleLines lines, BatchConfig config, Clock clock) {
        this.lines = lines;
        this.config = config;
        this.clock = clock;
    }

    @Scheduled(every = "1h", delayed = "7m", concurrentExecution = Scheduled.ConcurrentExecution.SKIP)
    @RunOnVirtualThread
    void purge() {
        int purged = lines.purge(clock.instant(), config.keep());
        if (purged > 0) {
            LOG.infof("Deleted %d packs of single requests that were kept for long enough", purged);
        }
    }
}
