package ai.doubleword.usage;

import static org.assertj.core.api.Assertions.assertThat;

import ai.doubleword.platform.Ids;
import ai.doubleword.platform.TestDatabase;
import ai.doubleword.platform.Tier;
import ai.doubleword.usage.RequestsResource.Entry;
import ai.doubleword.usage.UsageConfig.Durability;
import ai.doubleword.usage.UsageQuery.Dimension;
import ai.doubleword.usage.UsageStore.Largest;
import ai.doubleword.usage.UsageStore.Ordered;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.sql.Timestamp;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Two accounts, each with forty chats of two models and ten failures, three of them folded refusals of one second.
class UsageReadingTest {
    private static final TestDatabase DATABASE = TestDatabase.create();
    private static final List<UsageRecord> ROWS = new ArrayList<>();
    private static final Viewer FIRST = new Viewer(1, 0);
    private static final Viewer EVERYBODY = new Viewer(0, 0);

    @TempDir
    static Path directory;

    private final UsageStore usage = new UsageStore(DATABASE.database());
    private final RequestLogStore requests = new RequestLogStore(DATABASE.database());

    @BeforeAll
    static void fill() throws Exception {
        DATABASE.database().engine().useHandle(handle -> {
            handle.execute("""
                    INSERT INTO model (id, uuid, name, type, tiers, policy)
                    VALUES (7, gen_random_uuid(), 'org/llama:8b', 'chat', '{realtime}', 'weighted'),
                        (8, gen_random_uuid(), 'bge', 'embedding', '{realtime}', 'weighted')
                    """);
            handle.execute("INSERT INTO account (id, kind, name) VALUES (1, 'personal', 'one')");
            handle.execute("""
                    INSERT INTO "user" (id, account_id, username, email, role) VALUES (100, 1, 'u', 'u@x', 'user')
                    """);
            handle.execute("""
                    INSERT INTO api_key (id, family, account_id, created_by, type, name, pepper_id, hmac)
                    VALUES ('key0000000AB', 10, 1, 100, 'inference', 'ops', 1, decode(repeat('00', 32), 'hex'))
                    """);
        });
        UsageRecords records = new UsageRecords(1);
        Journal journal = new Journal(directory, 64 << 20, Durability.PROCESS, Clock.systemUTC(), new Random());
        for (int account = 1; account <= 2; account++) {
            for (int i = 0; i < 40; i++) {
                ROWS.add(records.chat(account, 7 + i % 2));
            }
        }
        for (int i = 0; i < 7; i++) {
            ROWS.add(records.failed());
        }
        UsageRecord refused = records.refused("key0000000AB");
        ROWS.add(refused.withCount(3));
        ROWS.forEach(row -> {
            journal.reserve();
            journal.record(row, () -> {});
        });
        journal.close();
        Partitions partitions = new Partitions(
                new PartitionStore(DATABASE.database().engine()),
                Clock.systemUTC(),
                Duration.ofDays(90),
                Duration.ofDays(800));
        partitions.makeAhead();
        Drain drain =
                new Drain(journal, () -> DATABASE.database().dedicatedConnection(Duration.ofSeconds(30)), partitions);
        drain.start();
        drain.finish(Duration.ofSeconds(20));
        assertThat(drain.rows()).isEqualTo(ROWS.size());
    }

    @AfterAll
    static void drop() {
        DATABASE.close();
    }

    @Test
    void sumsByModelAreTheSumsOfTheRowsToTheLastNanoDollar() {
        List<UsageSums> models = usage.sums(FIRST, query(Dimension.MODEL));
        assertThat(models).extracting(UsageSums::model).containsExactly("bge", "org/llama:8b");
        UsageSums llama = models.getLast();
        assertThat(llama.requests()).isEqualTo(27);
        assertThat(llama.failed()).isEqualTo(7);
        assertThat(llama.refused()).isEqualTo(3);
        assertThat(llama.totalInput()).isEqualTo(sum(7, row -> row.usage().totalInput()));
        assertThat(llama.totalOutput()).isEqualTo(sum(7, row -> row.usage().totalOutput()));
        assertThat(llama.cost()).isEqualByComparingTo(BigDecimal.valueOf(sum(7, UsageRecord::costNanos), 9));
        assertThat(llama.realtimeCost()).isEqualByComparingTo(llama.cost());
    }

    @Test
    void groupsByEverythingAtOnce() {
        List<UsageSums> all = usage.sums(
                FIRST, query(Dimension.KEY, Dimension.MODEL, Dimension.MEMBER, Dimension.TIER, Dimension.DAY));
        assertThat(all).allSatisfy(sums -> {
            assertThat(sums.key()).isEqualTo("key0000000AB");
            assertThat(sums.keyName()).isEqualTo("ops");
            assertThat(sums.member()).isEqualTo(100);
            assertThat(sums.tier()).isEqualTo(Tier.REALTIME);
            assertThat(sums.bucket()).isNotNull();
        });
        assertThat(all.stream().mapToLong(UsageSums::requests).sum()).isEqualTo(47);
    }

    @Test
    void theLargestKeysAndEachDayAreWhatTheyAreReadAlone() {
        Instant today = Instant.now().truncatedTo(ChronoUnit.DAYS);
        DATABASE.database()
                .engine()
                .useHandle(handle -> handle.createUpdate("""
                        INSERT INTO rollup_hour (hour, account, family, member, model, tier, requests, failed, refused,
                            estimated, input, cache_read, cache_write_5m, cache_write_1h, output, reasoning, audio_input,
                            audio_output, images, cost)
                        SELECT CAST(:today AS timestamptz) - n * interval '5 hours', 78, n % 13, 1, 7, n % 3, 40 + n % 13,
                            n % 5, CASE n % 13 WHEN 0 THEN 40 ELSE 3 END, 0, 100 * (13 - n % 13), n, 1, 2, 3 * n, 4, 5, 6, 7,
                            CASE n % 13 WHEN 0 THEN 0 ELSE 1000 + (n % 13) * (n % 13 - 6) * n END
                          FROM generate_series(1, 130) AS n
                        """)
                        .bind("today", Timestamp.from(today))
                        .execute());
        Viewer viewer = new Viewer(78, 0);
        UsageQuery query =
                UsageQuery.between(today.minus(Duration.ofDays(28)), today, EnumSet.of(Dimension.KEY, Dimension.DAY));
        List<UsageSums> days = used(viewer, query.groupedBy(Dimension.DAY));
        List<UsageSums> keys = used(viewer, query.groupedBy(Dimension.KEY));
        assertThat(days).as("but the one that held a refused request only").hasSize(27);
        assertThat(keys).as("but the one whose requests were all refused").hasSize(12);
        for (UsageMeasure measure : UsageMeasure.values()) {
            Largest largest = usage.largestKeys(viewer, query, measure, 5);
            assertThat(largest.steps()).isEqualTo(days);
            assertThat(largest.count()).isEqualTo(12);
            assertThat(largest.keys())
                    .as(measure.wire())
                    .containsExactlyElementsOf(keys.stream()
                            .sorted(Comparator.<UsageSums>comparingDouble(measure::of)
                                    .reversed())
                            .limit(5)
                            .toList());
        }
    }

    @Test
    void batchesCountWhereTheyWereOrderedAndPacksOfSingleRequestsDoNot() {
        Instant now = Instant.now();
        DATABASE.database()
                .engine()
                .useHandle(handle -> handle.createUpdate("""
                        INSERT INTO batch (id, account_id, key_id, family, member, input_file, endpoint, completion_window,
                                           tier, output_file, error_file, total, status, created_at)
                        SELECT n, 1, 'key0000000AB', 10, 100 + n % 2, CASE n WHEN 6 THEN 0 ELSE n END,
                               '/v1/chat/completions', '24h', 2, 0, 0, 10 * n, 3, CAST(:now AS timestamptz) - n * interval '1 day'
                          FROM generate_series(1, 6) AS n
                        """)
                        .bind("now", Timestamp.from(now))
                        .execute());
        Instant week = now.minus(Duration.ofDays(7));
        assertThat(usage.ordered(FIRST, week, now)).isEqualTo(new Ordered(5, 150));
        assertThat(usage.ordered(new Viewer(1, 101), week, now)).isEqualTo(new Ordered(3, 90));
        assertThat(usage.ordered(FIRST, now.minus(Duration.ofHours(60)), now)).isEqualTo(new Ordered(2, 30));
        assertThat(usage.ordered(new Viewer(2, 0), week, now)).isEqualTo(new Ordered(0, 0));
    }

    @Test
    void whatWasBoughtInAnotherTierIsComparedWithTheRealtimePriceOfItsHour() {
        Instant ten = Instant.now().truncatedTo(ChronoUnit.DAYS).minus(Duration.ofHours(14));
        DATABASE.database().engine().useHandle(handle -> {
            handle.createUpdate("""
                            INSERT INTO tariff (id, model_id, tier, input, cache_read, cache_write_5m, cache_write_1h, output,
                                reasoning, audio_input, audio_output, images, derived, valid_from)
                            SELECT n, 8, 'realtime', n * 1000000, 0, 0, 0, 0, 0, 0, 0, 0, false,
                                CAST(:ten AS timestamptz) + (n - 1) / 2 * interval '150 minutes'
                              FROM generate_series(1, 4) AS n
                            """).bind("ten", Timestamp.from(ten)).execute();
            handle.createUpdate("""
                            INSERT INTO rollup_hour (hour, account, family, member, model, tier, requests, failed, refused,
                                estimated, input, cache_read, cache_write_5m, cache_write_1h, output, reasoning,
                                audio_input, audio_output, images, cost)
                            SELECT CAST(:ten AS timestamptz) + n * interval '1 hour', 79, 1, 1, 8, 2, 1, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 9
                              FROM generate_series(-2, 4) AS n
                            """).bind("ten", Timestamp.from(ten)).execute();
        });
        UsageQuery query = UsageQuery.between(
                ten.minus(Duration.ofDays(1)), ten.plus(Duration.ofDays(1)), EnumSet.of(Dimension.HOUR));
        assertThat(usage.sums(new Viewer(79, 0), query))
                .extracting(sums -> sums.realtimeCost().movePointRight(9).intValueExact())
                .as(
                        "no price yet; from the first two on, of which the later counts; from the others on, in whose hour too")
                .containsExactly(9, 2, 2, 2, 4, 4, 4);
    }

    @Test
    void filtersByTypeModelKeyAndMember() {
        UsageQuery all = query();
        Instant from = all.from();
        Instant to = all.to();
        Set<Dimension> none = EnumSet.noneOf(Dimension.class);
        assertThat(requests(new UsageQuery(from, to, none, List.of("embedding"), List.of(), List.of(), List.of())))
                .isEqualTo(20);
        assertThat(requests(new UsageQuery(from, to, none, List.of(), List.of("org/llama:8b"), List.of(), List.of())))
                .isEqualTo(27);
        assertThat(requests(new UsageQuery(from, to, none, List.of(), List.of(), List.of("key0000000AB"), List.of())))
                .isEqualTo(47);
        assertThat(requests(new UsageQuery(from, to, none, List.of(), List.of(), List.of(), List.of(101L))))
                .isZero();
    }

    @Test
    @Tag("S-09")
    void nobodySeesAnotherAccountsRowsOrAnotherMembers() {
        assertThat(usage.sums(new Viewer(2, 0), query(Dimension.MEMBER)))
                .extracting(UsageSums::member)
                .containsExactly(200L);
        assertThat(requests.entries(new Viewer(2, 0), anything(), 100, 0))
                .hasSize(40)
                .allSatisfy(entry -> assertThat(byId(entry).account()).isEqualTo(2));
        assertThat(requests.entries(new Viewer(1, 999), anything(), 100, 0)).isEmpty();
        assertThat(requests.entries(EVERYBODY, anything(), 100, 0)).hasSize(88);
        long id = ROWS.getFirst().id();
        RequestFilter foreign = RequestFilter.of(id);
        assertThat(requests.entries(new Viewer(2, 0), foreign, 10, 0)).isEmpty();
        assertThat(requests.entries(FIRST, foreign, 10, 0)).hasSize(1);
    }

    @Test
    @Tag("S-09")
    void theSecondWallHoldsWithoutAnyCondition() {
        Long seen = DATABASE.database()
                .inAccount(
                        2,
                        handle -> handle.createQuery("SELECT count(*) FROM usage")
                                .mapTo(Long.class)
                                .one());
        assertThat(seen).isEqualTo(40);
    }

    @Test
    void thePagesOfTheLogHoldEveryEntryOnceNewestFirst() {
        List<Entry> read = new ArrayList<>();
        long below = 0;
        while (true) {
            RequestFilter filter = anything().below(below);
            List<Entry> page = requests.entries(FIRST, filter, 7, 0);
            if (page.isEmpty()) {
                break;
            }
            read.addAll(page);
            below = page.getLast().id();
        }
        assertThat(read)
                .extracting(Entry::id)
                .containsExactlyElementsOf(ROWS.stream()
                        .filter(row -> row.account() == 1)
                        .map(UsageRecord::id)
                        .sorted((a, b) -> Long.compare(b, a))
                        .toList());
    }

    @Test
    void anEntryTellsTheWholeRequest() {
        RequestFilter failures = filter("org/llama:8b", 502, null, null, 0);
        List<Entry> entries = requests.entries(FIRST, failures, 100, 0);
        assertThat(entries).hasSize(7).allSatisfy(entry -> {
            UsageRecord row = byId(entry);
            assertThat(entry.uri()).isEqualTo("/v1/chat/completions");
            assertThat(entry.requestId()).startsWith("req_");
            assertThat(entry.keyId()).isEqualTo("key_key0000000AB");
            assertThat(entry.cause()).isEqualTo("failed");
            assertThat(entry.errorCode()).isEqualTo("upstream_error");
            assertThat(entry.timings().totalMs()).isEqualTo(row.totalMicros() / 1000.0);
            assertThat(entry.attempts()).contains("\"status\": 500");
            assertThat(entry.cost()).isEqualTo("0");
        });
    }

    private List<UsageSums> used(Viewer viewer, UsageQuery query) {
        return usage.sums(viewer, query).stream()
                .filter(sums -> sums.requests() > 0)
                .toList();
    }

    private long requests(UsageQuery query) {
        return usage.sums(FIRST, query).stream().mapToLong(UsageSums::requests).sum();
    }

    @Test
    void theLogIsNarrowedByTierCauseStatusClassAndLatency() {
        List<UsageRecord> own = ROWS.stream().filter(row -> row.account() == 1).toList();
        for (Cause cause : Cause.values()) {
            assertThat(requests.entries(FIRST, filter("", 0, null, cause, 0), 100, 0))
                    .as(cause.wire())
                    .hasSameSizeAs(
                            own.stream().filter(row -> row.cause() == cause).toList());
        }
        for (Tier tier : Tier.values()) {
            assertThat(requests.entries(FIRST, filter("", 0, tier, null, 0), 100, 0))
                    .as(tier.wire())
                    .hasSameSizeAs(
                            own.stream().filter(row -> row.tier() == tier).toList());
        }
        assertThat(requests.entries(FIRST, filter("", 5, null, null, 0), 100, 0))
                .isNotEmpty()
                .hasSameSizeAs(
                        own.stream().filter(row -> row.status() / 100 == 5).toList());
        long median = own.stream()
                        .mapToLong(UsageRecord::totalMicros)
                        .sorted()
                        .skip(own.size() / 2)
                        .findFirst()
                        .orElseThrow()
                / 1_000;
        assertThat(requests.entries(FIRST, filter("", 0, null, null, median), 100, 0))
                .isNotEmpty()
                .hasSameSizeAs(own.stream()
                        .filter(row -> row.totalMicros() >= median * 1_000)
                        .toList());
    }

    @Test
    void aPageSaysHowFarItSearchedAndTheNextGoesOnFromThere() {
        long base = Clock.systemUTC().millis();
        DATABASE.database()
                .engine()
                .useHandle(handle -> handle.createUpdate("""
                        INSERT INTO usage (time, id, account, family, member, count, status, tier, cause, stream,
                                           estimated, endpoint, key_id)
                        SELECT to_timestamp((:base + n) / 1000.0), :first + n * :step, 77, 1, 1, 1,
                               CASE n WHEN 1 THEN 500 ELSE 200 END, 0, 0, false, false, 'chat/completions', 'key'
                          FROM generate_series(1::bigint, 50010) AS n
                        """)
                        .bind("base", base)
                        .bind("first", Ids.first(base))
                        .bind("step", Ids.first(base + 1) - Ids.first(base))
                        .execute());
        try {
            Viewer viewer = new Viewer(77, 0);
            RequestFilter rare = filter("", 200, null, Cause.FAILED, 0);

            RequestLogStore.Found first = requests.search(viewer, rare, 10, 0);
            assertThat(first.entries()).isEmpty();
            assertThat(first.searchedTo()).isNotZero();

            RequestLogStore.Found second = requests.search(viewer, rare.below(first.searchedTo()), 10, 0);
            assertThat(second.searchedTo()).as("the end").isZero();
            assertThat(requests.entries(viewer, filter("", 500, null, null, 0), 10, 0))
                    .as("failures have an index of their own")
                    .hasSize(1);
            assertThat(requests.search(viewer, anything(), 10, 0).searchedTo())
                    .as("a full page")
                    .isZero();
        } finally {
            DATABASE.database().engine().useHandle(handle -> handle.execute("DELETE FROM usage WHERE account = 77"));
        }
    }

    private static RequestFilter filter(
            String model, int status, @Nullable Tier tier, @Nullable Cause cause, long leastMillis) {
        RequestFilter any = anything();
        return new RequestFilter(any.after(), any.before(), 0, 0, model, "", 0, status, tier, cause, leastMillis);
    }

    private static RequestFilter anything() {
        return RequestFilter.between(Instant.EPOCH, Instant.now().plusSeconds(60));
    }

    private static UsageQuery query(Dimension... by) {
        Set<Dimension> dimensions = EnumSet.noneOf(Dimension.class);
        dimensions.addAll(List.of(by));
        Instant now = Instant.now();
        return UsageQuery.between(now.minus(Duration.ofHours(2)), now.plusSeconds(3600), dimensions);
    }

    private static long sum(long model, java.util.function.ToLongFunction<UsageRecord> field) {
        return ROWS.stream()
                .filter(row -> row.account() == 1 && row.model() == model)
                .mapToLong(field)
                .sum();
    }

    private static UsageRecord byId(Entry entry) {
        return ROWS.stream().filter(row -> row.id() == entry.id()).findFirst().orElseThrow();
    }
}
