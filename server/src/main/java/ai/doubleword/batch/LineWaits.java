package ai.doubleword.batch;

import ai.doubleword.platform.ChangeFeed;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/// Who waits here for the end of single lines. What ends on this node is told at once; of the others a feed reads,
/// when it is notified and each second, how far the packs are that somebody waits for: one statement for all of
/// them, none while nobody waits. Thread-safe.
final class LineWaits implements ChangeFeed.Reader {
    private final ConcurrentMap<SingleLineStore.Place, CompletableFuture<Void>> waits = new ConcurrentHashMap<>();

    /// Completes when the line has ended, once that is known here; one that has ended already must not be asked
    /// for.
    CompletableFuture<Void> wait(SingleLineStore.Place place) {
        return waits.computeIfAbsent(place, absent -> new CompletableFuture<>());
    }

    /// Lines of a pack have ended.
    void ended(long pack, LineBits lines) {
        if (waits.isEmpty()) {
            return;
        }
        lines.forEach(place -> ended(new SingleLineStore.Place(pack, place)));
    }

    void ended(SingleLineStore.Place place) {
        CompletableFuture<Void> wait = waits.remove(place);
        if (wait != null) {
            wait.complete(null);
        }
    }

    @Override
    public void load(Connection connection) throws SQLException {
        read(connection);
    }

    @Override
    public void read(Connection connection) throws SQLException {
        Map<Long, List<SingleLineStore.Place>> packs =
                waits.keySet().stream().collect(java.util.stream.Collectors.groupingBy(SingleLineStore.Place::pack));
        if (packs.isEmpty()) {
            return;
        }
        for (SingleLineStore.Progress progress : SingleLineStore.progress(connection, packs.keySet())) {
            for (SingleLineStore.Place place : packs.getOrDefault(progress.pack(), List.of())) {
                if (progress.status().ended() || progress.done().has(place.place())) {
                    ended(place);
                }
            }
            packs.remove(progress.pack());
        }
        // What is left was deleted.
        packs.values().forEach(places -> places.forEach(this::ended));
    }
}
