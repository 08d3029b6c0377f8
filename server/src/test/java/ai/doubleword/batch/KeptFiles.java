package ai.doubleword.batch;

import ai.doubleword.batch.files.BatchFile;
import ai.doubleword.batch.files.BatchFiles;
import ai.doubleword.keys.Principal;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jdbi.v3.core.Handle;

/// Files that are only counted: for tests of the engine's tables.
final class KeptFiles implements BatchFiles {
    final Map<Long, Integer> uses = new HashMap<>();
    final Map<Long, Long> lines = new HashMap<>();

    @Override
    public Optional<BatchFile> find(Principal key, String id) {
        return Optional.empty();
    }

    @Override
    public Optional<BatchFile> take(Handle handle, Principal key, String id) {
        return Optional.empty();
    }

    @Override
    public Optional<BatchFile> find(long account, long id) {
        return Optional.empty();
    }

    @Override
    public Map<Long, BatchFile> find(Handle handle, Collection<Use> files) {
        return Map.of();
    }

    @Override
    public long sight(Principal key) {
        return 0;
    }

    @Override
    public long sight(long account, long member) {
        return 0;
    }

    @Override
    public boolean governs(long account, long member) {
        return true;
    }

    @Override
    public boolean use(Handle handle, long account, long file) {
        uses.merge(file, 1, Integer::sum);
        return true;
    }

    @Override
    public void release(Handle handle, List<Use> ended) {
        ended.forEach(use -> uses.merge(use.file(), -1, Integer::sum));
    }

    @Override
    public void addOutputs(Handle handle, long batch, BatchFile input, List<Output> outputs) {
        outputs.forEach(output -> lines.put(output.id(), 0L));
    }

    @Override
    public void deleteOutputs(Handle handle, long account, long batch) {
        lines.clear();
    }

    @Override
    public boolean hold(Handle handle, long account, long file) {
        return true;
    }

    @Override
    public void keepOutputs(Handle handle, long account, long batch, Duration life) {
        // Nothing expires here.
    }

    @Override
    public void sizeOutputs(Handle handle, List<Written> written) {
        written.forEach(each -> lines.put(each.file(), each.lines()));
    }
}
