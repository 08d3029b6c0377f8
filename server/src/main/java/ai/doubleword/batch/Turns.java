package ai.doubleword.batch;

import java.util.OptionalLong;
import java.util.Set;
import java.util.function.LongPredicate;

/// Which account of a pool is next, of each kind of work. Confined to whoever holds the pool.
final class Turns {
    private static final double EQUAL = 1;

    private final FairQueue realtime = new FairQueue();
    private final FairQueue planned = new FairQueue();
    private final FairQueue late = new FairQueue();
    private final FairQueue spare = new FairQueue();
    private final RescueShare rescue = new RescueShare();

    /// What takes turns with each other.
    enum Turn {
        REALTIME,
        /// Flex and batch, which share what realtime leaves.
        PLANNED,
        /// Those of the planned whose batch is late, beside their ordinary turns.
        LATE,
        SPARE;

        static Turn of(ChunkRun run) {
            return switch (run.batch().tier()) {
                case REALTIME -> REALTIME;
                case FLEX, BATCH -> PLANNED;
                case BACKGROUND -> SPARE;
            };
        }
    }

    /// Accounts take turns that have something to begin, and only those.
    ///
    /// @param held accounts with calls that wait
    void meet(PoolRuns runs, Set<Long> held) {
        runs.forEachStartable((account, turn) -> queue(turn).join(account, EQUAL));
        held.forEach(account -> planned.join(account, EQUAL));
        for (Turn turn : Turn.values()) {
            boolean calls = turn == Turn.PLANNED;
            queue(turn).keep(account -> runs.starts(account, turn) || (calls && held.contains(account)));
        }
    }

    OptionalLong next(Turn turn, LongPredicate ready) {
        return queue(turn).next(ready);
    }

    /// Whether a line of a late batch goes before the planned one whose turn it is.
    ///
    /// @param any whether any late batch has a line that may begin
    boolean lateNext(boolean any) {
        return rescue.rescueNext(any);
    }

    /// An account takes tokens, or (negative) took fewer than it was charged.
    void charge(Turn turn, long account, long tokens) {
        queue(turn).charge(account, tokens);
        if (turn == Turn.PLANNED || turn == Turn.LATE) {
            rescue.charge(turn == Turn.LATE, tokens);
        }
    }

    /// How many accounts share what is planned, with this one.
    int sharing(long account) {
        return planned.size() + (planned.has(account) ? 0 : 1);
    }

    /// How many accounts share what is planned; at least one.
    int sharing() {
        return Math.max(1, planned.size());
    }

    private FairQueue queue(Turn turn) {
        return switch (turn) {
            case REALTIME -> realtime;
            case PLANNED -> planned;
            case LATE -> late;
            case SPARE -> spare;
        };
    }
}
