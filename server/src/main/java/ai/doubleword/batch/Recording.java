package ai.doubleword.batch;

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

/// The one transaction that makes results count: segments, bitmaps, counters, usage and rollups, all or nothing. It
/// locks batches in the order of their ids, then their chunks, so the order of segments is that of commits and a
/// reader's cursor never skips. May be tried again as it is when nobody knows whether it was committed. Blocks.
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
    record Result(Slice slice, List<UsageRecord> usage) {}

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
        List<Slice> counted = new ArrayList<>();
        List<Integer> places = new ArrayList<>();
        Set<Slice> fenced = new HashSet<>();
        group.clear();
        for (Result result : results) {
            Slice slice = result.slice();
            Chunk chunk = chunks.get(slice.chunk());
            switch (decide(chunk, slice, seqs)) {
                case Chunk.Recording.Counts(Chunk next) -> {
                    chunks.put(slice.chunk(), next);
                    changed.put(slice.chunk(), next);
                    counted.add(slice);
                    places.add(seqs.merge(slice.chunk().batch(), 1, Integer::sum) - 1);
                    result.usage().forEach(group::add);
                }
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
            news.progressed(handle, SegmentStore.add(connection, sums(counted, seqs)));
            for (long batch : endedChunks(changed)) {
                if (endings.settle(handle, batch)) {
                    moved.add(batch);
                }
            }
        }
        group.write(connection);
        return new Outcome(fenced, moved);
    }

    private static Chunk.Recording decide(
            @org.jspecify.annotations.Nullable Chunk chunk, Slice slice, Map<Long, Integer> seqs) {
        if (chunk == null || !seqs.containsKey(slice.chunk().batch())) {
            // The batch was deleted.
            return new Chunk.Recording.Fenced();
        }
        return chunk.record(slice.owner(), slice.epoch(), slice.okLines(), slice.failedLines());
    }

    private static List<SegmentStore.Added> sums(List<Slice> counted, Map<Long, Integer> seqs) {
        Map<Long, SegmentStore.Added> sums = new HashMap<>();
        for (Slice slice : counted) {
            long batch = slice.chunk().batch();
            SegmentStore.Added sum = sums.getOrDefault(batch, new SegmentStore.Added(batch, 0, 0, 0));
            sums.put(
                    batch,
                    new SegmentStore.Added(
                            batch, seqs.getOrDefault(batch, 0), sum.ok() + slice.ok(), sum.failed() + slice.failed()));
        }
        return List.copyOf(sums.values());
    }

    private static Set<Long> endedChunks(Map<ChunkStore.Key, Chunk> changed) {
        return changed.values().stream()
                .filter(chunk -> chunk.state() == ChunkState.DONE)
                .map(Chunk::batch)
                .collect(Collectors.toCollection(java.util.TreeSet::new));
    }
}
