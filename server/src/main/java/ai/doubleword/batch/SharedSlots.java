package ai.doubleword.batch;

import ai.doubleword.platform.Database;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import org.jboss.logging.Logger;
import org.jdbi.v3.core.Handle;

/// Leases the slots of this node's pools: tells in the database what they want and have learnt, and gives them
/// what [SlotSharing] leaves them. One small transaction every three seconds while lines run, every second while
/// there are too few slots, at once where a pool [asks][#soon]; none while nothing runs. Where batches near their
/// end here, one statement more says what of them is open on other nodes. A node that is silent for
/// [SlotStore#LEASE] has no slots any more, there and here. One thread of its own; thread-safe.
final class SharedSlots {
    private static final Logger LOG = Logger.getLogger(SharedSlots.class);
    private static final Duration RENEWAL = Duration.ofSeconds(3);
    private static final Duration WHILE_SCARCE = Duration.ofSeconds(1);

    /// Between two transactions, however often pools ask.
    private static final Duration GAP = Duration.ofMillis(20);

    private final Database database;
    private final String node;
    private final Map<String, Pool> pools = new ConcurrentHashMap<>();
    private final Semaphore asked = new Semaphore(0);
    private final Thread thread =
            Thread.ofPlatform().daemon().name("batch-slots").unstarted(this::run);
    private volatile boolean stopping;

    // The thread's own.
    private final Set<String> holding = new HashSet<>();
    private boolean failing;

    /// @param node as which it holds slots
    SharedSlots(Database database, String node) {
        this.database = database;
        this.node = node;
    }

    /// A pool is to have slots.
    void add(String model, Pool pool) {
        pools.put(model, pool);
    }

    /// How much is used here of each pool's limit, where anything is.
    SortedMap<String, Pool.Use> uses() {
        SortedMap<String, Pool.Use> uses = new TreeMap<>();
        pools.forEach((model, pool) -> {
            Pool.Use use = pool.use();
            if (use.running() + use.slots() > 0) {
                uses.put(model, use);
            }
        });
        return uses;
    }

    /// A pool could use more slots, or must tell that it has fewer. Returns at once.
    void soon() {
        if (asked.availablePermits() == 0) {
            asked.release();
        }
    }

    void start() {
        thread.start();
    }

    /// Gives all slots back; lines should not run any more.
    void stop() {
        stopping = true;
        soon();
        try {
            thread.join(SlotStore.LEASE);
            database.engine().useHandle(handle -> SlotStore.leave(handle, node));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException e) {
            LOG.warnf("Slots could not be given back, and end with their lease: %s", e.getMessage());
        }
    }

    private void run() {
        Duration wait = RENEWAL;
        while (!stopping) {
            try {
                var _ = asked.tryAcquire(wait.toNanos(), TimeUnit.NANOSECONDS);
                wait = exchange() ? WHILE_SCARCE : RENEWAL;
                failing = false;
            } catch (InterruptedException e) {
                return;
            } catch (RuntimeException | Error e) {
                // The driver throws errors too, and without this thread no line would ever be begun again.
                wait = WHILE_SCARCE;
                LOG.logf(
                        failing ? Logger.Level.DEBUG : Logger.Level.WARN,
                        "Slots cannot be leased, and lines wait, until the database can be used: %s",
                        e.getMessage());
                failing = true;
            }
            LockSupport.parkNanos(GAP.toNanos());
        }
    }

    /// @return whether any pool wants more than there is
    private boolean exchange() {
        Map<String, Asked> asks = new TreeMap<>();
        pools.forEach((model, pool) -> {
            Slots.Wish wish = pool.wish();
            if (!wish.nothing() || holding.contains(model)) {
                asks.put(model, new Asked(model, pool, wish));
            }
        });
        if (asks.isEmpty()) {
            return false;
        }
        // The lease here begins before the one there, and so ends before it.
        long leaseEnds = System.nanoTime() + SlotStore.LEASE.toNanos();
        List<Decided> all = database.engine().inTransaction(handle -> decide(handle, asks));
        boolean scarce = false;
        for (Decided one : all) {
            SlotSharing.Decision decision = one.decision();
            if (decision.held() > 0) {
                holding.add(one.asked().model());
            } else {
                holding.remove(one.asked().model());
            }
            one.asked()
                    .pool()
                    .granted(
                            one.asked().wish(),
                            new Slots.Grant(
                                    decision.slots(),
                                    decision.limit().lines(),
                                    decision.limit().slowStart(),
                                    decision.scarce(),
                                    one.pauseNanos(),
                                    leaseEnds));
            scarce |= decision.scarce();
        }
        lookAtTails(asks.values());
        return scarce;
    }

    private void lookAtTails(Collection<Asked> asks) {
        List<SlotStore.Tail> tails = new ArrayList<>();
        for (Asked asked : asks) {
            asked.pool().tails().forEach(batch -> tails.add(new SlotStore.Tail(asked.model(), batch)));
        }
        if (tails.isEmpty()) {
            return;
        }
        Map<SlotStore.Tail, Long> open =
                database.engine().withHandle(handle -> SlotStore.openElsewhere(handle, tails, node));
        for (Asked asked : asks) {
            asked.pool()
                    .openElsewhere(tails.stream()
                            .filter(tail -> tail.model().equals(asked.model()))
                            .collect(Collectors.toMap(SlotStore.Tail::batch, tail -> open.getOrDefault(tail, 0L))));
        }
    }

    private record Asked(String model, Pool pool, Slots.Wish wish) {}

    private record Decided(Asked asked, SlotSharing.Decision decision, long pauseNanos) {}

    private List<Decided> decide(Handle handle, Map<String, Asked> asks) {
        Set<String> models = asks.keySet();
        Map<String, SlotStore.Locked> limits = SlotStore.lock(handle, models);
        if (limits.size() < models.size()) {
            SlotStore.begin(handle, models);
            limits = SlotStore.lock(handle, models);
        }
        Map<String, List<SlotStore.Held>> others =
                SlotStore.others(handle, models, node).stream().collect(Collectors.groupingBy(SlotStore.Held::model));
        List<Decided> decided = new ArrayList<>();
        List<SlotStore.Held> held = new ArrayList<>();
        List<String> idle = new ArrayList<>();
        for (Asked asked : asks.values()) {
            String model = asked.model();
            Slots.Wish wish = asked.wish();
            SlotStore.Locked before = Objects.requireNonNull(limits.get(model), model);
            List<SlotStore.Held> there = others.getOrDefault(model, List.of());
            SlotSharing.Decision decision = SlotSharing.decide(
                    before.limit(), there.stream().map(SlotStore.Held::holder).toList(), node, wish, before.turn());
            decided.add(new Decided(asked, decision, before.pauseNanos()));
            SlotStore.learn(
                    handle,
                    new SlotStore.Learnt(
                            model,
                            decision.limit(),
                            wish.pauseNanos(),
                            decision.held() > 0 || !there.isEmpty(),
                            decision.scarce(),
                            before.throughput().and(wish.ended(), wish.tokens(), before.seconds(), before.scarce())));
            SlotSharing.Holder self = new SlotSharing.Holder(node, wish.wanted(), wish.spare(), decision.held());
            if (self.wanted() + self.spare() + self.held() == 0) {
                idle.add(model);
            } else {
                held.add(new SlotStore.Held(model, self));
            }
        }
        SlotStore.hold(handle, node, held);
        SlotStore.giveBack(handle, node, idle);
        return decided;
    }
}
