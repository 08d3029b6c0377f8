package ai.doubleword.batch;

import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;

/// Has the first line of those that begin alike go ahead, and the others wait until the model server has read what they
/// share: until the first bytes of its answer, its end, or at most some seconds, for an answer that is wanted whole
/// says nothing before its end. What was read lately needs no one to go ahead. Keys hold the account, as the hashes in
/// them are salted by it. Confined to whoever holds the pool.
final class PrefixLeads {
    /// How long the others wait at most.
    static final Duration LONGEST_WAIT = Duration.ofSeconds(3);

    /// How long a model server is taken to keep what nobody asks for.
    static final Duration KEPT = Duration.ofMinutes(2);

    private static final int MOST_KNOWN = 20_000;

    private final Map<Key, Ahead> ahead = new HashMap<>();
    private final Map<Key, Long> read = new LinkedHashMap<>(64, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Key, Long> eldest) {
            return size() > MOST_KNOWN;
        }
    };
    private long changes;

    private record Key(long account, long group) {}

    /// A line that goes ahead.
    private record Ahead(Object line, long begunAt) {}

    /// How a line would be begun now.
    enum Place {
        /// As the first of its group.
        LEADER,
        /// As any: its group was read lately.
        FOLLOWER,
        /// While the first is being read.
        BESIDE
    }

    /// Grows whenever lines that had to wait may have to no more.
    long changes() {
        return changes;
    }

    Place place(long account, long group, long now) {
        Key key = new Key(account, group);
        if (ahead.containsKey(key)) {
            return Place.BESIDE;
        }
        Long at = read.get(key);
        return at != null && now - at <= KEPT.toNanos() ? Place.FOLLOWER : Place.LEADER;
    }

    /// A line is begun.
    ///
    /// @param line what [#over] will call it
    /// @return as what
    Place begun(long account, long group, Object line, long now) {
        Place place = place(account, group, now);
        Key key = new Key(account, group);
        switch (place) {
            case LEADER -> ahead.put(key, new Ahead(line, now));
            case FOLLOWER -> read.put(key, now);
            case BESIDE -> {
                // It changes nothing for the others.
            }
        }
        return place;
    }

    /// A line has its first answer, or has ended: if it went ahead, the others may follow.
    ///
    /// @return whether it went ahead
    boolean over(long account, long group, Object line, long now) {
        Key key = new Key(account, group);
        Ahead first = ahead.get(key);
        if (first == null || !first.line().equals(line)) {
            return false;
        }
        ahead.remove(key);
        read.put(key, now);
        changes++;
        return true;
    }

    /// Lets those follow that have waited for long.
    void look(long now) {
        ahead.entrySet().removeIf(entry -> {
            boolean tooLong = now - entry.getValue().begunAt() > LONGEST_WAIT.toNanos();
            if (tooLong) {
                read.put(entry.getKey(), now);
                changes++;
            }
            return tooLong;
        });
    }
}
