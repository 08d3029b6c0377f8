package ai.doubleword.batch;

import ai.doubleword.batch.files.BatchFile;
import ai.doubleword.blobs.BlobStore;
import ai.doubleword.jsonl.LineEntry;
import ai.doubleword.jsonl.LineIndex;
import java.io.IOException;

/// The lines of one input file. Blocks; thread-safe.
final class InputLines {
    private final BlobStore blobs;
    private final BatchFile file;
    private final LineIndex index;

    private InputLines(BlobStore blobs, BatchFile file, LineIndex index) {
        this.blobs = blobs;
        this.file = file;
        this.index = index;
    }

    static InputLines open(BlobStore blobs, BatchFile file) throws IOException {
        LineIndex index = LineIndex.open(
                (at, length) -> blobs.readFully(file.index(), at, length),
                file.index().bytes());
        return new InputLines(blobs, file, index);
    }

    LineIndex index() {
        return index;
    }

    /// The requests of a chunk.
    ///
    /// @param lines their positions, in its order
    ChunkRequests chunk(int[] lines, Endpoints endpoints) throws IOException {
        LineEntry[] entries = entries(lines);
        return new FileChunk(this, entries, PrefixGroups.of(entries), endpoints);
    }

    /// What the index says of lines, in their order. Those of a chunk mostly lie close together, and then are one read.
    LineEntry[] entries(int[] lines) throws IOException {
        int least = Integer.MAX_VALUE;
        int most = -1;
        for (int line : lines) {
            least = Math.min(least, line);
            most = Math.max(most, line);
        }
        LineEntry[] entries = new LineEntry[lines.length];
        boolean together = most - least < 8L * lines.length;
        java.util.List<LineEntry> run = together ? index.entries(least, most + 1) : java.util.List.of();
        for (int i = 0; i < lines.length; i++) {
            entries[i] = together ? run.get(lines[i] - least) : index.entry(lines[i]);
        }
        return entries;
    }

    FileLine read(LineEntry entry) throws IOException {
        return FileLine.of(entry, blobs.readFully(file.blob(), entry.offset(), entry.length()));
    }

    @SuppressWarnings("ArrayRecordComponent") // made once, then only read
    private record FileChunk(InputLines input, LineEntry[] entries, long[] groups, Endpoints endpoints)
            implements ChunkRequests {
        @Override
        public int count() {
            return entries.length;
        }

        @Override
        public int number(int place) {
            return entries[place].number();
        }

        @Override
        public long tokens(int place) {
            return Planner.expectedTokens(entries[place]);
        }

        @Override
        public long group(int place) {
            return groups[place];
        }

        @Override
        public LineInput read(int place) throws IOException {
            FileLine line = input.read(entries[place]);
            return new LineInput(0, line.customId(), endpoints.of(entries[place].endpoint()), line.body());
        }
    }
}
