package ai.doubleword.batch;

import ai.doubleword.platform.Tier;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/// What waits for a worker, as this node knows it: by model and account, realtime first, then flex, then what has
/// a window, the soonest first, and background last. What another node took meanwhile is found out at the claim.
/// Confined to the scheduler's thread.
final class ReadyChunks {
    private static final Comparator<ChunkStore.Ready> MOST_URGENT = Comparator.comparing(ChunkStore.Ready::tier)
            .thenComparing(chunk -> chunk.expires().orElse(java.time.Instant.MAX))
            .thenComparingLong(chunk -> chunk.key().batch())
            .thenComparingInt(chunk -> chunk.key().no());

    private final Map<String, Map<Long, TreeSet<ChunkStore.Ready>>> models = new HashMap<>();

    void add(Collection<ChunkStore.Ready> chunks) {
        for (ChunkStore.Ready chunk : chunks) {
            models.computeIfAbsent(chunk.model(), model -> new LinkedHashMap<>())
                    .computeIfAbsent(chunk.account(), account -> new TreeSet<>(MOST_URGENT))
                    .add(chunk);
        }
    }

    void replace(Collection<ChunkStore.Ready> chunks) {
        models.clear();
        add(chunks);
    }

    boolean isEmpty() {
        return models.isEmpty();
    }

    Set<String> models() {
        return Set.copyOf(models.keySet());
    }

    Set<Long> accounts(String model) {
        return Set.copyOf(models.getOrDefault(model, Map.of()).keySet());
    }

    /// Takes chunks of an account, none less urgent than a tier, until they have so many lines.
    List<ChunkStore.Ready> take(String model, long account, Tier tier, int lines) {
        Map<Long, TreeSet<ChunkStore.Ready>> accounts = models.getOrDefault(model, Map.of());
        TreeSet<ChunkStore.Ready> own = accounts.get(account);
        List<ChunkStore.Ready> taken = new ArrayList<>();
        if (own == null) {
            return taken;
        }
        int count = 0;
        while (count < lines && !own.isEmpty() && own.first().tier().compareTo(tier) <= 0) {
            ChunkStore.Ready next = own.removeFirst();
            taken.add(next);
            count += next.count();
        }
        if (own.isEmpty()) {
            accounts.remove(account);
            if (accounts.isEmpty()) {
                models.remove(model);
            }
        }
        return taken;
    }
}
