package ai.doubleword.batch;

import ai.doubleword.batch.files.BatchFile;
import ai.doubleword.jsonl.LineEntry;
import ai.doubleword.jsonl.LineEntry.Prefixes;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Cuts the lines of a file into chunks: of one model each, those beside each other that begin alike, so that a model
/// server's prefix cache finds what it has just seen. Groups of prefixes keep the order in which they first appear, and
/// lines keep theirs within a group, so a file without common prefixes runs in its own order. Not thread-safe; holds
/// some tens of bytes for each line.
final class Planner {
    static final int MOST_LINES = 1_000;
    static final int FEWEST_LINES = 256;

    /// A chunk of that much is enough for a worker for a while, however few lines it is.
    static final long TOKEN_BUDGET = 2_000_000;

    /// Of lines that do not say how much they want.
    private static final int USUAL_OUTPUT = 256;

    private static final Comparator<Planned> TOGETHER = Comparator.<Planned>comparingInt(one -> one.rank[0])
            .thenComparingInt(one -> one.rank[1])
            .thenComparingInt(one -> one.rank[2])
            .thenComparingInt(one -> one.rank[3])
            .thenComparingInt(one -> one.line);

    private final Map<String, List<Planned>> models = new LinkedHashMap<>();

    private static final class Planned {
        final int line;
        final long tokens;
        final int[] prefixes;
        final int[] rank = new int[4];

        Planned(int line, long tokens, Prefixes prefixes) {
            this.line = line;
            this.tokens = tokens;
            this.prefixes = new int[] {prefixes.at64(), prefixes.at256(), prefixes.at1k(), prefixes.at4k()};
        }
    }

    /// Adds the next line.
    ///
    /// @param line its position in the file
    void add(int line, LineEntry entry) {
        models.computeIfAbsent(entry.model(), model -> new ArrayList<>())
                .add(new Planned(line, expectedTokens(entry), entry.prefixes()));
    }

    /// What a line is expected to take, input and output together.
    static long expectedTokens(LineEntry entry) {
        return (long) entry.inputTokens() + (entry.outputTokens() > 0 ? entry.outputTokens() : USUAL_OUTPUT);
    }

    /// What all lines of a file are expected to take, by model.
    static Map<String, Long> expectedTokens(BatchFile file) {
        Map<String, Long> tokens = new HashMap<>();
        for (BatchFile.ModelLines lines : file.models()) {
            long own = lines.inputTokens() + lines.outputTokens() + (long) lines.unboundedLines() * USUAL_OUTPUT;
            tokens.merge(lines.model(), own, Long::sum);
        }
        return tokens;
    }

    /// As [#expectedTokens(BatchFile)], of what a batch of it has no answer to.
    static Map<String, Long> expectedTokens(BatchFile file, Batch batch) {
        Map<String, Long> tokens = expectedTokens(file);
        tokens.replaceAll((model, all) -> all * (batch.total() - batch.ok()) / Math.max(1, batch.total()));
        return tokens;
    }

    /// The chunks of all lines, each in exactly one.
    List<PlannedChunk> chunks() {
        List<PlannedChunk> chunks = new ArrayList<>();
        models.forEach((model, lines) -> {
            rank(lines);
            lines.sort(TOGETHER);
            cut(model, lines, chunks);
        });
        return chunks;
    }

    /// Gives each prefix the number of the line that had it first.
    private static void rank(List<Planned> lines) {
        for (int level = 0; level < 4; level++) {
            Map<Long, Integer> first = new HashMap<>();
            for (Planned line : lines) {
                int above = level == 0 ? 0 : line.rank[level - 1];
                long prefix = ((long) above << 32) | (line.prefixes[level] & 0xffffffffL);
                line.rank[level] = first.computeIfAbsent(prefix, absent -> line.line);
            }
        }
    }

    private static void cut(String model, List<Planned> lines, List<PlannedChunk> chunks) {
        int from = 0;
        long tokens = 0;
        for (int i = 0; i < lines.size(); i++) {
            int count = i - from;
            boolean full = count == MOST_LINES || (count >= FEWEST_LINES && tokens >= TOKEN_BUDGET);
            if (full) {
                chunks.add(chunk(model, lines.subList(from, i), tokens));
                from = i;
                tokens = 0;
            }
            tokens += lines.get(i).tokens;
        }
        if (from < lines.size()) {
            chunks.add(chunk(model, lines.subList(from, lines.size()), tokens));
        }
    }

    private static PlannedChunk chunk(String model, List<Planned> lines, long tokens) {
        int[] positions = lines.stream().mapToInt(line -> line.line).toArray();
        return new PlannedChunk(model, Arrays.hashCode(lines.getFirst().prefixes), tokens, positions);
    }
}
