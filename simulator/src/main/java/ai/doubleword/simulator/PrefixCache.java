package ai.doubleword.simulator;

import java.util.LinkedHashMap;
import java.util.Map;

/// Which prompt beginnings a model has seen lately, in blocks of 16 tokens as model servers keep them. Each block is
/// known by the hash of everything up to its end; the least recently used go first. Thread-safe.
final class PrefixCache {
    static final int BLOCK = 16;
    private static final int MAX_BLOCKS = 65_536;

    private final Map<Long, Boolean> blocks = new LinkedHashMap<>(1024, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<Long, Boolean> eldest) {
            return size() > MAX_BLOCKS;
        }
    };

    /// Remembers a prompt and tells how much of its beginning was known. The last token is never taken from the cache,
    /// since a model must compute at least one.
    synchronized int cached(String model, int[] prompt) {
        long hash = Seeds.of(0, model);
        int known = 0;
        boolean all = true;
        for (int end = BLOCK; end <= prompt.length; end += BLOCK) {
            for (int i = end - BLOCK; i < end; i++) {
                hash = Seeds.mix(hash ^ prompt[i]);
            }
            all &= blocks.put(hash, true) != null;
            if (all && end < prompt.length) {
                known = end;
            }
        }
        return known;
    }

    synchronized void clear() {
        blocks.clear();
    }
}
