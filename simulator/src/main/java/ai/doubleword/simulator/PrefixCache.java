package ai.doubleword.simulator;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.LongSupplier;

/// Which prompt beginnings a model has seen lately, in blocks of 16 tokens as model servers keep them. Each block is
/// known by the hash of everything up to its end, from when the model has read it on, which is when the first token
/// comes; the least recently used go first. Thread-safe.
final class PrefixCache {
    static final int BLOCK = 16;

    private final int mostBlocks;
    private final LongSupplier nanos;
    private final Map<Long, Long> blocks = new LinkedHashMap<>(1024, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<Long, Long> eldest) {
            return size() > mostBlocks;
        }
    };

    /// @param tokens that it holds
    PrefixCache(int tokens, LongSupplier nanos) {
        this.mostBlocks = tokens / BLOCK;
        this.nanos = nanos;
    }

    /// Remembers a prompt and tells how much of its beginning was known. The last token is never taken from the cache,
    /// since a model must compute at least one.
    ///
    /// @param readNanos until the model has read it
    synchronized int cached(String model, int[] prompt, long readNanos) {
        long now = nanos.getAsLong();
        long hash = Seeds.of(0, model);
        int known = 0;
        boolean all = true;
        for (int end = BLOCK; end <= prompt.length; end += BLOCK) {
            for (int i = end - BLOCK; i < end; i++) {
                hash = Seeds.mix(hash ^ prompt[i]);
            }
            Long since = blocks.get(hash);
            if (since == null || since - now > readNanos) {
                blocks.put(hash, now + readNanos);
            }
            all &= since != null && since - now <= 0;
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
