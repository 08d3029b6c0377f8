package ai.doubleword.batch;

import ai.doubleword.billing.Tariff;
import ai.doubleword.billing.Tariffs;
import ai.doubleword.platform.Database;
import ai.doubleword.platform.Ids;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.ObjIntConsumer;
import java.util.stream.Collectors;
import org.jboss.logging.Logger;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/// The chunks that this node has leases of: takes them, keeps the leases, gives them back. Blocks; thread-safe.
final class Worker {
    private static final Logger LOG = Logger.getLogger(Worker.class);

    /// Who this worker is.
    ///
    /// @param owner this start of the server
    /// @param node that it is a start of
    record Identity(long owner, String node) {}

    private record Lease(ChunkStore.Key key, int epoch) {
        static Lease of(ChunkStore.Claimed claimed) {
            return new Lease(claimed.key(), claimed.epoch());
        }
    }

    private final Database database;
    private final Inputs requests;
    private final Tariffs tariffs;
    private final Endings endings;
    private final Identity identity;
    private final Map<Lease, ChunkRun> runs = new ConcurrentHashMap<>();
    /// Versions never change.
    private final Map<Long, Tariff> prices = new ConcurrentHashMap<>();

    Worker(Database database, Inputs requests, Tariffs tariffs, Endings endings, Identity identity) {
        this.database = database;
        this.requests = requests;
        this.tariffs = tariffs;
        this.endings = endings;
        this.identity = identity;
    }

    Identity identity() {
        return identity;
    }

    /// The chunks that run here.
    Collection<ChunkRun> runs() {
        return runs.values();
    }

    /// What a claim came to.
    ///
    /// @param begun chunks that run here now
    /// @param leased those that this worker got, also if it could not read them and gave them back
    record Claim(List<ChunkRun> begun, Set<ChunkStore.Key> leased) {}

    /// Takes leases of those chunks that are still there to be had.
    Claim claim(Collection<ChunkStore.Key> wanted) {
        List<ChunkStore.Claimed> claimed = database.engine()
                .withHandle(handle -> ChunkStore.claim(handle, wanted, identity.owner(), identity.node()));
        if (claimed.isEmpty()) {
            return new Claim(List.of(), Set.of());
        }
        Map<Long, Batch> batches = new HashMap<>();
        Inputs.Found inputs = database.engine().withHandle(handle -> {
            BatchStore.byIds(
                            handle,
                            claimed.stream().map(chunk -> chunk.key().batch()).collect(Collectors.toSet()))
                    .forEach(batch -> batches.put(batch.id(), batch));
            learnPrices(handle, claimed);
            return requests.find(handle, batches.values());
        });
        List<ChunkRun> begun = new ArrayList<>();
        for (ChunkStore.Claimed chunk : claimed) {
            Batch batch = batches.get(chunk.key().batch());
            ChunkRun run = batch == null ? null : open(batch, chunk, inputs);
            if (run == null) {
                giveBack(chunk);
            } else {
                runs.put(Lease.of(chunk), run);
                begun.add(run);
            }
        }
        return new Claim(begun, claimed.stream().map(ChunkStore.Claimed::key).collect(Collectors.toSet()));
    }

    private void learnPrices(Handle handle, List<ChunkStore.Claimed> claimed) {
        Set<Long> unknown = claimed.stream().map(ChunkStore.Claimed::tariff).collect(Collectors.toSet());
        unknown.removeAll(prices.keySet());
        if (!unknown.isEmpty()) {
            prices.putAll(tariffs.byId(handle, unknown));
            unknown.forEach(version -> prices.putIfAbsent(version, Tariff.FREE));
        }
    }

    private @Nullable ChunkRun open(Batch batch, ChunkStore.Claimed chunk, Inputs.Found inputs) {
        try {
            return new ChunkRun(
                    batch, chunk, prices.getOrDefault(chunk.tariff(), Tariff.FREE), inputs.open(batch, chunk.lines()));
        } catch (IOException e) {
            LOG.warnf(
                    "The input of %s cannot be read, and is tried again: %s",
                    Ids.format(Batch.PREFIX, batch.id()), e.getMessage());
            return null;
        }
    }

    /// Makes all leases last longer, and learns which are lost and which batches are to end.
    ///
    /// @param withdrawn hears of lines that are not wanted any more, maybe not for the first time
    void renew(ObjIntConsumer<ChunkRun> withdrawn) {
        List<ChunkStore.Key> keys = new ArrayList<>();
        List<Integer> epochs = new ArrayList<>();
        for (Map.Entry<Lease, ChunkRun> entry : runs.entrySet()) {
            keys.add(entry.getKey().key());
            epochs.add(entry.getKey().epoch());
        }
        if (keys.isEmpty()) {
            return;
        }
        Set<Lease> held = new HashSet<>();
        List<ChunkStore.Held> answered =
                database.engine().inTransaction(handle -> ChunkStore.renew(handle, keys, epochs, identity.owner()));
        for (ChunkStore.Held lease : answered) {
            Lease still = new Lease(lease.key(), lease.epoch());
            held.add(still);
            ChunkRun run = runs.get(still);
            if (run != null) {
                lease.withdrawn().forEach(place -> withdrawn.accept(run, place));
                if (!lease.goesOn()) {
                    run.close();
                }
            }
        }
        for (int i = 0; i < keys.size(); i++) {
            Lease asked = new Lease(keys.get(i), epochs.get(i));
            ChunkRun run = held.contains(asked) ? null : runs.get(asked);
            // One that has just been recorded whole is no lease any more either.
            if (run != null && !run.whole()) {
                run.lose();
            }
        }
    }

    /// Nothing is left to do of a chunk here: it is let go.
    ///
    /// @return whether that ended its batch
    boolean release(ChunkRun run) {
        if (runs.remove(Lease.of(run.claimed())) == null || run.whole()) {
            return false;
        }
        return giveBack(run.claimed());
    }

    private boolean giveBack(ChunkStore.Claimed chunk) {
        long batch = chunk.key().batch();
        return database.engine().inTransaction(handle -> {
            if (BatchStore.lock(handle, batch).isEmpty()) {
                return false;
            }
            boolean goesOn = BatchStore.status(handle, batch).runs();
            ChunkStore.free(handle, chunk.key(), chunk.epoch(), identity.owner(), goesOn);
            return endings.settle(handle, batch);
        });
    }
}
