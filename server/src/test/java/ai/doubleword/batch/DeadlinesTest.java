package ai.doubleword.batch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.doubleword.accounts.TestAccounts;
import ai.doubleword.accounts.User;
import ai.doubleword.batch.files.CompletionWindow;
import ai.doubleword.billing.Tariffs;
import ai.doubleword.blobs.BlobStore;
import ai.doubleword.blobs.TestBlobs;
import ai.doubleword.gateway.TestGateway;
import ai.doubleword.keys.Principal;
import ai.doubleword.models.Routing;
import ai.doubleword.models.RoutingTable;
import ai.doubleword.platform.Ids;
import ai.doubleword.platform.ProblemException;
import ai.doubleword.platform.TestDatabase;
import io.vertx.core.Vertx;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What an order is told about its deadline, with PostgreSQL and a speed that the test says was measured.
class DeadlinesTest {
    private static final TestDatabase TEST = TestDatabase.create();
    private static final Vertx VERTX = Vertx.vertx();
    private static final Ids IDS = new Ids(Clock.systemUTC(), new SplittableRandom(23));

    /// Each line of the file is expected to take so many.
    private static final int TOKENS = 266;

    @TempDir
    Path folder;

    private Principal key;
    private BlobStore blobs;
    private OneFile file;
    private Throughput.Measured measured = Throughput.Measured.NOTHING;

    @AfterAll
    static void close() {
        VERTX.close();
        TEST.close();
    }

    @BeforeEach
    void order() throws Exception {
        TEST.database().engine().useHandle(handle -> handle.execute("DELETE FROM batch"));
        User user = new TestAccounts(TEST.database(), IDS, List.of()).user();
        key = TestGateway.principal(user.account());
        blobs = TestBlobs.in(folder);
        file = OneFile.of(blobs, IDS.next(), key, "gpt", 1_000);
    }

    /// Done in this time, with nothing else.
    private void speed(double secondsForTheFile) {
        double tokens = 1_000 * TOKENS / secondsForTheFile;
        measured = new Throughput.Measured(tokens, 900, tokens, 900);
    }

    @Test
    void whereTooLittleWasMeasuredTheDeadlineIsEstimated() {
        Batch batch = create(BatchConfig.Admission.STRICT, "1h", false);
        assertThat(batch.deadline()).contains(Deadline.ESTIMATED);
        assertThat(BatchView.of(batch).deadline()).isEqualTo("estimated");
    }

    @Test
    void whatCanBeDoneIsPromisedAndWhatCannotIsAtRiskWithTheWindowThatWouldDo() {
        speed(3_000);
        assertThat(create(BatchConfig.Admission.OPEN, "1h", false).deadline()).contains(Deadline.PROMISED);
        Batch second = create(BatchConfig.Admission.OPEN, "1h", false);
        assertThat(second.deadline()).as("behind the first").contains(Deadline.AT_RISK);
        BatchView view = BatchView.of(second);
        assertThat(view.deadline()).isEqualTo("at_risk");
        assertThat(view.earliestWindow()).isEqualTo("2h");
        assertThat(view.notice()).contains("At risk", "earliest window that fits is 2h");
    }

    @Test
    void whatNoWindowIsLongEnoughForNamesNone() {
        speed(30 * 86_400);
        Batch batch = create(BatchConfig.Admission.OPEN, "7d", false);
        assertThat(batch.promise()).isEqualTo(new Batch.Promise(Deadline.AT_RISK, null));
    }

    @Test
    void withoutADeadlineNothingIsPromised() {
        speed(10);
        assertThat(create(BatchConfig.Admission.STRICT, "background", false).deadline())
                .isEmpty();
    }

    @Test
    void strictAdmissionRefusesWhatWouldBeLateForGoodAndKeepsNothing() {
        speed(4_000);
        assertThatThrownBy(() -> create(BatchConfig.Admission.STRICT, "1h", false))
                .isInstanceOfSatisfying(ProblemException.class, refused -> {
                    assertThat(refused.problem().code().code()).isEqualTo("deadline_infeasible");
                    assertThat(refused.problem().code().status()).isEqualTo(429);
                    assertThat(refused.problem().code().isFinal()).isTrue();
                    assertThat(refused.problem().message()).contains("within 1h", "fits is 2h");
                });
        long kept = TEST.database()
                .engine()
                .withHandle(handle -> handle.createQuery("SELECT count(*) FROM batch")
                        .mapTo(Long.class)
                        .one());
        assertThat(kept).isZero();
        assertThat(create(BatchConfig.Admission.STRICT, "2h", false).deadline()).contains(Deadline.PROMISED);
    }

    @Test
    void whatWasTakenIsNotRefusedWhenItsClientAsksAgain() {
        speed(3_000);
        Batch first = create(BatchConfig.Admission.STRICT, "1h", false);
        assertThat(create(BatchConfig.Admission.STRICT, "1h", true).id()).isEqualTo(first.id());
    }

    @Test
    void aRetryIsToldAboutItsOwnWindow() {
        Batch batch = create(BatchConfig.Admission.OPEN, "1h", false);
        assertThat(batch.deadline()).contains(Deadline.ESTIMATED);
        Batches batches = batches(BatchConfig.Admission.OPEN);
        Batches.Asker asker = batches.asker(key);
        String id = Ids.format(Batch.PREFIX, batch.id());
        batches.cancel(asker, id);
        speed(600);
        assertThat(batches.retry(asker, id).deadline()).contains(Deadline.PROMISED);
    }

    private Batch create(BatchConfig.Admission admission, String window, boolean again) {
        return batches(admission)
                .create(
                        key,
                        new Batches.Wanted(
                                "file",
                                "/v1/chat/completions",
                                CompletionWindow.parse(window),
                                Map.of(),
                                false,
                                Duration.ZERO,
                                again));
    }

    private Batches batches(BatchConfig.Admission admission) {
        RoutingTable routing = new RoutingTable();
        routing.replace(new Routing(1, Map.of("gpt", TestGateway.chat("gpt", (request, listener) -> {
            throw new UnsupportedOperationException("nothing is run here");
        }))));
        Endings endings = new Endings(file, new BatchNews((handle, event) -> {}, new Endpoints(List.of())));
        Deadlines deadlines =
                new Deadlines(Deadlines.Backlog.in(TEST.database()), model -> measured, Clock.systemUTC(), admission);
        return new Batches(
                TEST.database(),
                file,
                blobs,
                new Batches.Pricing(
                        routing, Tariffs.of(IDS, Clock.systemUTC(), Map.of()), IDS, Clock.systemUTC(), deadlines),
                TestGateway.over(VERTX, routing),
                new Idle(endings));
    }

    private record Idle(Endings endings) implements Batches.Engine {
        @Override
        public void wake(long batch) {}

        @Override
        public void close(long batch) {}

        @Override
        public double pace(String model) {
            return 0;
        }
    }
}
