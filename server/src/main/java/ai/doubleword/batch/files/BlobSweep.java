package ai.doubleword.batch.files;

import ai.doubleword.blobs.BlobInfo;
import ai.doubleword.blobs.BlobName;
import ai.doubleword.blobs.BlobStore;
import io.quarkus.scheduler.Scheduled;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.util.HashSet;
import java.util.Set;
import org.jboss.logging.Logger;
import org.jdbi.v3.core.JdbiException;

/// Removes orphans: blobs that nothing leads to, old enough, at two looks an hour apart. The second look is for
/// what was written while the database was away, and is recorded within seconds once that is back. Blocks.
@Singleton
final class BlobSweep {
    private static final Logger LOG = Logger.getLogger(BlobSweep.class);

    private final FileChecks checks;
    private final BlobStore blobs;
    private Set<BlobName> seen = Set.of();

    BlobSweep(FileChecks checks, BlobStore blobs) {
        this.checks = checks;
        this.blobs = blobs;
    }

    @Scheduled(
            every = "1h",
            delayed = "10m",
            identity = "blob-sweep",
            concurrentExecution = Scheduled.ConcurrentExecution.SKIP)
    @RunOnVirtualThread
    synchronized void sweep() {
        try {
            Set<BlobName> again = new HashSet<>();
            for (BlobInfo orphan : checks.orphans()) {
                if (seen.contains(orphan.name())) {
                    blobs.delete(orphan.name());
                } else {
                    again.add(orphan.name());
                }
            }
            seen = again;
        } catch (IOException | JdbiException e) {
            LOG.warnf("Orphans could not be looked for; the next try is in an hour: %s", e.getMessage());
        }
    }
}
