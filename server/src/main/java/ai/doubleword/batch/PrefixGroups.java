package ai.doubleword.batch;

import ai.doubleword.jsonl.LineEntry;
import ai.doubleword.jsonl.LineEntry.Prefixes;
import java.util.HashMap;
import java.util.Map;

/// Which lines of a chunk begin alike for so long that a model server that has read one has read much of the others:
/// those that share the first 4,096 bytes of their prompts, else the first 1,024, else the first 256. Less is not worth
/// a wait. Stateless.
final class PrefixGroups {
    private static final int LEVELS = 3;

    private PrefixGroups() {}

    /// @return of each line the key of its group, equal for lines that begin alike; 0 for a line that is alone
    static long[] of(LineEntry[] lines) {
        Map<Long, Integer> counts = new HashMap<>();
        for (LineEntry line : lines) {
            for (int level = 0; level < LEVELS; level++) {
                counts.merge(key(line, level), 1, Integer::sum);
            }
        }
        long[] groups = new long[lines.length];
        for (int i = 0; i < lines.length; i++) {
            for (int level = 0; level < LEVELS && groups[i] == 0; level++) {
                long key = key(lines[i], level);
                groups[i] = counts.getOrDefault(key, 0) > 1 ? key : 0;
            }
        }
        return groups;
    }

    /// The hash with its level, the longest first.
    private static long key(LineEntry line, int level) {
        Prefixes prefixes = line.prefixes();
        int hash = switch (level) {
            case 0 -> prefixes.at4k();
            case 1 -> prefixes.at1k();
            default -> prefixes.at256();
        };
        return ((long) (LEVELS - level) << Integer.SIZE) | (hash & 0xffffffffL);
    }
}
