package ai.doubleword.batch;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/// The lines of one model on this node: whose is next, how many may run. Fair across accounts in tokens, within an
/// account the chunk whose window ends first; background lines only where no other waits. Thread-safe: one short lock,
/// nothing that blocks under it.
final class Pool {
    private static final double EQUAL = 1;
    private static final Comparator<ChunkRun> MOST_URGENT = Comparator.comparing(
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
    private final ReentrantLock lock = new ReentrantLock();
    private int inFlight;
    private int waiting;
    private boolean wantsMore = true;
    private boolean stopped;

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
                queue.leave(account);
            }
        } finally {
            lock.unlock();
        }
    }

    /// How many lines of an account wait to be begun here.
    int waiting(long account) {
        lock.lock();
        try {
            return runs.getOrDefault(account, List.of()).stream()
                    .filter(run -> run.standing() == ChunkRun.Standing.RUNS)
                    .mapToInt(run -> run.waiting().size())
                    .sum();
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
            while (!stopped && inFlight < limit.current(nanos.getAsLong())) {
                ChunkRun run = next();
                if (run == null) {
                    return;
                }
                LineTry line = run.waiting().remove();
                waiting--;
                if (waiting < cap && !wantsMore) {
                    wantsMore = true;
                    more.run();
                }
                queue.charge(run.batch().account(), run.tokens(line.place()));
                run.taken();
                inFlight++;
                starter.start(this, run, line);
            }
        } finally {
            lock.unlock();
        }
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
            limit.answered(inFlight);
            retries.succeeded();
            queue.charge(run.batch().account(), tokens - run.tokens(line.place()));
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
    void leave() {
        lock.lock();
        try {
            inFlight--;
        } finally {
            lock.unlock();
        }
    }

    /// A line waits again, before those that have not been tried.
    void putBack(ChunkRun run, LineTry line) {
        lock.lock();
        try {
            if (runs.getOrDefault(run.batch().account(), List.of()).contains(run)) {
                run.waiting().addFirst(line);
                waiting++;
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

    private @Nullable ChunkRun next() {
        runs.forEach((account, own) -> {
            if (own.stream().anyMatch(Pool::startable)) {
                queue.join(account, EQUAL);
            } else {
                queue.leave(account);
            }
        });
        boolean urgent = runs.values().stream().flatMap(List::stream).anyMatch(run -> startable(run) && deadline(run));
        OptionalLong account = queue.next(id ->
                runs.getOrDefault(id, List.of()).stream().anyMatch(run -> startable(run) && urgent == deadline(run)));
        return account.isEmpty()
                ? null
                : runs.getOrDefault(account.getAsLong(), List.of()).stream()
                        .filter(Pool::startable)
                        .min(MOST_URGENT)
                        .orElse(null);
    }

    private static boolean startable(ChunkRun run) {
        return run.standing() == ChunkRun.Standing.RUNS && !run.waiting().isEmpty();
    }

    private static boolean deadline(ChunkRun run) {
        return run.batch().times().expires() != null;
    }
}
