package ai.doubleword.batch;

import static org.assertj.core.api.Assertions.assertThat;

import ai.doubleword.accounts.TestAccounts;
import ai.doubleword.accounts.User;
import ai.doubleword.blobs.BlobName;
import ai.doubleword.blobs.BlobSlice;
import ai.doubleword.blobs.BlobStore;
import ai.doubleword.blobs.BlobWriter;
import ai.doubleword.blobs.TestBlobs;
import ai.doubleword.platform.Database;
import ai.doubleword.platform.Ids;
import ai.doubleword.platform.TestClock;
import ai.doubleword.platform.TestDatabase;
import ai.doubleword.platform.Tier;
import io.quarkus.runtime.configuration.DurationConverter;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// When results of batches go, and what stays.
class BatchRetentionTest {
    private final TestDatabase test = TestDatabase.create();
    private final Database database = test.database();
    private final Ids ids = new Ids(Clock.systemUTC(), new SplittableRandom(11));
    private final User user = new TestAccounts(database, ids, List.of()).user();

    @TempDir
    Path folder;

    private BlobStore blobs;
    private BatchOutputs outputs;

    @BeforeEach
    void openStore() throws IOException {
        blobs = TestBlobs.in(folder);
        outputs = new BatchOutputs(database, blobs, new SegmentBlobs(database, blobs));
    }

    @AfterEach
    void close() {
        test.close();
    }

    @Test
    void resultsGoWithTheLastFileOfTheirBatchAndTheBatchCanStillBeLookedAt() throws Exception {
        long batch = batch(BatchStatus.COMPLETED);
        BlobName blob = blob();
        segment(batch, 0, blob, 0);
        delete(batch, "batch_output");
        outputs.forget(batch);
        assertThat(blobs.exists(blob)).as("the error file is still there").isTrue();

        delete(batch, "batch_error");
        outputs.forget(batch);
        assertThat(blobs.exists(blob)).isFalse();
        assertThat(count("segment", batch) + count("chunk", batch) + count("chunk_plan", batch))
                .isZero();
        List<Batch> kept = database.engine().withHandle(handle -> BatchStore.byIds(handle, List.of(batch)));
        assertThat(kept).singleElement().satisfies(left -> assertThat(left.ok()).isEqualTo(1));
    }

    @Test
    void nothingOfABatchThatRunsGoesWhateverBecomesOfItsFiles() throws Exception {
        for (BatchStatus open : List.of(BatchStatus.IN_PROGRESS, BatchStatus.FINALIZING, BatchStatus.CANCELLING)) {
            long batch = batch(open);
            BlobName blob = blob();
            segment(batch, 0, blob, 0);
            delete(batch, "batch_output");
            delete(batch, "batch_error");
            outputs.forget(batch);
            assertThat(blobs.exists(blob)).as(open.wire()).isTrue();
            assertThat(count("segment", batch)).as(open.wire()).isEqualTo(1);
        }
    }

    @Test
    void aBlobThatHoldsResultsOfSeveralBatchesGoesWithTheLastOfThem() throws Exception {
        BlobName blob = blob();
        long first = batch(BatchStatus.COMPLETED);
        long second = batch(BatchStatus.EXPIRED);
        segment(first, 0, blob, 0);
        segment(second, 0, blob, 100);
        delete(first, "batch_output");
        delete(first, "batch_error");
        outputs.forget(first);
        assertThat(blobs.exists(blob)).isTrue();
        delete(second, "batch_output");
        delete(second, "batch_error");
        outputs.forget(second);
        assertThat(blobs.exists(blob)).isFalse();
    }

    @Test
    void aBatchIsForgottenLongAfterItsResults() throws Exception {
        long old = batch(BatchStatus.COMPLETED);
        delete(old, "batch_output");
        delete(old, "batch_error");
        outputs.forget(old);
        long kept = batch(BatchStatus.COMPLETED);
        BatchConfig config = config();
        TestClock clock = new TestClock(Instant.now());
        BatchRetention retention = new BatchRetention(database, config, clock);

        clock.advance(config.retention().minusDays(1));
        retention.forget();
        assertThat(count("batch_progress", old)).isEqualTo(1);
        clock.advance(Duration.ofDays(2));
        retention.forget();
        assertThat(count("batch_progress", old)).isZero();
        assertThat(count("batch_progress", kept)).as("one with results stays").isEqualTo(1);
    }

    private static BatchConfig config() {
        return new SmallRyeConfigBuilder()
                .withConverter(Duration.class, 100, new DurationConverter())
                .withMapping(BatchConfig.class)
                .build()
                .getConfigMapping(BatchConfig.class);
    }

    private BlobName blob() throws IOException {
        BlobName blob = BlobName.of(Recorder.SEGMENT, ids.next());
        try (BlobWriter out = blobs.create(blob)) {
            out.write(new byte[200], 0, 200);
            out.commit();
        }
        return blob;
    }

    /// A batch of one line with its two files.
    private long batch(BatchStatus status) {
        long id = ids.next();
        Batch batch = new Batch(
                id,
                user.account(),
                "key0000000AB",
                10,
                user.id(),
                ids.next(),
                "/v1/chat/completions",
                "24h",
                Tier.BATCH,
                ids.next(),
                ids.next(),
                false,
                Map.of(),
                1,
                0,
                0,
                status,
                Batch.Times.of(Instant.now()),
                Batch.Used.NOTHING,
                Batch.Promise.NONE);
        database.engine().useTransaction(handle -> {
            BatchStore.insert(handle, batch, 86_400);
            ChunkStore.insert(
                    handle, id, 0, List.of(new ChunkStore.Priced(new PlannedChunk("m", 0, 10, new int[] {0}), 1)));
            file(handle, batch.outputFile(), id, "batch_output");
            file(handle, batch.errorFile(), id, "batch_error");
        });
        return id;
    }

    private void file(org.jdbi.v3.core.Handle handle, long file, long batch, String purpose) {
        handle.execute(
                "INSERT INTO file (id, account, member, purpose, name, batch, created_at)"
                        + " VALUES (?, ?, ?, ?, 'x', ?, now())",
                file,
                user.account(),
                user.id(),
                purpose,
                batch);
    }

    private void delete(long batch, String purpose) {
        database.engine()
                .useHandle(handle -> handle.execute(
                        "UPDATE file SET deleted_at = now() WHERE batch = ? AND purpose = ?", batch, purpose));
    }

    private void segment(long batch, int seq, BlobName blob, long at) {
        database.engine().useTransaction(handle -> {
            try {
                Slice slice = new Slice(
                        new ChunkStore.Key(batch, 0),
                        1,
                        1,
                        new BlobSlice(blob, at, 100),
                        LineBits.of(1, 0),
                        LineBits.none(1),
                        10,
                        0,
                        1);
                SegmentStore.insert(handle.getConnection(), List.of(slice), List.of(seq));
                SegmentStore.add(
                        handle.getConnection(),
                        List.of(new SegmentStore.Added(batch, seq + 1, 1, 0, Batch.Used.NOTHING)));
            } catch (SQLException e) {
                throw new IllegalStateException(e);
            }
        });
    }

    private long count(String table, long batch) {
        return database.engine()
                .withHandle(handle -> handle.createQuery("SELECT count(*) FROM <table> WHERE batch = :batch")
                        .define("table", table)
                        .bind("batch", batch)
                        .mapTo(Long.class)
                        .one());
    }
}
