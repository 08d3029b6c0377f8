package ai.doubleword.batch;

import ai.doubleword.platform.Tier;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.TreeMap;

/// What waits for a worker, as this node knows it: by model, account and batch; of an account's the most urgent is
/// taken first ([Urgency]). What another node took meanwhile is found out at the claim. Confined to the scheduler's
/// thread.
final class ReadyChunks {
    private final Map<String, Map<Long, Map<Long, Waiting>>> models = new HashMap<>();

    /// Chunks of one batch.
    private static final class Waiting {
        final long batch;
        final Tier tier;
        final long endMillis;
        final TreeMap<Integer, ChunkStore.Ready> chunks = new TreeMap<>();
        long tokens;

        Waiting(ChunkStore.Ready first) {
            this.batch = first.key().batch();
            this.tier = first.tier();
            this.endMillis =
                    first.expires().map(java.time.Instant::toEpochMilli).orElse(Long.MAX_VALUE);
        }

        void add(ChunkStore.Ready chunk) {
            if (chunks.put(chunk.key().no(), chunk) == null) {
                tokens += chunk.tokens();
            }
        }

        ChunkStore.Ready take() {
            ChunkStore.Ready first = chunks.pollFirstEntry().getValue();
            tokens -= first.tokens();
            return first;
        }

        Urgency urgency(double tokensPerSecond) {
            return new Urgency(tier, BatchWork.latestStart(endMillis, tokens, tokensPerSecond), batch);
        }
    }

    void add(Collection<ChunkStore.Ready> chunks) {
        for (ChunkStore.Ready chunk : chunks) {
            models.computeIfAbsent(chunk.model(), model -> new LinkedHashMap<>())
                    .computeIfAbsent(chunk.account(), account -> new HashMap<>())
                    .computeIfAbsent(chunk.key().batch(), batch -> new Waiting(chunk))
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

    private Map<Long, Waiting> of(String model, long account) {
        return models.getOrDefault(model, Map.of()).getOrDefault(account, Map.of());
    }

    /// Tokens of a model that wait in a batch.
    long tokens(String model, long account, long batch) {
        Waiting waiting = of(model, account).get(batch);
        return waiting == null ? 0 : waiting.tokens;
    }

    /// The most urgent of an account's that is no less urgent than a tier.
    Optional<Urgency> first(String model, long account, Tier tier, double tokensPerSecond) {
        return of(model, account).values().stream()
                .filter(waiting -> waiting.tier.compareTo(tier) <= 0)
                .map(waiting -> waiting.urgency(tokensPerSecond))
                .min(Urgency::compareTo);
    }

    /// Whether any batch of an account would be late at a speed.
    boolean late(String model, long account, double tokensPerSecond, long nowMillis) {
        return tokensPerSecond > 0
                && of(model, account).values().stream()
                        .anyMatch(waiting -> waiting.tier == Tier.BATCH
                                && waiting.urgency(tokensPerSecond).latestStart() < nowMillis);
    }

    /// Takes chunks of an account, the most urgent first and none less urgent than a tier, until they have so many
    /// lines.
    List<ChunkStore.Ready> take(String model, long account, Tier tier, int lines, double tokensPerSecond) {
        Map<Long, Waiting> batches = of(model, account);
        PriorityQueue<Urgency> order = new PriorityQueue<>();
        for (Waiting waiting : batches.values()) {
            if (waiting.tier.compareTo(tier) <= 0) {
                order.add(waiting.urgency(tokensPerSecond));
            }
        }
        List<ChunkStore.Ready> taken = new ArrayList<>();
        int count = 0;
        while (count < lines && !order.isEmpty()) {
            Waiting next =
                    java.util.Objects.requireNonNull(batches.get(order.remove().batch()));
            ChunkStore.Ready chunk = next.take();
            taken.add(chunk);
            count += chunk.count();
            if (next.chunks.isEmpty()) {
                batches.remove(next.batch);
            } else {
                order.add(next.urgency(tokensPerSecond));
            }
        }
        if (batches.isEmpty()) {
            forget(model, account);
        }
        return taken;
    }

    private void forget(String model, long account) {
        Map<Long, Map<Long, Waiting>> accounts = models.get(model);
        if (accounts != null) {
            accounts.remove(account);
            if (accounts.isEmpty()) {
                models.remove(model);
            }
        }
    }
}
