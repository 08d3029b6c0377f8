package ai.doubleword.batch;

import ai.doubleword.batch.files.BatchFile;
import ai.doubleword.batch.files.BatchFiles;
import ai.doubleword.batch.files.FilePurpose;
import ai.doubleword.keys.Principal;
import java.time.Duration;
import java.util.HashMap;
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
    public Optional<BatchFile> find(long account, long id) {
        return Optional.empty();
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
    public void release(Handle handle, long account, long file) {
        uses.merge(file, -1, Integer::sum);
    }

    @Override
    public void addOutput(Handle handle, long id, long batch, BatchFile input, FilePurpose purpose, String name) {
        lines.put(id, 0L);
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
    public void sizeOutput(Handle handle, long account, long file, long bytes, long count) {
        lines.put(file, count);
    }
}
