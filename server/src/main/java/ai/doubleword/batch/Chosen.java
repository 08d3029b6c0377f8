package ai.doubleword.batch;

import ai.doubleword.batch.files.BatchFile;
import ai.doubleword.blobs.BlobStore;
import ai.doubleword.jsonl.LineEntry;
import ai.doubleword.platform.ErrorCode;
import ai.doubleword.platform.Problem;
import ai.doubleword.platform.ProblemException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// The lines that somebody wants done again. Confined to one retry.
final class Chosen {
    /// Every line that can be.
    static final Chosen ALL = new Chosen(null);

    private static final int NAMED = 5;

    private final @Nullable Map<Integer, String> names;
    private final TreeSet<String> missing = new TreeSet<>();

    private Chosen(@Nullable Map<Integer, String> names) {
        this.names = names;
        if (names != null) {
            missing.addAll(names.values());
        }
    }

    /// These lines of a file.
    ///
    /// @throws ProblemException `invalid_value` if one of them is not in it
    static Chosen of(BlobStore blobs, BatchFile file, Collection<String> customIds) {
        Map<Long, String> hashes = new HashMap<>();
        customIds.forEach(id -> hashes.put(LineEntry.hashOf(id), id));
        Map<Integer, String> found = new HashMap<>();
        int[] position = {0};
        try {
            InputLines.open(blobs, file).index().forEach(entry -> {
                String id = hashes.remove(entry.customIdHash());
                if (id != null) {
                    found.put(position[0], id);
                }
                position[0]++;
            });
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        if (!hashes.isEmpty()) {
            throw refused("No line of the input file has this `custom_id`: ", hashes.values());
        }
        return new Chosen(found);
    }

    /// Which of the open lines of a chunk are chosen.
    LineBits of(ChunkStore.Whole chunk, LineBits open) {
        if (names == null) {
            return open;
        }
        int count = 0;
        int[] places = new int[open.count()];
        for (int place = 0; place < chunk.lines().length; place++) {
            String name = open.has(place) ? names.get(chunk.lines()[place]) : null;
            if (name != null) {
                missing.remove(name);
                places[count++] = place;
            }
        }
        return LineBits.of(chunk.chunk().lines(), java.util.Arrays.copyOf(places, count));
    }

    /// @throws ProblemException `invalid_value` if a chosen line was in no chunk open
    void requireAll() {
        if (!missing.isEmpty()) {
            throw refused("These lines have an answer, so there is nothing to retry: ", missing);
        }
    }

    private static ProblemException refused(String what, Collection<String> ids) {
        String named = String.join(", ", ids.stream().sorted().limit(NAMED).toList());
        String more = ids.size() > NAMED ? " and " + (ids.size() - NAMED) + " more" : "";
        return new ProblemException(Problem.ofParam(ErrorCode.INVALID_VALUE, "custom_ids", what + named + more + "."));
    }
}
