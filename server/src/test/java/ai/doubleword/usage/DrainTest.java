package ai.doubleword.usage;

import static org.assertj.core.api.Assertions.assertThat;

import ai.doubleword.keys.Await;
import ai.doubleword.platform.DatabaseLogin;
import ai.doubleword.platform.TestDatabase;
import ai.doubleword.usage.UsageConfig.Durability;
import java.io.IOException;
import java.net.URI;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DrainTest {
    private static final long MIB = 1 << 20;

    private final TestDatabase database = TestDatabase.create();
    private final Partitions partitions = partitions(Clock.systemUTC());
    private final List<Journal> journals = new ArrayList<>();
    private final List<Drain> drains = new ArrayList<>();
    private final long seed = System.nanoTime();
    private final UsageRecords records = new UsageRecords(seed);

    @TempDir
    Path directory;

    @AfterEach
    void close() {
        journals.forEach(Journal::close);
        drains.forEach(drain -> drain.finish(Duration.ofSeconds(10)));
        database.close();
    }

    @Test
    void everyFieldArrivesAsItWas() throws Exception {
        Journal journal = journal();
        UsageRecord failed = records.failed();
        UsageRecord chat = records.chat();
        record(journal, failed);
        record(journal, chat);
        drain(journal);
        Await.until(() -> rows() == 2);
        Map<String, Object> row = database.database()
                .engine()
                .withHandle(handle -> handle.createQuery("SELECT * FROM usage WHERE status = 502")
                        .mapToMap()
                        .one());
        assertThat(row)
                .containsEntry("id", failed.id())
                .containsEntry("account", 1L)
                .containsEntry("family", 10L)
                .containsEntry("member", 100L)
                .containsEntry("model", 7L)
                .containsEntry("target", 70L)
                .containsEntry("hold", null)
                .containsEntry("batch", null)
                .containsEntry("line", null)
                .containsEntry("input", null)
                .containsEntry("first_token_us", null)
                .containsEntry("total_us", failed.totalMicros())
                .containsEntry("endpoint", "chat/completions")
                .containsEntry("key_id", "key0000000AB")
                .containsEntry("error_code", "upstream_error");
        assertThat(String.valueOf(row.get("attempts")))
                .contains("\"target\": 71")
                .contains("\"us\": 12000");
        assertThat(number("SELECT count(*) FROM usage WHERE id = " + chat.id() + " AND time = to_timestamp("
                        + ai.doubleword.platform.Ids.millis(chat.id()) + " / 1000.0) AND coalesce(output, 0) = "
                        + chat.usage().output() + " AND coalesce(cost, 0) = " + chat.costNanos() + " AND cause = 0"))
                .isEqualTo(1);
    }

    @Test
    void rollupsAreTheSumsOfTheRows() throws Exception {
        Journal journal = journal();
        drain(journal);
        for (int i = 0; i < 3_000; i++) {
            record(journal, i % 10 == 0 ? records.failed() : records.chat(1 + i % 3, 7 + i % 2));
        }
        Await.until(() -> rows() == 3_000);
        assertRollupsMatch();
        assertThat(number("SELECT sum(failed) FROM rollup_hour")).isEqualTo(300);
        assertThat(number("SELECT sum((statuses ->> '502')::bigint) FROM rollup_target_hour"))
                .isEqualTo(300);
    }

    @Test
    void underDatabaseTellsTheCallerOnlyOfWhatIsCommitted() throws Exception {
        Journal journal = journal(Durability.DATABASE);
        drain(journal);
        CountDownLatch durable = new CountDownLatch(1);
        long[] seen = new long[1];
        journal.reserve();
        journal.record(records.chat(), () -> {
            seen[0] = rows();
            durable.countDown();
        });
        assertThat(durable.await(60, TimeUnit.SECONDS)).isTrue();
        assertThat(seen[0]).isEqualTo(1);
    }

    @Test
    void whatADeadStartLeftIsDrainedUpToItsTornTailAndDeleted() throws Exception {
        Journal dead = journal();
        for (int i = 0; i < 100; i++) {
            record(dead, records.chat());
        }
        dead.close();
        JournalFile left = dead.files().element();
        left.close();
        Path path = directory.resolve(left.id() + ".journal");
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.WRITE)) {
            channel.truncate(channel.size() - 1 - new Random(seed).nextInt(50));
        }
        Journal next = journal();
        drain(next);
        Await.until(() -> rows() == 99 && !Files.exists(path) && next.space().taken() == 0);
        assertRollupsMatch();
        assertThat(number("SELECT count(*) FROM journal_file WHERE drained_at IS NOT NULL"))
                .isEqualTo(1);
    }

    @Test
    void aFileThatComesBackAfterItWasDrainedCountsOnce() throws Exception {
        Journal first = journal();
        record(first, records.chat());
        first.close();
        Path path = directory.resolve(first.files().element().id() + ".journal");
        byte[] bytes = Files.readAllBytes(path);
        drain(first);
        Await.until(() -> !Files.exists(path));
        Files.write(path, bytes);
        Journal second = journal();
        drain(second);
        Await.until(() -> !Files.exists(path));
        assertThat(rows()).isEqualTo(1);
    }

    @Test
    void rowsOfADayWithoutAPartitionGetOne() throws Exception {
        Journal journal = journal();
        UsageRecords old =
                new UsageRecords(seed, Clock.fixed(Instant.parse("2025-06-01T23:59:59.999Z"), ZoneOffset.UTC));
        drain(journal);
        record(journal, old.chat());
        Await.until(() -> rows() == 1);
        assertThat(number("SELECT count(*) FROM usage_20250601")).isEqualTo(1);
    }

    @Test
    void daysPastRetentionAreDroppedWhole() throws Exception {
        Journal journal = journal();
        UsageRecords old =
                new UsageRecords(seed, Clock.fixed(Instant.now().minus(Duration.ofDays(91)), ZoneOffset.UTC));
        drain(journal);
        record(journal, old.chat());
        record(journal, records.chat());
        Await.until(() -> rows() == 2);
        partitions.dropOld();
        assertThat(rows()).isEqualTo(1);
        assertThat(number("SELECT sum(requests) FROM rollup_hour")).isEqualTo(2);
        assertThat(number("SELECT count(*) FROM pg_inherits WHERE inhparent = 'usage'::regclass"))
                .isEqualTo(8);
    }

    @Test
    @Tag("S-19")
    void usageWaitsInTheJournalWhilePostgresIsAway() throws Exception {
        Journal journal = journal();
        boolean[] away = {true};
        Drain drain = drain(journal, () -> {
            if (away[0]) {
                throw new SQLException("connection refused", "08001");
            }
            return connection();
        });
        for (int i = 0; i < 50; i++) {
            record(journal, records.chat());
        }
        Await.until(() -> drain.failures() >= 2);
        assertThat(drain.trouble()).contains("refused");
        assertThat(journal.reserve()).isTrue();
        journal.release();
        away[0] = false;
        Await.until(() -> rows() == 50);
        Await.until(() -> drain.trouble() == null);
    }

    @Test
    void theLockOfAnOrphanedBackendIsWaitedForAndItsCommitIsNotCountedTwice() throws Exception {
        Journal journal = journal();
        for (int i = 0; i < 20; i++) {
            record(journal, records.chat());
        }
        JournalFile file = journal.files().element();
        Await.until(() -> file.forced() == file.written());
        try (DrainStore orphan = new DrainStore(connection())) {
            // It did the whole transaction, and the process that asked for it is gone before COMMIT was answered.
            orphan.begin(file.id());
            assertThat(orphan.lock(file.id())).isZero();
            orphan.move(file.id(), file.written());
            drain(journal);
            Await.until(() -> number("SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'") == 1);
            orphan.commit();
        }
        Await.until(() -> journal.space().taken() == 0);
        assertThat(rows()).as("the orphan's rows, of which this one had none").isZero();
    }

    /// Records while connections are cut at random, a third of the time between a COMMIT and its answer, and the
    /// process "dies" now and then; in the end every record is there once.
    @Test
    @Tag("S-19")
    void whateverHappensToConnectionsAndProcessesEachRecordCountsOnce() throws Exception {
        DatabaseLogin login = DatabaseLogin.parse(
                "test", String.valueOf(database.settings().get("doubleword.database.migration-url")));
        int port = URI.create(login.jdbcUrl().substring("jdbc:".length())).getPort();
        Random random = new Random(seed);
        int recorded = 0;
        try (CuttingProxy proxy = new CuttingProxy(port, 0.5, seed)) {
            DatabaseLogin cutting = new DatabaseLogin(
                    login.jdbcUrl().replace(":" + port + "/", ":" + proxy.port() + "/"),
                    login.user(),
                    login.password());
            for (int start = 0; start < 5; start++) {
                Journal journal = journal();
                Drain drain = drain(journal, () -> cutting.open(Duration.ofSeconds(5)));
                for (int burst = 0; burst < 6; burst++) {
                    // Read first: a small burst may be in PostgreSQL before its last record returns.
                    long seenFailures = drain.failures();
                    long seenRows = drain.rows();
                    for (int i = random.nextInt(200); i >= 0; i--) {
                        record(journal, records.chat(1 + random.nextInt(3), 7));
                        recorded++;
                    }
                    Await.until(() -> drain.failures() > seenFailures || drain.rows() > seenRows);
                }
                if (start == 4) {
                    proxy.calm();
                }
                journal.close();
                drain.finish(Duration.ofMillis(start == 4 ? 20_000 : random.nextInt(100)));
                for (JournalFile left : journal.files()) {
                    left.close();
                }
            }
            assertThat(proxy.cutAfterCommit()).as("seed %d", seed).isPositive();
        }
        assertThat(rows()).as("seed %d", seed).isEqualTo(recorded);
        assertThat(number("SELECT count(DISTINCT id) FROM usage")).isEqualTo(recorded);
        assertRollupsMatch();
        try (var left = Files.list(directory)) {
            assertThat(left).isEmpty();
        }
    }

    private Journal journal() throws IOException {
        return journal(Durability.PROCESS);
    }

    private Journal journal(Durability durability) throws IOException {
        Journal journal =
                new Journal(directory, 64 * MIB, durability, Clock.systemUTC(), new Random(seed + journals.size()));
        journals.add(journal);
        return journal;
    }

    private Drain drain(Journal journal) {
        return drain(journal, this::connection);
    }

    private Drain drain(Journal journal, Drain.Connector connector) {
        partitions.makeAhead();
        Drain drain = new Drain(journal, connector, partitions);
        drains.add(drain);
        drain.start();
        return drain;
    }

    private Partitions partitions(Clock clock) {
        return new Partitions(
                new PartitionStore(database.database().engine()), clock, Duration.ofDays(90), Duration.ofDays(800));
    }

    private Connection connection() throws SQLException {
        return database.database().dedicatedConnection(Duration.ofSeconds(30));
    }

    private static void record(Journal journal, UsageRecord row) {
        assertThat(journal.reserve()).isTrue();
        journal.record(row, () -> {});
    }

    private long rows() {
        return number("SELECT count(*) FROM usage");
    }

    private long number(String sql) {
        return database.database()
                .engine()
                .withHandle(handle -> handle.createQuery(sql).mapTo(Long.class).one());
    }

    private void assertRollupsMatch() {
        assertThat(number("""
                        SELECT count(*) FROM (
                            (SELECT date_trunc('hour', time), account, family, member, model, tier, sum(count),
                                 sum(coalesce(input, 0)), sum(coalesce(cache_read, 0)), sum(coalesce(output, 0)),
                                 sum(coalesce(reasoning, 0)), sum(coalesce(cost, 0))
                             FROM usage GROUP BY 1, 2, 3, 4, 5, 6)
                            EXCEPT
                            (SELECT hour, account, family, member, model, tier, requests, input, cache_read, output,
                                 reasoning, cost FROM rollup_hour)) AS difference
                        """)).as("seed %d", seed).isZero();
        assertThat(number("SELECT sum(requests) FROM rollup_hour")).isEqualTo(number("SELECT sum(count) FROM usage"));
        assertThat(number("SELECT sum(requests) FROM rollup_target_hour"))
                .isEqualTo(number("SELECT sum(count) FROM usage"));
        assertThat(number("SELECT sum(x) FROM rollup_target_hour, unnest(total) AS x"))
                .isEqualTo(number("SELECT sum(count) FROM usage"));
    }
}
