package ai.doubleword.batch;

import static org.assertj.core.api.Assertions.assertThat;

import ai.doubleword.billing.Tariffs;
import ai.doubleword.blobs.BlobStore;
import ai.doubleword.blobs.TestBlobs;
import ai.doubleword.platform.Database;
import ai.doubleword.platform.Ids;
import ai.doubleword.platform.TestDatabase;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SchedulerTest {
    @TempDir
    Path folder;

    @Test
    void itGoesOnWhateverTheDatabaseDriverThrows() throws Exception {
        CountDownLatch asked = new CountDownLatch(3);
        Scheduler.ChunkSource failing = new Scheduler.ChunkSource() {
            @Override
            public List<ChunkStore.Ready> all(int limit) {
                asked.countDown();
                throw new AssertionError("the connection ended within a message");
            }

            @Override
            public List<ChunkStore.Ready> of(Collection<Long> batches) {
                return List.of();
            }
        };
        try (TestDatabase test = TestDatabase.create()) {
            Scheduler scheduler = scheduler(test.database(), failing);
            scheduler.start();
            assertThat(asked.await(60, TimeUnit.SECONDS)).isTrue();
            scheduler.stop(Duration.ofSeconds(5));
        }
    }

    private Scheduler scheduler(Database database, Scheduler.ChunkSource source) throws Exception {
        Ids ids = new Ids(Clock.systemUTC(), new SplittableRandom(1));
        BlobStore blobs = TestBlobs.in(folder);
        KeptFiles files = new KeptFiles();
        Endings endings = new Endings(files, new BatchNews((handle, event) -> {}, new Endpoints(List.of())));
        Worker.Identity identity = new Worker.Identity(1, "one");
        Worker worker = new Worker(
                database,
                new Inputs(files, blobs, new Endpoints(List.of())),
                Tariffs.of(ids, Clock.systemUTC(), Map.of()),
                endings,
                identity);
        return new Scheduler(
                worker,
                new Housekeeping(database, endings, new Expiry(database, endings, files, blobs, ids), identity),
                source,
                (pool, run, line) -> {},
                new SharedSlots(database, "one"),
                new TestBatchConfig(
                        4, Duration.ofSeconds(1), Duration.ofHours(24), Duration.ofDays(30), Duration.ofDays(365)),
                Clock.systemUTC());
    }
}
