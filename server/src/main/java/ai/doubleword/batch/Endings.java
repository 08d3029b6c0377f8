package ai.doubleword.batch;

import ai.doubleword.batch.files.BatchFiles;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import org.jdbi.v3.core.Handle;

/// How batches end: however many end together, with the same few statements. Part of the caller's transaction, which
/// has locked them.
final class Endings {
    private final BatchFiles files;
    private final BatchNews news;

    /// A batch that goes from one state to another.
    private record Step(long batch, BatchStatus from, BatchStatus to) {}

    Endings(BatchFiles files, BatchNews news) {
        this.files = files;
        this.news = news;
    }

    /// As [#settle(Handle, Collection)], of one batch, which this locks.
    ///
    /// @return whether it has ended
    boolean settle(Handle handle, long batch) {
        return BatchStore.lock(handle, batch).isPresent()
                && !settle(handle, List.of(batch)).isEmpty();
    }

    /// Moves those batches on of which no chunk is open any more. What its window left undone is another's to write
    /// down, so a batch that is finalizing only ends here when nothing is.
    ///
    /// @return those that have ended by it
    Set<Long> settle(Handle handle, Collection<Long> batches) {
        List<Step> steps = new ArrayList<>();
        for (BatchStore.Standing batch : BatchStore.standings(handle, batches)) {
            BatchStatus next = batch.open() ? batch.status() : next(batch);
            if (next != batch.status()) {
                steps.add(new Step(batch.batch(), batch.status(), next));
            }
        }
        end(handle, steps);
        return steps.stream().map(Step::batch).collect(Collectors.toCollection(HashSet::new));
    }

    /// What a batch without open chunks becomes.
    private static BatchStatus next(BatchStore.Standing batch) {
        return switch (batch.status()) {
            // Not whole where a retry chose some lines, and the others stay undone.
            case IN_PROGRESS -> batch.whole() || batch.pack() ? BatchStatus.COMPLETED : BatchStatus.CANCELLED;
            case CANCELLING -> batch.whole() ? BatchStatus.COMPLETED : BatchStatus.CANCELLED;
            case FINALIZING -> batch.whole() ? BatchStatus.COMPLETED : BatchStatus.FINALIZING;
            case VALIDATING, COMPLETED, FAILED, EXPIRED, CANCELLED -> batch.status();
        };
    }

    /// Ends a batch early: no line is begun any more, those under way end and count. One that has ended stays as it is.
    void cancel(Handle handle, long batch) {
        if (BatchStore.lock(handle, batch).isPresent() && BatchStore.status(handle, batch) == BatchStatus.IN_PROGRESS) {
            BatchStore.move(handle, List.of(batch), BatchStatus.IN_PROGRESS, BatchStatus.CANCELLING);
            ChunkStore.cancelWaiting(handle, batch);
            settle(handle, List.of(batch));
        }
    }

    /// Each line that has its result was told of when that was recorded.
    private void tellUndone(Handle handle, Batch pack) {
        boolean expired = pack.status() == BatchStatus.EXPIRED;
        if (expired || pack.status() == BatchStatus.CANCELLED) {
            news.ended(
                    handle,
                    pack,
                    SingleLineStore.undone(handle, pack.id()),
                    expired ? LineEnd.FAILED : LineEnd.CANCELLED);
        }
    }

    /// A line of a locked pack was withdrawn.
    void withdrawn(Handle handle, long pack, long line) {
        news.ended(handle, BatchStore.byIds(handle, List.of(pack)).getFirst(), List.of(line), LineEnd.CANCELLED);
    }

    /// Ends a locked batch whose window left lines undone, which are written down.
    void expire(Handle handle, long batch) {
        end(handle, List.of(new Step(batch, BatchStatus.FINALIZING, BatchStatus.EXPIRED)));
    }

    /// The files of ended batches have their size, their input is not needed any more. A pack has neither.
    private void end(Handle handle, List<Step> steps) {
        if (steps.isEmpty()) {
            return;
        }
        Map<BatchStatus, Map<BatchStatus, List<Long>>> moves = steps.stream()
                .collect(Collectors.groupingBy(
                        Step::from,
                        Collectors.groupingBy(Step::to, Collectors.mapping(Step::batch, Collectors.toList()))));
        moves.forEach((from, targets) -> targets.forEach((to, batches) -> BatchStore.move(handle, batches, from, to)));
        List<Batch> ended =
                BatchStore.byIds(handle, steps.stream().map(Step::batch).toList());
        ended.stream().filter(Batch::pack).forEach(pack -> tellUndone(handle, pack));
        List<Batch> ofFiles = ended.stream().filter(batch -> !batch.pack()).toList();
        if (ofFiles.isEmpty()) {
            return;
        }
        Map<Long, SegmentStore.Sizes> sizes =
                SegmentStore.sizes(handle, ofFiles.stream().map(Batch::id).toList());
        files.sizeOutputs(
                handle,
                ofFiles.stream()
                        .flatMap(batch -> written(batch, Objects.requireNonNull(sizes.get(batch.id()))).stream())
                        .toList());
        files.release(
                handle,
                ofFiles.stream()
                        .map(batch -> new BatchFiles.Use(batch.account(), batch.inputFile()))
                        .toList());
        news.ended(handle, ofFiles);
    }

    private static List<BatchFiles.Written> written(Batch batch, SegmentStore.Sizes sizes) {
        long inlineBytes = batch.inlineErrors() ? sizes.failedBytes() : 0;
        long inlineLines = batch.inlineErrors() ? sizes.failedLines() : 0;
        return List.of(
                new BatchFiles.Written(
                        batch.account(),
                        batch.outputFile(),
                        sizes.okBytes() + inlineBytes,
                        sizes.okLines() + inlineLines),
                new BatchFiles.Written(batch.account(), batch.errorFile(), sizes.errorBytes(), sizes.errorLines()));
    }
}
