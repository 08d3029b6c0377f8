package ai.doubleword.batch;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import org.jboss.logging.Logger;

/// Gives the lines of waiting chunks to their models' pools, as many as these can use soon: from each account that has
/// some, so that the pools can be fair. Works as soon as it is told of something; polls, with jitter, only for what
/// others made or left. One thread of its own; [#wake], [#close], [#over] and [#stop] may be called by any.
final class Scheduler {
    private static final Logger LOG = Logger.getLogger(Scheduler.class);
    private static final Duration HOUSEKEEPING = Duration.ofSeconds(2);
    private static final Duration RENEWAL = Duration.ofSeconds(3);
    private static final int MOST_KNOWN = 20_000;

    /// Chunks that a pool holds leases of at most.
    private static final int MOST_CHUNKS = 512;

    /// Chunks claimed by one statement.
    private static final int MOST_CLAIMED = 256;

    private final Worker worker;
    private final Housekeeping housekeeping;
    private final ChunkSource source;
    private final Pool.Starter lines;
    private final BatchConfig config;
    private final Map<String, Pool> pools = new ConcurrentHashMap<>();
    private final LinkedBlockingQueue<Event> events = new LinkedBlockingQueue<>();
    private final Thread thread =
            Thread.ofPlatform().daemon().name("batch-scheduler").unstarted(this::run);
    private final Thread renewer =
            Thread.ofPlatform().daemon().name("batch-leases").unstarted(this::renew);
    private final RandomGenerator jitter = ThreadLocalRandom.current();
    private volatile boolean stopping;

    // The thread's own.
    private final ReadyChunks ready = new ReadyChunks();
    private boolean moreKnown;
    private long pollAt = System.nanoTime();
    private long housekeepingAt = System.nanoTime();

    /// What waits in the database.
    interface ChunkSource {
        List<ChunkStore.Ready> all(int limit);

        List<ChunkStore.Ready> of(long batch);
    }

    private sealed interface Event {
        /// A batch has chunks that wait.
        record Batch(long id) implements Event {}

        /// Pools may have room.
        record Recheck() implements Event {}
    }

    Scheduler(Worker worker, Housekeeping housekeeping, ChunkSource source, Pool.Starter lines, BatchConfig config) {
        this.worker = worker;
        this.housekeeping = housekeeping;
        this.source = source;
        this.lines = lines;
        this.config = config;
    }

    void start() {
        thread.start();
        renewer.start();
    }

    /// A batch has chunks that wait.
    void wake(long batch) {
        events.add(new Event.Batch(batch));
    }

    /// A batch is to end: what runs of it here ends first.
    void close(long batch) {
        worker.runs().stream().filter(run -> run.batch().id() == batch).forEach(run -> {
            run.close();
            letGo(run);
        });
    }

    /// Nothing is left to do of a chunk here.
    void over(ChunkRun run) {
        letGo(run);
        recheck();
    }

    private void recheck() {
        events.add(new Event.Recheck());
    }

    /// How many lines run here.
    int inFlight() {
        return pools.values().stream().mapToInt(Pool::inFlight).sum();
    }

    /// Begins nothing any more, and waits for what runs.
    void stop(Duration limit) {
        stopping = true;
        pools.values().forEach(Pool::stop);
        worker.runs().forEach(ChunkRun::close);
        events.add(new Event.Recheck());
        long end = System.nanoTime() + limit.toNanos();
        while (inFlight() > 0 && System.nanoTime() < end) {
            java.util.concurrent.locks.LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(5));
        }
    }

    /// Gives back what leases are left.
    void releaseAll() {
        for (ChunkRun run : List.copyOf(worker.runs())) {
            run.lose();
            letGo(run);
        }
    }

    private void letGo(ChunkRun run) {
        if (!run.over()) {
            return;
        }
        Pool pool = pools.get(run.claimed().model());
        if (pool != null) {
            pool.remove(run);
        }
        try {
            worker.release(run);
        } catch (RuntimeException e) {
            LOG.warnf("A lease could not be given back, and ends by itself: %s", e.getMessage());
        }
    }

    private void run() {
        while (!stopping) {
            try {
                Set<Long> batches = await();
                long now = System.nanoTime();
                if (now >= housekeepingAt) {
                    housekeepingAt = now + HOUSEKEEPING.toNanos();
                    batches.addAll(housekeeping.run());
                }
                if (now >= pollAt || (moreKnown && ready.isEmpty())) {
                    poll(now);
                } else {
                    batches.forEach(batch -> ready.add(source.of(batch)));
                }
                ready.models().forEach(this::fill);
            } catch (RuntimeException e) {
                LOG.warnf("Batches wait, for the database cannot be used: %s", e.getMessage());
                LOG.debug("The scheduler begins again", e);
                pollAt = System.nanoTime() + TimeUnit.SECONDS.toNanos(1);
            }
        }
    }

    private void poll(long now) {
        List<ChunkStore.Ready> all = source.all(MOST_KNOWN);
        moreKnown = all.size() == MOST_KNOWN;
        ready.replace(all);
        long interval = config.poll().toNanos();
        pollAt = now + interval + jitter.nextLong(interval / 4 + 1);
    }

    /// @return batches that somebody said have chunks that wait
    private Set<Long> await() {
        Set<Long> batches = new HashSet<>();
        try {
            long wait = Math.min(pollAt, housekeepingAt) - System.nanoTime();
            Event event = events.poll(Math.max(0, wait), TimeUnit.NANOSECONDS);
            while (event != null) {
                if (event instanceof Event.Batch(long id)) {
                    batches.add(id);
                }
                event = events.poll();
            }
        } catch (InterruptedException e) {
            throw new IllegalStateException("nobody interrupts the scheduler", e);
        }
        return batches;
    }

    private void fill(String model) {
        Pool pool = pools.computeIfAbsent(
                model, name -> new Pool(config.concurrency(), lines, this::recheck, System::nanoTime));
        int room = Math.min(MOST_CLAIMED, MOST_CHUNKS - pool.chunks());
        List<ChunkStore.Ready> wanted = new ArrayList<>();
        for (long account : ready.accounts(model)) {
            int missing = config.concurrency() * 2 - pool.waiting(account);
            if (missing > 0 && wanted.size() < room) {
                wanted.addAll(ready.take(model, account, missing));
            }
        }
        if (wanted.isEmpty() || stopping) {
            return;
        }
        worker.claim(wanted.stream().map(ChunkStore.Ready::key).toList()).forEach(pool::add);
    }

    private void renew() {
        while (!stopping || !worker.runs().isEmpty()) {
            try {
                Thread.sleep(RENEWAL);
                worker.renew();
                worker.runs().forEach(this::letGo);
                pools.values().forEach(Pool::dispatch);
            } catch (InterruptedException e) {
                return;
            } catch (RuntimeException e) {
                LOG.warnf("Leases could not be renewed: %s", e.getMessage());
            }
        }
    }
}
