package ai.doubleword.batch;

import ai.doubleword.gateway.FlexRoom;
import ai.doubleword.platform.Tier;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// The lines of one model on this node, and the flex calls for it that are held here: whose is next, how many may run.
/// Realtime lines go first, and beside the limit of the others, up to the same cap. Of the rest: fair across accounts
/// in tokens, within an account held calls and flex lines first, then the chunk whose window ends first; background
/// lines only where no other waits, and one that has no answer yet makes room for another that comes. Thread-safe: one
/// short lock, nothing that blocks under it.
final class Pool {
    private static final double EQUAL = 1;
    private static final Comparator<ChunkRun> MOST_URGENT = Comparator.comparing(
                    (ChunkRun run) -> run.batch().tier())
            .thenComparing(
                    (ChunkRun run) -> run.batch().times().expires(), Comparator.nullsLast(Comparator.naturalOrder()))
            .thenComparingLong(run -> run.batch().id())
            .thenComparingInt(run -> run.claimed().key().no());

    /// Has a line run; must return at once.
    interface Starter {
        void start(Pool pool, ChunkRun run, LineTry line);
    }

    private final int cap;
    private final Starter starter;
    private final Runnable more;
    private final LongSupplier nanos;
    private final AdaptiveLimit limit;
    private final RetryBudget retries;
    private final FairQueue queue = new FairQueue();
    private final Map<Long, List<ChunkRun>> runs = new HashMap<>();
    private final Map<Long, Deque<Held>> held = new HashMap<>();
    private final ReentrantLock lock = new ReentrantLock();
    private final Deque<Spare> spare = new ArrayDeque<>();
    private final Set<Spare> preempted = new HashSet<>();
    private final Pace pace = new Pace();
    private int inFlight;
    private int realtime;
    private int waiting;
    private boolean wantsMore = true;
    private boolean stopped;

    /// A background line under way.
    private record Spare(ChunkRun run, int place) {}

    /// @param cap most lines at once
    /// @param more is run, under the lock, once each time that fewer lines wait than may run at once
    Pool(int cap, Starter starter, Runnable more, LongSupplier nanos) {
        this.cap = cap;
        this.starter = starter;
        this.more = more;
        this.nanos = nanos;
        this.limit = new AdaptiveLimit(cap);
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
                limit.answered(inFlight - realtime);
                queue.charge(account, used - tokens);
            });
        }

        @Override
        public void left() {
            end(() -> {});
        }

        @Override
        public void overloaded(Duration wait) {
            end(() -> limit.overloaded(nanos.getAsLong(), askedAt, wait));
        }

        private void end(Runnable first) {
            lock.lock();
            try {
                if (over) {
                    return;
                }
                over = true;
                if (running) {
                    first.run();
                    pace.running(--inFlight, nanos.getAsLong());
                    pace.ended();
                } else {
                    Deque<Held> own = held.getOrDefault(account, new ArrayDeque<>());
                    own.remove(this);
                    if (own.isEmpty()) {
                        held.remove(account);
                    }
                }
            } finally {
                lock.unlock();
            }
            dispatch();
        }
    }

    /// Has a call wait for room among the lines.
    ///
    /// @param granted is run under the lock
    FlexRoom.Place hold(long account, long tokens, Runnable granted) {
        Held call = new Held(account, tokens, granted, nanos.getAsLong());
        lock.lock();
        try {
            held.computeIfAbsent(account, absent -> new ArrayDeque<>()).add(call);
        } finally {
            lock.unlock();
        }
        dispatch();
        return call;
    }

    void add(ChunkRun run) {
        lock.lock();
        try {
            runs.computeIfAbsent(run.batch().account(), account -> new ArrayList<>())
                    .add(run);
            waiting += run.waiting().size();
            wantsMore = waiting < cap;
        } finally {
            lock.unlock();
        }
        dispatch();
    }

    void remove(ChunkRun run) {
        lock.lock();
        try {
            long account = run.batch().account();
            List<ChunkRun> own = runs.get(account);
            if (own == null || !own.remove(run)) {
                return;
            }
            waiting -= run.waiting().size();
            run.waiting().clear();
            if (own.isEmpty()) {
                runs.remove(account);
                if (!held.containsKey(account)) {
                    queue.leave(account);
                }
            }
        } finally {
            lock.unlock();
        }
    }

    /// How many lines of an account wait to be begun here that are at least as urgent as a tier.
    int waiting(long account, Tier tier) {
        lock.lock();
        try {
            return runs.getOrDefault(account, List.of()).stream()
                    .filter(run -> run.standing() == ChunkRun.Standing.RUNS
                            && run.batch().tier().compareTo(tier) <= 0)
                    .mapToInt(run -> run.waiting().size())
                    .sum();
        } finally {
            lock.unlock();
        }
    }

    /// Lines that end each second while some run; 0 where that is not known yet.
    double pace() {
        lock.lock();
        try {
            return pace.linesPerSecond(nanos.getAsLong());
        } finally {
            lock.unlock();
        }
    }

    int chunks() {
        lock.lock();
        try {
            return runs.values().stream().mapToInt(List::size).sum();
        } finally {
            lock.unlock();
        }
    }

    int inFlight() {
        lock.lock();
        try {
            return inFlight;
        } finally {
            lock.unlock();
        }
    }

    /// Begins what may begin.
    void dispatch() {
        lock.lock();
        try {
            while (!stopped && beginNext()) {
                // One after the other, as long as there is room.
            }
        } finally {
            lock.unlock();
        }
    }

    /// @return whether anything was begun
    private boolean beginNext() {
        joinOrLeave();
        if (realtime < cap && begin(next(Pool::isRealtime))) {
            return true;
        }
        int room = limit.current(nanos.getAsLong());
        if (inFlight - realtime >= room) {
            if (room > 0) {
                preempt();
            }
            return false;
        }
        OptionalLong account = queue.next(id -> held.containsKey(id) || mostUrgent(id, Pool::isPlanned) != null);
        if (account.isEmpty()) {
            return begin(next(Pool::isSpare));
        }
        Deque<Held> calls = held.get(account.getAsLong());
        if (calls == null) {
            return begin(mostUrgent(account.getAsLong(), Pool::isPlanned));
        }
        begin(calls, account.getAsLong());
        return true;
    }

    /// Has one background line make room where more wait than have been made room for. Of several the one that was
    /// begun
    /// last, which loses the least.
    private void preempt() {
        if (!spare.isEmpty() && plannedWait(preempted.size())) {
            Spare last = spare.removeLast();
            preempted.add(last);
            last.run().preempt(last.place());
        }
    }

    /// Whether more than so many wait of what goes before background.
    private boolean plannedWait(int than) {
        int count = 0;
        for (Deque<Held> calls : held.values()) {
            count += calls.size();
        }
        for (List<ChunkRun> own : runs.values()) {
            for (ChunkRun run : own) {
                count += startable(run) && isPlanned(run) ? run.waiting().size() : 0;
                if (count > than) {
                    return true;
                }
            }
        }
        return count > than;
    }

    private void begin(Deque<Held> calls, long account) {
        Held call = calls.remove();
        if (calls.isEmpty()) {
            held.remove(account);
        }
        call.running = true;
        queue.charge(account, call.tokens);
        pace.running(++inFlight, nanos.getAsLong());
        call.granted.run();
    }

    private boolean begin(@Nullable ChunkRun run) {
        if (run == null) {
            return false;
        }
        LineTry line = run.waiting().remove();
        waiting--;
        if (waiting < cap && !wantsMore) {
            wantsMore = true;
            more.run();
        }
        queue.charge(run.batch().account(), run.requests().tokens(line.place()));
        run.taken();
        pace.running(++inFlight, nanos.getAsLong());
        realtime += isRealtime(run) ? 1 : 0;
        if (isSpare(run)) {
            spare.addLast(new Spare(run, line.place()));
        }
        starter.start(this, run, line);
        return true;
    }

    /// Nothing is begun any more.
    void stop() {
        lock.lock();
        try {
            stopped = true;
        } finally {
            lock.unlock();
        }
    }

    /// A line was answered.
    ///
    /// @param tokens that it took
    void answered(ChunkRun run, LineTry line, long tokens) {
        lock.lock();
        try {
            limit.answered(inFlight - realtime);
            retries.succeeded();
            pace.ended();
            queue.charge(run.batch().account(), tokens - run.requests().tokens(line.place()));
        } finally {
            lock.unlock();
        }
    }

    /// The provider had no room.
    void overloaded(long begunAt, Duration wait) {
        lock.lock();
        try {
            limit.overloaded(nanos.getAsLong(), begunAt, wait);
        } finally {
            lock.unlock();
        }
    }

    /// Whether a line may be tried again now, as far as tries again go.
    boolean mayRetry() {
        lock.lock();
        try {
            return retries.tryTake(nanos.getAsLong());
        } finally {
            lock.unlock();
        }
    }

    /// A line no longer runs; what it leaves free is given to the next by [#dispatch].
    void leave(ChunkRun run, LineTry line) {
        lock.lock();
        try {
            pace.running(--inFlight, nanos.getAsLong());
            realtime -= isRealtime(run) ? 1 : 0;
            if (isSpare(run)) {
                Spare over = new Spare(run, line.place());
                spare.remove(over);
                preempted.remove(over);
            }
        } finally {
            lock.unlock();
        }
    }

    /// A line waits again, before those that have not been tried.
    void putBack(ChunkRun run, LineTry line) {
        lock.lock();
        try {
            if (run.withdrawn(line.place())) {
                run.dropped();
            } else if (has(run)) {
                run.waiting().addFirst(line);
                waiting++;
            }
        } finally {
            lock.unlock();
        }
    }

    private boolean has(ChunkRun run) {
        return runs.getOrDefault(run.batch().account(), List.of()).contains(run);
    }

    /// A line is not wanted any more: if it waits here, it does so no longer.
    void withdraw(ChunkRun run, int place) {
        lock.lock();
        try {
            run.withdraw(place);
            if (run.waiting().removeIf(line -> line.place() == place)) {
                run.dropped();
                waiting -= has(run) ? 1 : 0;
            }
        } finally {
            lock.unlock();
        }
    }

    /// Nanoseconds until something may be begun, if a provider asked to be left alone; 0 if it did not.
    long pausedFor() {
        lock.lock();
        try {
            long now = nanos.getAsLong();
            return limit.current(now) > 0 ? 0 : Math.max(0, limit.resumesAt() - now);
        } finally {
            lock.unlock();
        }
    }

    private void joinOrLeave() {
        runs.forEach((account, own) -> {
            if (held.containsKey(account) || own.stream().anyMatch(Pool::startable)) {
                queue.join(account, EQUAL);
            } else {
                queue.leave(account);
            }
        });
        held.keySet().forEach(account -> queue.join(account, EQUAL));
    }

    private @Nullable ChunkRun next(Predicate<ChunkRun> wanted) {
        OptionalLong account = queue.next(id -> mostUrgent(id, wanted) != null);
        return account.isEmpty() ? null : mostUrgent(account.getAsLong(), wanted);
    }

    private @Nullable ChunkRun mostUrgent(long account, Predicate<ChunkRun> wanted) {
        return runs.getOrDefault(account, List.of()).stream()
                .filter(run -> startable(run) && wanted.test(run))
                .min(MOST_URGENT)
                .orElse(null);
    }

    private static boolean startable(ChunkRun run) {
        return run.standing() == ChunkRun.Standing.RUNS && !run.waiting().isEmpty();
    }

    private static boolean isRealtime(ChunkRun run) {
        return run.batch().tier() == Tier.REALTIME;
    }

    /// Flex and batch, which share what realtime leaves.
    private static boolean isPlanned(ChunkRun run) {
        return !isRealtime(run) && !isSpare(run);
    }

    private static boolean isSpare(ChunkRun run) {
        return run.batch().tier() == Tier.BACKGROUND;
    }
}
