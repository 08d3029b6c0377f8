package ai.doubleword.limits;

import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/// Limiter states by identity: an open-addressing hash table from `long` to [LimiterState].
///
/// Reading is lock-free and allocates nothing: one volatile read of the array, then probes. Writing (the first request
/// of an identity, the eviction of idle ones) takes a lock, for one probe or for one copy when the table doubles.
/// Within one array a slot goes from empty to taken and never back, so a reader misses at most an entry that is being
/// added, and then takes the lock itself. A request that holds a state while it is evicted counts on an orphan: such a
/// state was full, so at most that one request escapes the count.
final class LimiterTable {
    private static final int FIRST_SLOTS = 64;

    private volatile AtomicReferenceArray<LimiterState> slots = new AtomicReferenceArray<>(FIRST_SLOTS);
    private int size;

    /// The state of an identity; made at its first use.
    LimiterState of(long id) {
        LimiterState found = find(slots, id);
        return found == null ? add(id) : found;
    }

    /// The state of an identity, if it has one.
    @Nullable
    LimiterState peek(long id) {
        return find(slots, id);
    }

    /// Forgets the states that nobody would miss.
    ///
    /// @return how many are left
    synchronized int evictIdle(long now) {
        AtomicReferenceArray<LimiterState> kept = new AtomicReferenceArray<>(slots.length());
        int count = 0;
        for (int i = 0; i < slots.length(); i++) {
            LimiterState state = slots.get(i);
            if (state != null && !state.isIdle(now)) {
                put(kept, state);
                count++;
            }
        }
        if (count < size) {
            size = count;
            slots = kept;
        }
        return count;
    }

    private synchronized LimiterState add(long id) {
        LimiterState found = find(slots, id);
        if (found != null) {
            return found;
        }
        if (size * 2 >= slots.length()) {
            AtomicReferenceArray<LimiterState> larger = new AtomicReferenceArray<>(slots.length() * 2);
            for (int i = 0; i < slots.length(); i++) {
                LimiterState state = slots.get(i);
                if (state != null) {
                    put(larger, state);
                }
            }
            slots = larger;
        }
        LimiterState state = new LimiterState(id);
        put(slots, state);
        size++;
        return state;
    }

    private static @Nullable LimiterState find(AtomicReferenceArray<LimiterState> slots, long id) {
        int mask = slots.length() - 1;
        int i = slot(id, mask);
        while (true) {
            LimiterState state = slots.get(i);
            if (state == null || state.id == id) {
                return state;
            }
            i = (i + 1) & mask;
        }
    }

    private static void put(AtomicReferenceArray<LimiterState> slots, LimiterState state) {
        int mask = slots.length() - 1;
        int i = slot(state.id, mask);
        while (slots.get(i) != null) {
            i = (i + 1) & mask;
        }
        slots.set(i, state);
    }

    private static int slot(long id, int mask) {
        return (int) ((id * 0x9E3779B97F4A7C15L) >>> 32) & mask;
    }
}
