package ai.doubleword.batch;

import static org.assertj.core.api.Assertions.assertThat;

import ai.doubleword.accounts.TestAccounts;
import ai.doubleword.batch.ChunkStore.Claimed;
import ai.doubleword.blobs.BlobName;
import ai.doubleword.blobs.BlobSlice;
import ai.doubleword.platform.AccountEvent;
import ai.doubleword.platform.AccountEventType;
import ai.doubleword.platform.Database;
import ai.doubleword.platform.Ids;
import ai.doubleword.platform.TestDatabase;
import ai.doubleword.platform.Tier;
import ai.doubleword.usage.TestUsage;
import ai.doubleword.usage.UsageGroups;
import ai.doubleword.usage.UsageRecord;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.jdbi.v3.core.Handle;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// Leases and recording against a real PostgreSQL.
class RecordingTest {
    private static final TestDatabase TEST = TestDatabase.create();
    private static final Database DATABASE = TEST.database();
    private static final Ids IDS = new Ids(Clock.systemUTC(), new SplittableRandom(7));
    private static final UsageGroups USAGE = TestUsage.groups(DATABASE);
    private static final long OWNER = 1;

    private final KeptFiles files = new KeptFiles();
    private final List<AccountEvent> events = new CopyOnWriteArrayList<>();
    private final BatchNews news = new BatchNews((handle, event) -> events.add(event), new Endpoints(List.of()));
    private final Endings endings = new Endings(files, news);
    private final Recording recording = new Recording(DATABASE, endings, news);
    private long account;

    @AfterAll
    static void close() {
        TEST.close();
    }

    @BeforeEach
    void newAccount() {
        account = new TestAccounts(DATABASE, IDS, List.of()).user().account();
    }

    @Test
    void resultsCountOnceHoweverOftenTheyAreRecorded() throws Exception {
        long batch = batch(20, 10);
        Claimed chunk = claim(batch, 0, OWNER);
        Recording.Result some = result(chunk, OWNER, List.of(0, 1, 2), List.of(3));

        assertThat(recording.commit(List.of(some), USAGE.next()).fenced()).isEmpty();
        assertThat(recording.commit(List.of(some), USAGE.next()).fenced()).isEmpty();

        assertThat(find(batch).ok()).isEqualTo(3);
        assertThat(find(batch).failed()).isEqualTo(1);
        assertThat(number("SELECT count(*) FROM segment WHERE batch = " + batch))
                .isEqualTo(1);
        assertThat(number("SELECT count(*) FROM usage WHERE batch = " + batch)).isEqualTo(4);
        assertThat(number("SELECT sum(requests) FROM rollup_hour WHERE account = " + account))
                .isEqualTo(4);
    }

    @Test
    void theLastLineEndsTheBatchWithItsFilesSized() throws Exception {
        long batch = batch(12, 10);
        files.uses.put(find(batch).inputFile(), 1);
        Claimed first = claim(batch, 0, OWNER);
        Claimed second = claim(batch, 1, OWNER);
        recording.commit(List.of(result(first, OWNER, places(0, 9), List.of(9))), USAGE.next());
        assertThat(find(batch).status()).isEqualTo(BatchStatus.IN_PROGRESS);

        Recording.Outcome outcome =
                recording.commit(List.of(result(second, OWNER, places(0, 2), List.of())), USAGE.next());

        assertThat(outcome.moved()).containsExactly(batch);
        Batch ended = find(batch);
        assertThat(ended.status()).isEqualTo(BatchStatus.COMPLETED);
        assertThat(ended.times().completed()).isNotNull();
        assertThat(files.lines).containsEntry(ended.outputFile(), 11L).containsEntry(ended.errorFile(), 1L);
        assertThat(files.uses).containsEntry(ended.inputFile(), 0);
    }

    @Test
    void webhooksHearOfEachQuarterOnceAndOfTheEnd() throws Exception {
        long batch = batch(20, 20);
        Claimed chunk = claim(batch, 0, OWNER);
        for (int place = 0; place < 20; place++) {
            Recording.Result one = result(chunk, OWNER, List.of(place), List.of());
            recording.commit(List.of(one), USAGE.next());
            recording.commit(List.of(one), USAGE.next());
        }

        assertThat(events)
                .extracting(AccountEvent::type)
                .containsExactly(
                        AccountEventType.BATCH_PROGRESS,
                        AccountEventType.BATCH_PROGRESS,
                        AccountEventType.BATCH_PROGRESS,
                        AccountEventType.BATCH_COMPLETED);
        assertThat(events.stream()
                        .map(event -> event.data().get("percent"))
                        .limit(3)
                        .toList())
                .isEqualTo(List.of(25, 50, 75));
        assertThat(events).allSatisfy(event -> assertThat(event.account()).isEqualTo(account));
        assertThat(events.getLast().data())
                .containsEntry("id", Ids.format(Batch.PREFIX, batch))
                .containsEntry("status", "completed")
                .containsEntry("request_counts", new BatchView.RequestCounts(20, 20, 0));
    }

    @Test
    void theEndOfASingleLineIsToldWithTheRecordingThatCounts() throws Exception {
        Claimed chunk = claim(batch(10, 10), 0, OWNER);
        Recording.Result first = told(result(chunk, OWNER, List.of(0, 1), List.of()), 0, 1);
        recording.commit(List.of(first), USAGE.next());
        recording.commit(List.of(first), USAGE.next());
        recording.commit(List.of(told(result(chunk, OWNER + 1, List.of(2), List.of()), 2)), USAGE.next());

        assertThat(events).extracting(event -> event.data().get("id")).containsExactlyInAnyOrder(0, 1);
    }

    private Recording.Result told(Recording.Result result, int... places) {
        Map<Integer, AccountEvent> news = IntStream.of(places)
                .boxed()
                .collect(java.util.stream.Collectors.toMap(
                        place -> place,
                        place -> new AccountEvent(
                                AccountEventType.RESPONSE_COMPLETED, account, 1, Map.of("id", place))));
        return new Recording.Result(result.slice(), result.usage(), false, news);
    }

    @Test
    void aBatchThatIsDoneAtOnceHasNoQuarters() throws Exception {
        long batch = batch(4, 10);
        recording.commit(List.of(result(claim(batch, 0, OWNER), OWNER, List.of(0, 1, 2), List.of(3))), USAGE.next());
        assertThat(events).extracting(AccountEvent::type).containsExactly(AccountEventType.BATCH_COMPLETED);
    }

    @Test
    void whoeverLostTheLeaseIsFencedAndTheAccountDoesNotPay() throws Exception {
        long batch = batch(10, 10);
        Claimed zombie = claim(batch, 0, OWNER);
        endLeases(batch);
        DATABASE.engine().useTransaction(handle -> ChunkStore.freeEnded(handle, "other", 2));
        Claimed heir = claim(batch, 0, 2);
        assertThat(heir.epoch()).isEqualTo(zombie.epoch() + 1);
        recording.commit(List.of(result(heir, 2, List.of(0), List.of())), USAGE.next());

        Recording.Result late = result(zombie, OWNER, List.of(0, 1), List.of());
        Recording.Outcome outcome = recording.commit(List.of(late), USAGE.next());

        assertThat(outcome.fenced()).containsExactly(late.slice());
        assertThat(find(batch).ok()).isEqualTo(1);
        assertThat(number("SELECT count(*) FROM usage WHERE batch = " + batch)).isEqualTo(3);
        assertThat(number("SELECT count(cost) FROM usage WHERE batch = " + batch))
                .isEqualTo(1);
    }

    @Test
    void aCommitThatNobodyHeardOfIsKnownEvenAfterTheLeaseIsLost() throws Exception {
        long batch = batch(10, 10);
        Claimed chunk = claim(batch, 0, OWNER);
        Recording.Result some = result(chunk, OWNER, List.of(0, 1), List.of());
        recording.commit(List.of(some), USAGE.next());
        endLeases(batch);
        DATABASE.engine().useTransaction(handle -> ChunkStore.freeEnded(handle, "other", 2));

        recording.commit(List.of(some), USAGE.next());

        assertThat(find(batch).ok()).isEqualTo(2);
        assertThat(number("SELECT count(*) FROM usage WHERE batch = " + batch)).isEqualTo(2);
    }

    @Test
    void whatIsRecordedIsNotDoneAgainByTheNextWorker() throws Exception {
        long batch = batch(10, 10);
        recording.commit(List.of(result(claim(batch, 0, OWNER), OWNER, places(0, 6), List.of(6))), USAGE.next());
        endLeases(batch);
        DATABASE.engine().useTransaction(handle -> ChunkStore.freeEnded(handle, "other", 2));
        assertThat(claim(batch, 0, 2).done()).isEqualTo(LineBits.of(10, 0, 1, 2, 3, 4, 5, 6));
    }

    @Test
    void aNewStartOfANodeFreesItsFormerLeasesAtOnceAndNobodyElses() {
        long batch = batch(20, 10);
        claim(batch, 0, OWNER);
        DATABASE.engine()
                .useTransaction(handle -> ChunkStore.claim(handle, List.of(new ChunkStore.Key(batch, 1)), 9, "far"));

        List<ChunkStore.Freed> freed =
                DATABASE.engine().inTransaction(handle -> ChunkStore.freeEnded(handle, "node", 77));

        assertThat(freed).contains(new ChunkStore.Freed(batch, true));
        assertThat(number("SELECT count(*) FROM chunk WHERE state = 1 AND batch = " + batch))
                .isEqualTo(1);
    }

    @Test
    void twoWorkersNeverHaveTheSameChunk() throws Exception {
        long batch = batch(400, 10);
        List<ChunkStore.Key> keys = IntStream.range(0, 40)
                .mapToObj(no -> new ChunkStore.Key(batch, no))
                .toList();
        try (ExecutorService workers = Executors.newFixedThreadPool(4)) {
            List<Future<List<Claimed>>> claims = new ArrayList<>();
            for (long owner = 1; owner <= 4; owner++) {
                long own = owner;
                claims.add(workers.submit(() ->
                        DATABASE.engine().inTransaction(handle -> ChunkStore.claim(handle, keys, own, "node-" + own))));
            }
            List<ChunkStore.Key> claimed = new ArrayList<>();
            for (Future<List<Claimed>> claim : claims) {
                claim.get().forEach(chunk -> claimed.add(chunk.key()));
            }
            assertThat(claimed).doesNotHaveDuplicates();
            assertThat(number("SELECT count(*) FROM chunk WHERE state = 1 AND batch = " + batch))
                    .isEqualTo(claimed.size());
        }
    }

    @Test
    void recordersOfTheSameBatchesInAnyOrderDoNotWaitForEachOtherForEver() throws Exception {
        List<Long> batches = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            batches.add(batch(100, 50));
        }
        try (ExecutorService recorders = Executors.newFixedThreadPool(2)) {
            List<Future<?>> done = new ArrayList<>();
            for (int no = 0; no < 2; no++) {
                List<Long> order = no == 0 ? batches : batches.reversed();
                List<Claimed> chunks = new ArrayList<>();
                for (long batch : order) {
                    chunks.add(claim(batch, no, OWNER));
                }
                done.add(recorders.submit(() -> {
                    for (int place = 0; place < 50; place++) {
                        List<Recording.Result> results = new ArrayList<>();
                        for (Claimed chunk : chunks) {
                            results.add(result(chunk, OWNER, List.of(place), List.of()));
                        }
                        recording.commit(results, USAGE.next());
                    }
                    return null;
                }));
            }
            for (Future<?> one : done) {
                one.get();
            }
        }
        for (long batch : batches) {
            assertThat(find(batch).status()).isEqualTo(BatchStatus.COMPLETED);
            assertThat(find(batch).ok()).isEqualTo(100);
            assertThat(number("SELECT max(seq) + 1 - count(*) FROM segment WHERE batch = " + batch))
                    .isZero();
        }
    }

    @Test
    void cancellingLetsWhatIsUnderWayCountAndEndsWithTheLastLease() throws Exception {
        long batch = batch(20, 10);
        Claimed chunk = claim(batch, 0, OWNER);
        DATABASE.engine().useTransaction(handle -> {
            BatchStore.lock(handle, batch);
            BatchStore.move(handle, List.of(batch), BatchStatus.IN_PROGRESS, BatchStatus.CANCELLING);
            ChunkStore.cancelWaiting(handle, batch);
            assertThat(endings.settle(handle, batch)).isFalse();
        });
        List<Claimed> more = DATABASE.engine()
                .inTransaction(handle -> ChunkStore.claim(handle, List.of(new ChunkStore.Key(batch, 1)), 2, "x"));
        assertThat(more).isEmpty();
        recording.commit(List.of(result(chunk, OWNER, List.of(0), List.of())), USAGE.next());
        DATABASE.engine().useTransaction(handle -> {
            BatchStore.lock(handle, batch);
            ChunkStore.free(handle, chunk.key(), chunk.epoch(), OWNER, false);
            assertThat(endings.settle(handle, batch)).isTrue();
        });
        assertThat(find(batch).status()).isEqualTo(BatchStatus.CANCELLED);
        assertThat(find(batch).ok()).isEqualTo(1);
    }

    @Test
    void renewingSaysWhatIsStillHeldAndHowTheBatchStands() {
        long batch = batch(20, 10);
        Claimed held = claim(batch, 0, OWNER);
        Claimed lost = claim(batch, 1, OWNER);
        execute("UPDATE chunk SET epoch = epoch + 1 WHERE no = 1 AND batch = " + batch);
        List<ChunkStore.Held> answer = DATABASE.engine()
                .inTransaction(handle -> ChunkStore.renew(
                        handle, List.of(held.key(), lost.key()), List.of(held.epoch(), lost.epoch()), OWNER));
        assertThat(answer).containsExactly(new ChunkStore.Held(held.key(), held.epoch(), true, LineBits.none(10)));
    }

    @Test
    void pagesGoOnWhereTheLastOneEndedAlsoWithTheActiveFirst() {
        List<Long> made = new ArrayList<>();
        for (int i = 0; i < 7; i++) {
            made.add(batch(1, 1));
        }
        execute("UPDATE batch SET status = 3 WHERE id IN (" + made.get(1) + "," + made.get(5) + "," + made.get(6)
                + ")");
        List<Long> newestFirst = made.reversed();
        List<Long> activeFirst =
                List.of(made.get(4), made.get(3), made.get(2), made.get(0), made.get(6), made.get(5), made.get(1));
        assertThat(allPages(false)).isEqualTo(newestFirst);
        assertThat(allPages(true)).isEqualTo(activeFirst);
    }

    @Test
    @Tag("S-09")
    void anotherAccountSeesNothingOfABatch() throws Exception {
        long batch = batch(10, 10);
        recording.commit(List.of(result(claim(batch, 0, OWNER), OWNER, List.of(0), List.of())), USAGE.next());
        long stranger = new TestAccounts(DATABASE, IDS, List.of()).user().account();
        for (String table : List.of("batch", "batch_progress", "batch_error_file", "chunk_plan", "chunk", "segment")) {
            assertThat(countAs(account, table)).as(table).isPositive();
            assertThat(countAs(stranger, table)).as(table).isZero();
        }
    }

    @Test
    @Tag("S-09")
    void whatAnOrderCostsDoesNotGrowWithTheBatchesOfItsAccount() {
        batch(10, 10);
        for (String row : List.of(
                "batch_progress (batch) VALUES (1)",
                "batch_error_file (batch, from_seq, file) VALUES (1, 0, 1)",
                "chunk_plan (batch, no, model, tariff, prefix, tokens, count, lines) VALUES (1, 0, 'm', 0, 0, 0, 1, '')",
                "chunk (batch, no, done, bad) VALUES (1, 0, '', '')")) {
            List<String> plan = DATABASE.inAccount(
                    account,
                    handle -> handle.createQuery("EXPLAIN INSERT INTO " + row)
                            .mapTo(String.class)
                            .list());
            assertThat(String.join("\n", plan)).as(row).contains("batch_pkey").doesNotContain("Seq Scan");
        }
    }

    private long countAs(long reader, String table) {
        return DATABASE.inAccount(
                reader,
                handle -> handle.createQuery("SELECT count(*) FROM " + table)
                        .mapTo(Long.class)
                        .one());
    }

    private List<Long> allPages(boolean activeFirst) {
        List<Long> all = new ArrayList<>();
        Batch last = null;
        while (true) {
            Batch after = last;
            List<Batch> page =
                    DATABASE.inAccount(account, handle -> BatchStore.page(handle, account, 0, after, activeFirst, 2));
            if (page.isEmpty()) {
                return all;
            }
            page.forEach(batch -> all.add(batch.id()));
            last = page.getLast();
        }
    }

    private long batch(int lines, int chunkLines) {
        long id = IDS.next();
        Batch batch = new Batch(
                id,
                account,
                "key0000000AB",
                10,
                100,
                IDS.next(),
                "/v1/chat/completions",
                "24h",
                Tier.BATCH,
                IDS.next(),
                IDS.next(),
                false,
                Map.of("a", "b"),
                lines,
                0,
                0,
                BatchStatus.IN_PROGRESS,
                Batch.Times.of(Clock.systemUTC().instant()),
                Batch.Used.NOTHING,
                Batch.Promise.NONE);
        List<ChunkStore.Priced> chunks = new ArrayList<>();
        for (int from = 0; from < lines; from += chunkLines) {
            int[] own =
                    IntStream.range(from, Math.min(lines, from + chunkLines)).toArray();
            chunks.add(new ChunkStore.Priced(new PlannedChunk("m", 0, 10, own), 1));
        }
        DATABASE.inAccount(account, (Handle handle) -> {
            BatchStore.insert(handle, batch, 86_400);
            ChunkStore.insert(handle, id, 0, chunks);
            return id;
        });
        return id;
    }

    private static Claimed claim(long batch, int no, long owner) {
        return DATABASE.engine()
                .inTransaction(
                        handle -> ChunkStore.claim(handle, List.of(new ChunkStore.Key(batch, no)), owner, "node"))
                .getFirst();
    }

    private Recording.Result result(Claimed chunk, long owner, List<Integer> ok, List<Integer> failed) {
        int lines = chunk.lines().length;
        List<UsageRecord> usage = new ArrayList<>();
        for (int i = 0; i < ok.size() + failed.size(); i++) {
            usage.add(TestUsage.line(IDS, account, chunk.key().batch(), i + 1));
        }
        return new Recording.Result(
                new Slice(
                        chunk.key(),
                        owner,
                        chunk.epoch(),
                        new BlobSlice(BlobName.of("segment", IDS.next()), 0, 100),
                        bits(lines, ok),
                        bits(lines, failed),
                        ok.size() * 10,
                        failed.size() * 10,
                        1),
                usage);
    }

    private static LineBits bits(int lines, List<Integer> places) {
        return LineBits.of(lines, places.stream().mapToInt(Integer::intValue).toArray());
    }

    private static List<Integer> places(int from, int before) {
        return IntStream.range(from, before).boxed().toList();
    }

    private Batch find(long batch) {
        return DATABASE.inAccount(
                account, handle -> BatchStore.find(handle, account, 0, batch).orElseThrow());
    }

    private static void endLeases(long batch) {
        execute("UPDATE chunk SET lease_until = now() - interval '1 second' WHERE batch = " + batch);
    }

    private static void execute(String sql) {
        DATABASE.engine().useHandle(handle -> handle.execute(sql));
    }

    private static long number(String sql) {
        return DATABASE.engine()
                .withHandle(handle -> handle.createQuery(sql).mapTo(Long.class).one());
    }
}
