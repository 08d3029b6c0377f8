package ai.doubleword.usage;

import static org.assertj.core.api.Assertions.assertThat;

import ai.doubleword.platform.Ids;
import ai.doubleword.platform.TestDatabase;
import ai.doubleword.platform.Tier;
import ai.doubleword.usage.RequestsResource.Entry;
import ai.doubleword.usage.UsageConfig.Durability;
import ai.doubleword.usage.UsageQuery.Dimension;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
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
