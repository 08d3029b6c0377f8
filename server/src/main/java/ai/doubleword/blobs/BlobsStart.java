package ai.doubleword.blobs;

import ai.doubleword.platform.Egress;
import ai.doubleword.platform.Home;
import io.quarkus.scheduler.Scheduled;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import org.jboss.logging.Logger;

/// Opens the store that the configuration names, and clears away what dead writers left in it.
@Singleton
final class BlobsStart {
    private static final Logger LOG = Logger.getLogger(BlobsStart.class);

    /// A writer that has not written for so long is dead: uploads that stall are ended sooner.
    private static final Duration DEAD_FILE = Duration.ofHours(1);

    /// S3 tells when a writer began, not when it last wrote.
    private static final Duration DEAD_OBJECT = Duration.ofDays(2);

    private final BlobStore store;
    private final Sweep sweep;
    private final Clock clock;

    @FunctionalInterface
    private interface Sweep {
        int run(Instant now) throws IOException;
    }

    BlobsStart(BlobsConfig config, Home home, Egress egress, Clock clock) throws IOException {
        this.clock = clock;
        switch (config.kind()) {
            case FOLDER -> {
                Path inHome = home.path().resolve("blobs");
                Path folder = config.folder().orElse(inHome);
                FolderBlobStore files = new FolderBlobStore(folder);
                if (folder.equals(inHome)) {
                    // The home is this process's alone, so whoever wrote there before is dead.
                    files.sweep(clock.instant());
                }
                this.store = files;
                this.sweep = now -> files.sweep(now.minus(DEAD_FILE));
            }
            case S3 -> {
                S3BlobStore objects = S3Stores.open(config.s3(), egress);
                this.store = objects;
                this.sweep = now -> objects.sweep(now.minus(DEAD_OBJECT));
            }
            default -> throw new IllegalStateException("no such kind of store: " + config.kind());
        }
    }

    @Produces
    @Singleton
    BlobStore store() {
        return store;
    }

    @Scheduled(every = "1h", delayed = "10m", concurrentExecution = Scheduled.ConcurrentExecution.SKIP)
    @RunOnVirtualThread
    void sweep() {
        try {
            int swept = sweep.run(clock.instant());
            if (swept > 0) {
                LOG.infof("Cleared away %d unfinished blobs", swept);
            }
        } catch (IOException e) {
            LOG.warnf(e, "Unfinished blobs could not be cleared away; the next try is in an hour");
        }
    }
}
