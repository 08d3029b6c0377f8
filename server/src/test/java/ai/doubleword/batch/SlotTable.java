package ai.doubleword.batch;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// What stands of one pool in a database that is not there, on a clock that a test moves.
final class SlotTable {
    static final long LEASE = SlotStore.LEASE.toNanos();
    private static final long TURN = Duration.ofSeconds(10).toNanos();

    private final Map<String, Row> rows = new TreeMap<>();
    private SlotSharing.Limit limit = new SlotSharing.Limit(Slots.START, true);
    private long resumesAt;

    private record Row(SlotSharing.Holder holder, long leaseEnds) {}

    SlotSharing.Limit limit() {
        return limit;
    }

    /// A node tells its wish, and hears what comes of it.
    void exchange(String node, Slots slots, Slots.Wish wish, long now) {
        List<SlotSharing.Holder> others = rows.values().stream()
                .filter(row -> row.leaseEnds() > now && !row.holder().node().equals(node))
                .map(Row::holder)
                .toList();
        SlotSharing.Decision decision = SlotSharing.decide(limit, others, node, wish, now / TURN);
        limit = decision.limit();
        rows.put(
                node, new Row(new SlotSharing.Holder(node, wish.wanted(), wish.spare(), decision.held()), now + LEASE));
        long pause = Math.max(0, resumesAt - now);
        resumesAt = Math.max(resumesAt, now + wish.pauseNanos());
        slots.granted(
                wish,
                new Slots.Grant(
                        decision.slots(), limit.lines(), limit.slowStart(), decision.scarce(), pause, now + LEASE),
                now);
    }
}
