package ai.doubleword.batch;

import ai.doubleword.batch.files.BatchFiles;
import java.util.List;
import org.jdbi.v3.core.Handle;

/// How batches end. Part of the caller's transaction, which has locked the batch.
final class Endings {
    private final BatchFiles files;
    private final BatchNews news;

    Endings(BatchFiles files, BatchNews news) {
        this.files = files;
        this.news = news;
    }

    /// Moves a batch on if no chunk of it is open any more. What its window left undone is another's to write
    /// down, so a batch that is finalizing only ends here when nothing is.
    ///
    /// @return whether it has ended
    boolean settle(Handle handle, long batch) {
        if (BatchStore.lock(handle, batch).isEmpty()) {
            return false;
        }
        BatchStatus status = BatchStore.status(handle, batch);
        if (status.ended() || ChunkStore.open(handle, batch)) {
            return false;
        }
        boolean whole = BatchStore.allDone(handle, batch);
        BatchStatus next = switch (status) {
            // Not whole where a retry chose some lines, and the others stay undone.
            case IN_PROGRESS ->
                whole || BatchStore.isPack(handle, batch) ? BatchStatus.COMPLETED : BatchStatus.CANCELLED;
            case CANCELLING -> whole ? BatchStatus.COMPLETED : BatchStatus.CANCELLED;
            case FINALIZING -> whole ? BatchStatus.COMPLETED : BatchStatus.FINALIZING;
            case VALIDATING, COMPLETED, FAILED, EXPIRED, CANCELLED -> status;
        };
        if (next == status) {
            return false;
        }
        end(handle, batch, status, next);
        return true;
    }

    /// Ends a batch early: no line is begun any more, those under way end and count. One that has ended stays as it is.
    void cancel(Handle handle, long batch) {
        if (BatchStore.lock(handle, batch).isPresent() && BatchStore.status(handle, batch) == BatchStatus.IN_PROGRESS) {
            BatchStore.move(handle, batch, BatchStatus.IN_PROGRESS, BatchStatus.CANCELLING);
            ChunkStore.cancelWaiting(handle, batch);
            settle(handle, batch);
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

    /// Ends a locked batch: its files have their size, its input is not needed any more. A pack has neither.
    void end(Handle handle, long batch, BatchStatus from, BatchStatus to) {
        BatchStore.move(handle, batch, from, to);
        Batch ended = BatchStore.byIds(handle, List.of(batch)).getFirst();
        if (ended.pack()) {
            tellUndone(handle, ended);
            return;
        }
        int errorsFrom = SegmentStore.errorRange(handle, batch, ended.errorFile())
                .map(SegmentStore.Range::from)
                .orElse(0);
        SegmentStore.Sizes all = SegmentStore.sizes(handle, batch, 0);
        SegmentStore.Sizes errors = errorsFrom == 0 ? all : SegmentStore.sizes(handle, batch, errorsFrom);
        long inlineBytes = ended.inlineErrors() ? all.failedBytes() : 0;
        long inlineLines = ended.inlineErrors() ? all.failedLines() : 0;
        files.sizeOutput(
                handle, ended.account(), ended.outputFile(), all.okBytes() + inlineBytes, all.okLines() + inlineLines);
        files.sizeOutput(handle, ended.account(), ended.errorFile(), errors.failedBytes(), errors.failedLines());
        files.release(handle, ended.account(), ended.inputFile());
        news.ended(handle, ended);
    }
}
