package ai.doubleword.usage;

import ai.doubleword.platform.Ids;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/// Folds requests refused for their rate into one row per key and second with a count: a client that hammers must not
/// fill the journal. The row is the first refusal's, and is written a second after its own has passed, so that
/// stragglers still find it; a crash loses the counts of the last two seconds, and of nothing else, since nobody was
/// served by a refusal. Confined to the journal's writer.
final class RefusalFold {
    private static final int TOO_MANY_REQUESTS = 429;

    private final Map<Slot, Pending> pending = new LinkedHashMap<>();

    static boolean takes(UsageRecord row) {
        return row.status() == TOO_MANY_REQUESTS && row.cause() == Cause.REFUSED;
    }

    /// Counts a refusal in.
    ///
    /// @return whether a row for it is pending already
    boolean add(UsageRecord row) {
        Slot slot = new Slot(row.keyId(), Ids.millis(row.id()) / 1000);
        Pending found = pending.get(slot);
        if (found != null) {
            found.count += row.count();
            return true;
        }
        pending.put(slot, new Pending(row));
        return false;
    }

    boolean isEmpty() {
        return pending.isEmpty();
    }

    /// Hands out the rows of seconds that are over for good.
    void flush(long nowMillis, Consumer<UsageRecord> out) {
        long over = nowMillis / 1000 - 2;
        Iterator<Map.Entry<Slot, Pending>> entries = pending.entrySet().iterator();
        while (entries.hasNext()) {
            Map.Entry<Slot, Pending> entry = entries.next();
            if (entry.getKey().second <= over) {
                entries.remove();
                out.accept(entry.getValue().row());
            }
        }
    }

    /// Hands out everything: the journal closes.
    void flushAll(Consumer<UsageRecord> out) {
        List<Pending> rest = new ArrayList<>(pending.values());
        pending.clear();
        rest.forEach(last -> out.accept(last.row()));
    }

    private record Slot(String keyId, long second) {}

    private static final class Pending {
        private final UsageRecord first;
        private int count;

        Pending(UsageRecord first) {
            this.first = first;
            this.count = first.count();
        }

        UsageRecord row() {
            return first.withCount(count);
        }
    }
}
