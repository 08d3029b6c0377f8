package ai.doubleword.batch;

import ai.doubleword.gateway.FlexRoom;
import ai.doubleword.platform.Tier;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
import org.jboss.logging.Logger;

/// Gives the lines of waiting chunks to their models' pools, as many as these can use soon: from each account that has
/// some, so that the pools can be fair. Flex calls that are held get their room from the same pools. Works as soon as
/// it is told of something; polls, with jitter, only for what others made or left. One thread of its own; [#wake],
/// [#close], [#over], [#ask] and [#stop] may be called by any.
final class Scheduler implements FlexRoom {
    private static final Logger LOG = Logger.getLogger(Scheduler.class);
    private static final Duration HOUSEKEEPING = Duration.ofSeconds(2);
    private static final Duration RENEWAL = Duration.ofSeconds(3);
    private static final int MOST_KNOWN = 20_000;

    /// After a claim that did not get all it asked for.
    private static final Duration LOOK_AGAIN = Duration.ofMillis(50);

    /// Chunks that a pool holds leases of at most.
    private static final int MOST_CHUNKS = 512;

    /// Chunks claimed by one statement.
    private static final int MOST_CLAIMED = 256;

    private final Worker worker;
    private final Housekeeping housekeeping;
    private final ChunkSource source;
    private final Pool.Starter lines;
    private final SharedSlots slots;
    private final BatchConfig config;
    private final InstantSource clock;
    private final Map<String, Pool> pools = new ConcurrentHashMap<>();
    private final LinkedBlockingQueue<Event> events = new LinkedBlockingQueue<>();
    private final Thread thread =
            Thread.ofPlatform().daemon().name("batch-scheduler").unstarted(this::run);
    private final Thread renewer =
            Thread.ofPlatform().daemon().name("batch-leases").unstarted(this::renew);
    private final RandomGenerator jitter = ThreadLocalRandom.current();
    /// Batches that were closed since the last poll.
    private final Set<Long> closed = ConcurrentHashMap.newKeySet();
    private volatile boolean stopping;

    // The thread's own.
    private final ReadyChunks ready = new ReadyChunks();
    private final Set<Long> skipped = new HashSet<>();
    private long skippedAt;
    private boolean moreKnown;
    private long pollAt = System.nanoTime();
    private long housekeepingAt = System.nanoTime();

    /// What waits in the database.
    interface ChunkSource {
        List<ChunkStore.Ready> all(int limit);

        List<ChunkStore.Ready> of(Collection<Long> batches);
    }

    private sealed interface Event {
        /// A batch has chunks that wait.
        record Batch(long id) implements Event {}

        /// Pools may have room.
        record Recheck() implements Event {}
    }

    Scheduler(
            Worker worker,
            Housekeeping housekeeping,
            ChunkSource source,
            Pool.Starter lines,
            SharedSlots slots,
            BatchConfig config,
            InstantSource clock) {
        this.worker = worker;
        this.housekeeping = housekeeping;
        this.source = source;
        this.lines = lines;
        this.slots = slots;
        this.config = config;
        this.clock = clock;
    }

    void start() {
        thread.start();
        renewer.start();
    }

    /// A batch has chunks that wait.
    void wake(long batch) {
        closed.remove(batch);
        events.add(new Event.Batch(batch));
    }

    /// A batch is to end or to pause: what runs of it here ends first.
    void close(long batch) {
        closed.add(batch);
        worker.runs().stream().filter(run -> run.batch().id() == batch).forEach(run -> {
            run.close();
            letGo(run);
        });
    }

    /// A line of a pack is not wanted any more; it ends here if it waits or runs here.
    void withdraw(SingleLineStore.Place place) {
        worker.runs().stream()
                .filter(run -> run.batch().id() == place.pack())
                .forEach(run -> withdraw(run, place.place()));
    }

    private void withdraw(ChunkRun run, int place) {
        Pool pool = pools.get(run.claimed().model());
        if (pool == null) {
            run.withdraw(place);
        } else {
            pool.withdraw(run, place);
        }
        letGo(run);
    }

    /// Nothing is left to do of a chunk here.
    void over(ChunkRun run) {
        letGo(run);
        recheck();
    }

    private void recheck() {
        events.add(new Event.Recheck());
    }

    /// How many lines of a model end here each second, while some run; 0 where that is not known yet.
    double pace(String model) {
        Pool pool = pools.get(model);
        return pool == null ? 0 : pool.pace();
    }

    /// How all pools stand together.
    Pool.Standing standing() {
        return pools.values().stream().map(Pool::standing).reduce(Pool.Standing.NOTHING, Pool.Standing::plus);
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
            if (run.standing() == ChunkRun.Standing.CLOSING) {
                // Its batch may have been paused, and go on meanwhile.
                events.add(new Event.Batch(run.batch().id()));
            }
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
                    ready.add(batches.isEmpty() ? List.of() : source.of(batches));
                }
                ready.models().forEach(this::fill);
                pools.forEach((model, pool) -> pool.elsewhere((account, batch) -> ready.tokens(model, account, batch)));
            } catch (RuntimeException | Error e) {
                // The driver throws errors too, and without this thread no line would ever be begun again.
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
        // What is claimed from now on knows by itself: the database gives no chunk of a closed batch out.
        closed.clear();
        long interval = config.poll().toNanos();
        pollAt = now + interval + jitter.nextLong(interval / 4 + 1);
    }

    /// @return batches that somebody said have chunks that wait
    private Set<Long> await() {
        Set<Long> batches = new HashSet<>();
        try {
            long next = Math.min(pollAt, housekeepingAt);
            long wait = (skipped.isEmpty() ? next : Math.min(next, skippedAt)) - System.nanoTime();
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
        if (!skipped.isEmpty() && System.nanoTime() >= skippedAt) {
            batches.addAll(skipped);
            skipped.clear();
        }
        return batches;
    }

    private void fill(String model) {
        Pool pool = pool(model);
        List<ChunkStore.Ready> wanted = wanted(model, pool);
        if (wanted.isEmpty() || stopping) {
            return;
        }
        Worker.Claim claim =
                worker.claim(wanted.stream().map(ChunkStore.Ready::key).toList());
        for (ChunkRun run : claim.begun()) {
            // Claimed before its batch was closed, but not there yet when its runs were.
            if (closed.contains(run.batch().id())) {
                run.close();
                letGo(run);
            } else {
                pool.add(run);
            }
        }
        Set<ChunkStore.Key> missed =
                wanted.stream().map(ChunkStore.Ready::key).collect(Collectors.toCollection(HashSet::new));
        missed.removeAll(claim.leased());
        if (!missed.isEmpty()) {
            // Another node has them, or somebody holds their rows just now: the database knows.
            missed.forEach(key -> skipped.add(key.batch()));
            skippedAt = System.nanoTime() + LOOK_AGAIN.toNanos();
        }
    }

    /// What a pool can use soon.
    private List<ChunkStore.Ready> wanted(String model, Pool pool) {
        int room = Math.min(MOST_CLAIMED, MOST_CHUNKS - pool.chunks());
        double speed = pool.speed();
        List<ChunkStore.Ready> wanted = new ArrayList<>();
        for (long account : ready.accounts(model)) {
            // By tier, so that what waits here of one does not keep out what is more urgent; realtime and what is late
            // always have room.
            for (Tier tier : Tier.values()) {
                Optional<Urgency> first = ready.first(model, account, tier, speed);
                if (first.isEmpty()) {
                    continue;
                }
                int missing = config.concurrency() * 2 - pool.waiting(account, first.get());
                boolean always =
                        tier == Tier.REALTIME || ready.late(model, account, pool.share(account), clock.millis());
                if (missing > 0 && wanted.size() < (always ? MOST_CLAIMED : room)) {
                    wanted.addAll(ready.take(model, account, tier, missing, speed));
                }
            }
        }
        return wanted;
    }

    private Pool pool(String model) {
        return pools.computeIfAbsent(model, name -> {
            Pool pool = new Pool(config.concurrency(), lines, this::recheck, slots::soon, System::nanoTime, clock);
            slots.add(name, pool);
            return pool;
        });
    }

    @Override
    public Place ask(long account, String model, long tokens, Runnable granted) {
        return pool(model).hold(account, tokens, granted);
    }

    private void renew() {
        while (!stopping || !worker.runs().isEmpty()) {
            try {
                Thread.sleep(RENEWAL);
                worker.renew(this::withdraw);
                worker.runs().forEach(this::letGo);
                pools.values().forEach(Pool::dispatch);
            } catch (InterruptedException e) {
                return;
            } catch (RuntimeException | Error e) {
                LOG.warnf("Leases could not be renewed: %s", e.getMessage());
            }
        }
    }
}
