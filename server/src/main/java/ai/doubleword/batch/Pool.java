package ai.doubleword.batch;

import ai.doubleword.batch.Turns.Turn;
import ai.doubleword.gateway.FlexRoom;
import ai.doubleword.platform.Tier;
import ai.doubleword.usage.UsageRecord;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// The lines of one model on this node, and the flex calls for it that are held here: whose is next, how many may run.
/// Realtime lines go first, and beside the limit of the others, up to the same cap. Of the rest: fair across accounts
/// in tokens, within an account held calls and flex lines first, then the batch with the least slack; batches that are
/// late have a share of their own ([RescueShare]); background lines only where no other waits, and one that has no
/// answer yet makes room for another that comes. Thread-safe: one short lock, nothing that blocks under it.
final class Pool {
    /// How often it looks which batches are late.
    private static final long LATE_LOOK_NANOS = 200_000_000;

    /// How often it looks whether a slow line is asked for once more.
    private static final Duration HEDGE_LOOK = Duration.ofSeconds(1);

    /// Has a line run; must return at once.
    interface Starter {
        void start(Pool pool, ChunkRun run, LineTry line);
    }

    private final int cap;
    private final Starter starter;
    private final Runnable more;
    private final Runnable askSlots;
    private final LongSupplier nanos;
    private final InstantSource clock;
    private final Slots slots;
    private final RetryBudget retries;
    private final Turns turns = new Turns();
    private final Siblings siblings;
    private final PoolRuns runs;
    private final AccountQueues<Held> held = new AccountQueues<>();
    private final ReentrantLock lock = new ReentrantLock();
    private final Deque<Spare> spare = new ArrayDeque<>();
    private final Set<Spare> preempted = new HashSet<>();
    private final Pace pace = new Pace();
    private final Hedges hedges = new Hedges();
    private int inFlight;
    private int realtime;
    private long lateLookAt = Long.MIN_VALUE;
    private long rescued;
    private boolean wantsMore = true;
    private boolean stopped;

    /// A background line under way.
    private record Spare(ChunkRun run, int place) {}

    /// @param cap most lines at once
    /// @param more is run, under the lock, once each time that fewer lines wait than may run at once
    /// @param askSlots is run, under the lock, when the other nodes should be told [#wish], or asked about [#tails]
    /// @param nanos for spans of time
    /// @param clock for the ends of windows
    Pool(int cap, Starter starter, Runnable more, Runnable askSlots, LongSupplier nanos, InstantSource clock) {
        this.cap = cap;
        this.starter = starter;
        this.more = more;
        this.askSlots = askSlots;
        this.nanos = nanos;
        this.clock = clock;
        this.slots = new Slots(cap);
        this.siblings = new Siblings(nanos);
        this.runs = new PoolRuns(siblings);
        this.retries = new RetryBudget(nanos.getAsLong());
    }

    /// A call whose connection is held while it waits; in everything else a flex line.
    private final class Held implements FlexRoom.Place {
        private final long account;
        private final long tokens;
        private final Runnable granted;
        private final long askedAt;
        private boolean running;
        private boolean over;

        Held(long account, long tokens, Runnable granted, long askedAt) {
            this.account = account;
            this.tokens = tokens;
            this.granted = granted;
            this.askedAt = askedAt;
        }

        @Override
        public void answered(long used) {
            end(() -> {
                slots.answered(inFlight - realtime);
                slots.ended(tokens);
                pace.ended(tokens);
                turns.charge(Turn.PLANNED, account, used - tokens);
            });
        }

        @Override
        public void left() {
            end(() -> {});
        }

        @Override
        public void overloaded(Duration wait) {
            end(() -> noRoom(askedAt, wait));
        }

        private void end(Runnable first) {
            locked(() -> {
                if (over) {
                    return;
                }
                over = true;
                if (running) {
                    first.run();
                    inFlight--;
                    paced();
                } else {
                    held.remove(account, this);
                }
            });
            dispatch();
        }
    }

    private void locked(Runnable work) {
        lock.lock();
        try {
            work.run();
        } finally {
            lock.unlock();
        }
    }

    private <T> T locked(Supplier<T> work) {
        lock.lock();
        try {
            return work.get();
        } finally {
            lock.unlock();
        }
    }

    /// Has a call wait for room among the lines.
    ///
    /// @param granted is run under the lock
    FlexRoom.Place hold(long account, long tokens, Runnable granted) {
        Held call = new Held(account, tokens, granted, nanos.getAsLong());
        locked(() -> held.add(account, call));
        dispatch();
        return call;
    }

    void add(ChunkRun run) {
        locked(() -> {
            runs.add(run);
            wantsMore = runs.lines() < cap;
            lateLookAt = Long.MIN_VALUE;
        });
        dispatch();
    }

    void remove(ChunkRun run) {
        locked(() -> runs.remove(run));
    }

    /// Learns what waits of its batches that no node has taken yet.
    void elsewhere(PoolRuns.Elsewhere waiting) {
        locked(() -> runs.elsewhere(waiting));
    }

    /// How many lines of an account wait to be begun here that are as urgent as this, or more.
    int waiting(long account, Urgency than) {
        return locked(() -> runs.waiting(account, than, tokensPerSecond()));
    }

    /// Tokens a second that the model is expected to give; 0 where that is not known yet.
    double speed() {
        return locked(this::tokensPerSecond);
    }

    /// What of it one account more would get.
    double share(long account) {
        return locked(() -> tokensPerSecond() / turns.sharing(account));
    }

    private double tokensPerSecond() {
        return pace.tokensPerSecond(nanos.getAsLong());
    }

    /// How the pool stands, for those who watch it.
    ///
    /// @param late batches that are late
    /// @param rescued lines that were begun for that since the start
    /// @param hedged lines that were asked for once more since then
    record Standing(int late, long rescued, long hedged) {
        static final Standing NOTHING = new Standing(0, 0, 0);

        Standing plus(Standing other) {
            return new Standing(late + other.late, rescued + other.rescued, hedged + other.hedged);
        }
    }

    Standing standing() {
        return locked(() -> new Standing(runs.lateBatches(), rescued, hedges.taken()));
    }

    /// Lines that end each second while some run; 0 where that is not known yet.
    double pace() {
        return locked(() -> pace.linesPerSecond(nanos.getAsLong()));
    }

    int chunks() {
        return locked(runs::count);
    }

    int inFlight() {
        return locked(() -> inFlight);
    }

    /// Begins what may begin.
    void dispatch() {
        locked(() -> {
            siblings.look();
            while (!stopped && beginNext()) {
                // One after the other, as long as there is room.
            }
        });
    }

    /// @return whether anything was begun
    private boolean beginNext() {
        lookWhatIsLate();
        turns.meet(runs, held.accounts());
        if (realtime < cap && begin(next(Turn.REALTIME), Turn.REALTIME)) {
            return true;
        }
        long now = nanos.getAsLong();
        int room = slots.current(now);
        if (inFlight - realtime >= room) {
            if (room > 0) {
                preempt();
            }
            if ((runs.lines() > 0 || !held.isEmpty()) && slots.worthTelling(now)) {
                askSlots.run();
            }
            return false;
        }
        ChunkRun late = next(Turn.LATE);
        if (turns.lateNext(late != null) && begin(late, Turn.LATE)) {
            return true;
        }
        double speed = tokensPerSecond();
        OptionalLong account =
                turns.next(Turn.PLANNED, id -> held.has(id) || runs.next(id, Turn.PLANNED, speed) != null);
        if (account.isEmpty()) {
            return begin(next(Turn.SPARE), Turn.SPARE);
        }
        if (!held.has(account.getAsLong())) {
            return begin(runs.next(account.getAsLong(), Turn.PLANNED, speed), Turn.PLANNED);
        }
        begin(held.take(account.getAsLong()));
        return true;
    }

    private @Nullable ChunkRun next(Turn turn) {
        double speed = tokensPerSecond();
        OptionalLong account = turns.next(turn, id -> runs.next(id, turn, speed) != null);
        return account.isEmpty() ? null : runs.next(account.getAsLong(), turn, speed);
    }

    private void lookWhatIsLate() {
        long now = nanos.getAsLong();
        if (now >= lateLookAt) {
            lateLookAt = now + LATE_LOOK_NANOS;
            double all = tokensPerSecond();
            runs.lookWhatIsLate(all / turns.sharing(), all, clock.millis());
        }
    }

    /// Has one background line make room where more wait than have been made room for. Of several the one that was
    /// begun last, which loses the least.
    private void preempt() {
        if (!spare.isEmpty() && plannedWait(preempted.size())) {
            Spare last = spare.removeLast();
            preempted.add(last);
            last.run().preempt(last.place());
        }
    }

    /// Whether more than so many wait of what goes before background.
    private boolean plannedWait(int than) {
        int calls = held.count();
        return calls > than || runs.waiting(Turn.PLANNED, than - calls + 1) > than - calls;
    }

    private void begin(Held call) {
        call.running = true;
        turns.charge(Turn.PLANNED, call.account, call.tokens);
        inFlight++;
        paced();
        call.granted.run();
    }

    private boolean begin(@Nullable ChunkRun run, Turn turn) {
        if (run == null) {
            return false;
        }
        LineTry line = runs.take(run);
        if (runs.lines() < cap && !wantsMore) {
            wantsMore = true;
            more.run();
        }
        if (turn == Turn.LATE) {
            run.rescued().add(line.place());
            rescued++;
        }
        turns.charge(turn, run.batch().account(), run.requests().tokens(line.place()));
        run.taken();
        hedges.called();
        inFlight++;
        paced();
        realtime += turn == Turn.REALTIME ? 1 : 0;
        if (turn == Turn.SPARE) {
            spare.addLast(new Spare(run, line.place()));
        }
        starter.start(this, run, line);
        return true;
    }

    /// As what a line under way was begun.
    private static Turn turn(ChunkRun run, LineTry line) {
        return run.rescued().contains(line.place()) ? Turn.LATE : Turn.of(run);
    }

    private void paced() {
        long now = nanos.getAsLong();
        pace.running(inFlight, inFlight - realtime >= slots.current(now), now);
    }

    /// Nothing is begun any more.
    void stop() {
        locked(() -> stopped = true);
    }

    /// A line was answered.
    ///
    /// @param tokens that it took
    void answered(ChunkRun run, LineTry line, long tokens) {
        locked(() -> {
            slots.answered(inFlight - realtime);
            long expected = run.requests().tokens(line.place());
            pace.ended(expected);
            if (Turn.of(run) != Turn.REALTIME) {
                slots.ended(expected);
            }
            turns.charge(turn(run, line), run.batch().account(), tokens - expected);
        });
    }

    /// How long to wait for a line before asking whether it is asked for once more.
    Duration untilSlow(long waitedNanos) {
        return locked(() -> {
            long left = hedges.slowAfter() - waitedNanos;
            return left > 0 ? Duration.ofNanos(left) : HEDGE_LOOK;
        });
    }

    /// Whether to ask for a line of a batch once more; only into room that nobody else has a use for.
    boolean beginHedge(ChunkRun run, long waitedNanos) {
        return locked(() -> {
            boolean room = !stopped && inFlight - realtime < slots.current(nanos.getAsLong());
            if (!room
                    || run.batch().tier() != Tier.BATCH
                    || !runs.has(run)
                    || run.standing() != ChunkRun.Standing.RUNS) {
                return false;
            }
            if (runs.tailUnknown(run)) {
                askSlots.run();
            }
            if (!hedges.take(waitedNanos, runs.done(run), runs.slack(run, tokensPerSecond(), clock.millis()))) {
                return false;
            }
            inFlight++;
            paced();
            return true;
        });
    }

    /// Batches of which it matters how many lines are open elsewhere: near their end, as far as this node's chunks say.
    Set<Long> tails() {
        return locked(() -> runs.tails());
    }

    /// Learns how many lines of those have no result that are not in chunks of this pool.
    void openElsewhere(Map<Long, Long> lines) {
        locked(() -> runs.openElsewhere(lines));
    }

    /// Of two calls for a line one is left.
    void endHedge() {
        locked(() -> {
            inFlight--;
            paced();
        });
    }

    /// The answer to a line begins: those that begin alike need not wait for it any more.
    ///
    /// @param waitedNanos since the line was asked for
    void answering(ChunkRun run, int place, long waitedNanos) {
        boolean others = locked(() -> {
            hedges.answered(waitedNanos);
            return siblings.over(run, place);
        });
        if (others) {
            dispatch();
        }
    }

    /// What an answered line used.
    void used(ChunkRun run, LineTry line, UsageRecord usage) {
        locked(() -> {
            retries.succeeded(usage.target());
            siblings.answered(run, line, usage);
        });
    }

    /// The provider had no room.
    void overloaded(long begunAt, Duration wait) {
        locked(() -> noRoom(begunAt, wait));
    }

    private void noRoom(long begunAt, Duration wait) {
        slots.overloaded(nanos.getAsLong(), begunAt, wait);
        askSlots.run();
    }

    /// What this pool could run, and what it has learnt of its provider.
    Slots.Wish wish() {
        return locked(() -> {
            int planned = inFlight - realtime - spare.size() + held.count() + runs.waiting(Turn.PLANNED, cap);
            int background = spare.size() + runs.waiting(Turn.SPARE, cap);
            return slots.wish(planned, background, inFlight - realtime, nanos.getAsLong());
        });
    }

    /// What came of a wish; begins what may begin now.
    void granted(Slots.Wish told, Slots.Grant grant) {
        locked(() -> slots.granted(told, grant, nanos.getAsLong()));
        dispatch();
    }

    /// How much of a pool's limit is used here.
    ///
    /// @param running lines that run, realtime apart
    /// @param slots in which they may
    /// @param limit of all nodes, as far as it is known here
    record Use(int running, int slots, int limit) {}

    Use use() {
        return locked(() -> new Use(inFlight - realtime, slots.current(nanos.getAsLong()), slots.limit()));
    }

    /// Whether a line may be tried again now, as far as tries again of what failed at a target go.
    boolean mayRetry(long target) {
        return locked(() -> retries.tryTake(target, nanos.getAsLong()));
    }

    /// A line no longer runs; what it leaves free is given to the next by [#dispatch].
    void leave(ChunkRun run, LineTry line) {
        locked(() -> {
            inFlight--;
            paced();
            siblings.over(run, line.place());
            run.rescued().remove(line.place());
            realtime -= Turn.of(run) == Turn.REALTIME ? 1 : 0;
            if (Turn.of(run) == Turn.SPARE) {
                Spare over = new Spare(run, line.place());
                spare.remove(over);
                preempted.remove(over);
            }
        });
    }

    /// A line waits again, before those that have not been tried.
    void putBack(ChunkRun run, LineTry line) {
        locked(() -> {
            if (run.withdrawn(line.place())) {
                run.dropped();
            } else if (runs.has(run)) {
                runs.putBack(run, line);
            }
        });
    }

    /// A line is not wanted any more: if it waits here, it does so no longer.
    void withdraw(ChunkRun run, int place) {
        locked(() -> {
            run.withdraw(place);
            if (runs.drop(run, place)) {
                run.dropped();
            }
        });
    }

    /// Nanoseconds until something may be begun, if a provider asked to be left alone; 0 if it did not.
    long pausedFor() {
        return locked(() -> {
            long now = nanos.getAsLong();
            return slots.current(now) > 0 ? 0 : Math.max(0, slots.resumesAt() - now);
        });
    }
}
