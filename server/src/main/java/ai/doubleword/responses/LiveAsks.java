package ai.doubleword.responses;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// What somebody on this node wants to hear that runs on another: asks for it, takes what is said, and stops
/// asking when nobody listens any more. Without such listeners it asks the database nothing. Confined to the
/// exchange's thread.
final class LiveAsks {
    /// How long it is said to somebody who does not go on asking.
    static final Duration LEASE = Duration.ofSeconds(10);

    private static final Duration RENEWAL = Duration.ofSeconds(3);

    /// How often it looks whether another node has taken what nobody has begun here.
    static final Duration LOOK = Duration.ofMillis(500);

    /// How late what is said is taken where a NOTIFY was lost.
    private static final Duration TAKE = Duration.ofSeconds(1);

    private final LiveRuns live;
    private final Elsewhere elsewhere;
    private final long node;

    /// What is asked for.
    private final Map<Long, Ask> asked = new HashMap<>();

    /// What was awaited here at the last pass.
    private Set<Long> awaited = Set.of();

    /// Of that, what was looked for elsewhere.
    private Set<Long> looked = Set.of();

    private long numbers;
    private long lookAt;
    private long takeAt;
    private boolean said;

    /// Knows who runs what.
    @FunctionalInterface
    interface Elsewhere {
        /// Those of some responses that another node has taken.
        Set<Long> of(Collection<Long> responses);
    }

    private static final class Ask {
        private long number;
        private long renewAt;

        Ask(long number, long now) {
            anew(number, now);
        }

        /// From the first event on.
        void anew(long other, long now) {
            number = other;
            renewAt = now;
        }
    }

    /// @param node this start of the server
    LiveAsks(LiveRuns live, Elsewhere elsewhere, long node) {
        this.live = live;
        this.elsewhere = elsewhere;
        this.node = node;
    }

    /// Something was said to this node.
    void said() {
        said = true;
    }

    /// Whether anything is asked for.
    boolean any() {
        return !asked.isEmpty();
    }

    /// The database may have lost what was asked.
    void begin() {
        asked.clear();
    }

    void pass(Connection connection, long now) throws SQLException {
        Set<Long> before = awaited;
        awaited = live.awaited();
        if (awaited.isEmpty() && asked.isEmpty()) {
            return;
        }
        forget(connection);
        // What this node begins itself is no longer awaited by the next pass.
        Set<Long> open = new HashSet<>(awaited);
        open.retainAll(before);
        open.removeAll(asked.keySet());
        if (!open.isEmpty() && (now - lookAt >= 0 || !looked.containsAll(open))) {
            for (long response : elsewhere.of(open)) {
                asked.put(response, new Ask(++numbers, now));
            }
            looked = open;
            lookAt = now + LOOK.toNanos();
        }
        ask(connection, now);
        if (!asked.isEmpty() && (said || now - takeAt >= 0)) {
            said = false;
            take(connection, now);
            takeAt = now + TAKE.toNanos();
        }
    }

    private void forget(Connection connection) throws SQLException {
        List<Long> over =
                asked.keySet().stream().filter(id -> !awaited.contains(id)).toList();
        if (!over.isEmpty()) {
            LiveExchangeStore.forget(connection, node, over);
            over.forEach(asked::remove);
        }
    }

    private void ask(Connection connection, long now) throws SQLException {
        Map<Long, Long> due = new HashMap<>();
        asked.forEach((response, ask) -> {
            if (now - ask.renewAt >= 0) {
                due.put(response, ask.number);
            }
        });
        if (!due.isEmpty()) {
            LiveExchangeStore.ask(connection, node, due, LEASE, LiveExchange.ASKED);
            asked.forEach((response, ask) -> {
                if (due.containsKey(response)) {
                    ask.renewAt = now + RENEWAL.toNanos();
                }
            });
        }
    }

    private void take(Connection connection, long now) throws SQLException {
        for (LiveExchangeStore.Part part : LiveExchangeStore.take(connection, node)) {
            long response = part.to().response();
            Ask ask = asked.get(response);
            if (ask != null
                    && ask.number == part.asked()
                    && !live.heard(response, part.run(), part.at(), part.said())) {
                ask.anew(++numbers, now);
            }
        }
    }
}
