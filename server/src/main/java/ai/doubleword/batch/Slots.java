package ai.doubleword.batch;

import java.time.Duration;

/// How many lines of a pool may run here at once: what this node has leased of the pool's limit, which all nodes share
/// and learn together. The limit starts at 4 and grows only while all of it is used: it doubles with each round of
/// answers until the provider first has no room, then it grows by one a round. A provider without room costs three
/// tenths of the slots of whoever heard it, at once, and the limit as much; once for each round that is in flight.
/// What was earned here counts when the others know of it: [#wish] tells, [#granted] hears what came of it. Time is
/// nanoseconds of the caller's clock. Confined to whoever holds its pool.
final class Slots {
    /// The limit of a model that no node has run lines of.
    static final int START = 4;

    private static final double DECREASE = 0.7;

    private final int cap;
    private double limit = START;
    private double slots;
    private boolean slowStart = true;
    private boolean scarce;
    private boolean satisfied = true;
    private double earned;
    private double lost;
    private long endedLines;
    private long endedTokens;
    private long leaseEnds = Long.MIN_VALUE;
    private long resumeAt = Long.MIN_VALUE;
    private long lastDecrease = Long.MIN_VALUE;

    /// What a node tells the others of a pool.
    ///
    /// @param wanted lines that run or could, but for the background tier's and realtime
    /// @param spare those of the background tier
    /// @param running those of both that run
    /// @param cap most that may ever run here
    /// @param earned by how much the limit may grow
    /// @param lost by how much it must fall
    /// @param pauseNanos for how long the provider asked to be left alone
    /// @param ended lines that ended here since this was told last
    /// @param tokens that those were expected to take
    record Wish(
            int wanted,
            int spare,
            int running,
            int cap,
            double earned,
            double lost,
            long pauseNanos,
            long ended,
            long tokens) {
        /// Whether there is nothing to run and nothing to tell.
        boolean nothing() {
            return needsNone() && earned == 0 && lost == 0;
        }

        private boolean needsNone() {
            return wanted + spare + running == 0;
        }
    }

    /// What came of it.
    ///
    /// @param slots that this node has until its lease ends
    /// @param limit of all nodes
    /// @param slowStart whether no provider has been without room yet
    /// @param scarce whether the nodes want all of the limit, or more
    /// @param pauseNanos for how long the provider asked any node to be left alone
    /// @param leaseEnds by the caller's clock
    record Grant(int slots, double limit, boolean slowStart, boolean scarce, long pauseNanos, long leaseEnds) {}

    /// @param cap most lines that may ever run here, at least 1
    Slots(int cap) {
        this.cap = cap;
    }

    /// What may run here now.
    int current(long now) {
        if (now < resumeAt || now >= leaseEnds || slots == 0) {
            return 0;
        }
        return Math.max(1, (int) slots);
    }

    /// What all nodes may run together, as far as it is known here.
    int limit() {
        return (int) limit;
    }

    /// When something may run again, if the provider asked to be left alone.
    long resumesAt() {
        return resumeAt;
    }

    /// A line was answered.
    ///
    /// @param inFlight how many ran, it included
    void answered(int inFlight) {
        if (scarce && inFlight >= (int) slots) {
            earned = Math.min(mostEarned(), earned + (slowStart ? 1 : 1 / limit));
        }
    }

    /// A line ended that was expected to take so many tokens.
    void ended(long tokens) {
        endedLines++;
        endedTokens += tokens;
    }

    private double mostEarned() {
        return Math.max(0, Math.min(slowStart ? slots : 1, cap - slots));
    }

    /// The provider had no room.
    ///
    /// @param begunAt when the line that it refused was begun: those begun before the last decrease say nothing new
    /// @param wait how long it asked to be left alone, zero if it did not
    void overloaded(long now, long begunAt, Duration wait) {
        if (begunAt >= lastDecrease) {
            lost += slots * (1 - DECREASE);
            slots *= DECREASE;
            earned = 0;
            slowStart = false;
            lastDecrease = now;
        }
        resumeAt = Math.max(resumeAt, now + wait.toNanos());
    }

    /// Whether telling the others now, and not some seconds later, lets more lines run; asked when all slots are used.
    boolean worthTelling(long now) {
        if (now < resumeAt) {
            return false;
        }
        boolean roundOver = slowStart && earned > 0 && earned >= mostEarned();
        return now >= leaseEnds || (slots < cap && ((!scarce && satisfied) || roundOver));
    }

    /// What to tell the others. What was learnt with slots whose lease has ended says nothing of those that others have
    /// now.
    Wish wish(int wanted, int spare, int running, long now) {
        if (now >= leaseEnds) {
            slots = 0;
            earned = 0;
            lost = 0;
        }
        long pause = Math.max(0, resumeAt == Long.MIN_VALUE ? 0 : resumeAt - now);
        return new Wish(
                Math.min(cap, wanted),
                Math.min(cap, spare),
                running,
                cap,
                earned,
                lost,
                pause,
                endedLines,
                endedTokens);
    }

    /// The others know of a wish, and this came of it.
    void granted(Wish told, Grant grant, long now) {
        earned = Math.max(0, earned - told.earned());
        lost -= told.lost();
        endedLines -= told.ended();
        endedTokens -= told.tokens();
        slots = Math.max(0, grant.slots() - lost);
        limit = grant.limit();
        slowStart = grant.slowStart() && lost == 0;
        scarce = grant.scarce();
        satisfied = grant.slots() >= Math.min(cap, told.wanted() + told.spare());
        leaseEnds = told.needsNone() ? Long.MIN_VALUE : grant.leaseEnds();
        resumeAt = Math.max(resumeAt, now + grant.pauseNanos());
    }
}
