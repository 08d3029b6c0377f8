package ai.doubleword.batch;

import ai.doubleword.platform.AccountEvent;
import ai.doubleword.platform.Database;
import ai.doubleword.usage.UsageGroup;
import ai.doubleword.usage.UsageRecord;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jdbi.v3.core.Handle;

/// The one transaction that makes results count: segments, bitmaps, counters, usage and rollups, all or nothing.
/// It locks batches in the order of their ids, then their chunks, so the order of segments is that of commits and
/// a reader's cursor never skips. May be tried again as it is when nobody knows whether it was committed. Blocks.
final class Recording {
    private final Database database;
    private final Endings endings;
    private final BatchNews news;

    Recording(Database database, Endings endings, BatchNews news) {
        this.database = database;
        this.endings = endings;
        this.news = news;
    }

    /// A slice with the usage of its lines.
    ///
    /// @param pack whether they came singly, so that somebody may wait for each: their usage then tells
    ///     the pack as a negative number, and as line the place, from 1
    /// @param news what webhooks hear of them, by their place
    record Result(Slice slice, List<UsageRecord> usage, boolean pack, Map<Integer, AccountEvent> news) {
        Result(Slice slice, List<UsageRecord> usage) {
            this(slice, usage, false, Map.of());
        }
    }

    /// What became of results.
    ///
    /// @param fenced those whose lease was lost: their lines are not recorded, and cost their account nothing
    /// @param moved batches that have ended by it
    record Outcome(Set<Slice> fenced, Set<Long> moved) {}

    /// Records results.
    ///
    /// @param group to write usage with
    /// @throws SQLException if it cannot be done: nothing is recorded then, or nobody knows
    Outcome commit(List<Result> results, UsageGroup group) throws SQLException {
        group.clear();
        results.forEach(result -> result.usage().forEach(group::add));
        group.prepare();
        return database.engine().inTransaction(handle -> commit(handle, results, group));
    }

    private Outcome commit(Handle handle, List<Result> results, UsageGroup group) throws SQLException {
        Connection connection = handle.getConnection();
        Map<Long, Integer> seqs = SegmentStore.lock(
                connection,
                results.stream().map(result -> result.slice().chunk().batch()).collect(Collectors.toSet()));
        Map<ChunkStore.Key, Chunk> chunks = SegmentStore.chunks(
                connection,
                results.stream().map(result -> result.slice().chunk()).collect(Collectors.toSet()));
        Map<ChunkStore.Key, Chunk> changed = new HashMap<>();
        Map<Long, SegmentStore.Added> sums = new HashMap<>();
        List<Slice> counted = new ArrayList<>();
        List<Integer> places = new ArrayList<>();
        Set<Slice> fenced = new HashSet<>();
        List<AccountEvent> happened = new ArrayList<>();
        group.clear();
        for (Result result : results) {
            Slice slice = result.slice();
            Chunk chunk = chunks.get(slice.chunk());
            if (chunk == null || !seqs.containsKey(slice.chunk().batch())) {
                // The batch was deleted.
                fenced.add(slice);
                result.usage().forEach(row -> group.add(row.free()));
                continue;
            }
            switch (chunk.record(slice.owner(), slice.epoch(), slice.okLines(), slice.failedLines())) {
                case Chunk.Recording.Counts(Chunk next) -> {
                    chunks.put(slice.chunk(), next);
                    changed.put(slice.chunk(), next);
                    counted.add(slice);
                    int seq = seqs.merge(slice.chunk().batch(), 1, Integer::sum);
                    places.add(seq - 1);
                    List<UsageRecord> rows = charged(result, next);
                    rows.forEach(group::add);
                    sums.merge(slice.chunk().batch(), added(chunk, next, seq, rows), Recording::sum);
                    result.news().forEach((place, event) -> {
                        if (!chunk.done().has(place)) {
                            happened.add(event);
                        }
                    });
                }
                case Chunk.Recording.Unwanted unwanted -> charged(result, chunk).forEach(group::add);
                case Chunk.Recording.Known known -> {
                    // All of it is there, usage included.
                }
                case Chunk.Recording.Fenced lost -> {
                    fenced.add(slice);
                    // Unless an earlier try was committed after all, before the lease was lost.
                    if (!SegmentStore.exists(connection, slice)) {
                        result.usage().forEach(row -> group.add(row.free()));
                    }
                }
            }
        }
        Set<Long> moved = new HashSet<>();
        if (!counted.isEmpty()) {
            SegmentStore.update(connection, changed.values());
            SegmentStore.insert(connection, counted, places);
            List<SegmentStore.Progress> progress = SegmentStore.add(connection, List.copyOf(sums.values()));
            happened.addAll(news.progress(ofFiles(progress, results)));
            news.tell(handle, happened);
            Set<Long> ended = endedChunks(changed);
            Set<Long> packs = new HashSet<>(packs(results));
            packs.retainAll(ended);
            if (!packs.isEmpty()) {
                moved.addAll(SingleLineStore.complete(connection, packs));
                ended.removeAll(moved);
            }
            if (!ended.isEmpty()) {
                moved.addAll(endings.settle(handle, ended));
            }
        }
        if (results.stream().anyMatch(Result::pack)) {
            SingleLineStore.tell(handle);
        }
        group.write(connection);
        return new Outcome(fenced, moved);
    }

    private static Set<Long> packs(List<Result> results) {
        return results.stream()
                .filter(Result::pack)
                .map(result -> result.slice().chunk().batch())
                .collect(Collectors.toSet());
    }

    /// Nobody watches how far a pack is.
    private static List<SegmentStore.Progress> ofFiles(List<SegmentStore.Progress> progress, List<Result> results) {
        Set<Long> packs = packs(results);
        return progress.stream().filter(each -> !packs.contains(each.batch())).toList();
    }

    /// What of a slice counts, which is all but what was withdrawn before.
    private static SegmentStore.Added added(Chunk before, Chunk after, int nextSeq, List<UsageRecord> rows) {
        int failed = after.bad().count() - before.bad().count();
        Batch.Used used = rows.stream()
                .map(row -> new Batch.Used(
                        row.costNanos(), row.usage().totalInput(), row.usage().totalOutput()))
                .reduce(Batch.Used.NOTHING, Batch.Used::plus);
        return new SegmentStore.Added(
                after.batch(), nextSeq, after.done().count() - before.done().count() - failed, failed, used);
    }

    private static SegmentStore.Added sum(SegmentStore.Added one, SegmentStore.Added next) {
        return new SegmentStore.Added(
                one.batch(),
                next.nextSeq(),
                one.ok() + next.ok(),
                one.failed() + next.failed(),
                one.used().plus(next.used()));
    }

    /// The usage of a slice: lines that were withdrawn cost their account nothing.
    private static List<UsageRecord> charged(Result result, Chunk chunk) {
        return result.usage().stream()
                .map(row -> result.pack() && chunk.withdrawn().has(row.line() - 1) ? row.free() : row)
                .toList();
    }

    private static Set<Long> endedChunks(Map<ChunkStore.Key, Chunk> changed) {
        return changed.values().stream()
                .filter(chunk -> chunk.state() == ChunkState.DONE)
                .map(Chunk::batch)
                .collect(Collectors.toCollection(java.util.TreeSet::new));
    }
}
