package ai.doubleword.payloads;

import ai.doubleword.platform.Database;
import ai.doubleword.platform.Shutdown;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.StartupEvent;
import io.vertx.core.buffer.Buffer;
import jakarta.annotation.Priority;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/// Where the data plane hands over what requests held. Handing over never blocks and never fails: while the store
/// does not keep up, payloads are let go and counted, for they are no usage. Which accounts want it is one look
/// into a set in memory, empty where none does; it is read anew every ten seconds, and asked again in the
/// transaction that keeps one.
///
/// [#wants] and [#offer] may be called on any thread; one thread of its own writes.
@Singleton
public final class Payloads {
    /// The most that is kept of a body, and of an answer.
    public static final int LARGEST = 1 << 20;

    private static final Logger LOG = Logger.getLogger(Payloads.class);
    private static final int AFTER_MIGRATIONS = 3_000;
    private static final int ROOM = 32 << 20;
    private static final int GROUP = 500;
    private static final Duration LOOK = Duration.ofSeconds(10);
    private static final Duration LINGER = Duration.ofMillis(50);

    /// Wakes the writer so that it ends.
    private static final Payload END = new Payload(0, 0, Buffer.buffer(), false, Buffer.buffer(), false);

    private final Database database;
    private final PayloadWriter writer;
    private final Counter lost;
    private final LinkedBlockingQueue<Payload> queue = new LinkedBlockingQueue<>();
    private final AtomicInteger queued = new AtomicInteger();
    private final Thread thread = Thread.ofVirtual().name("payloads").unstarted(this::run);
    private volatile Set<Long> keeping = Set.of();
    private volatile boolean stopping;

    Payloads(Database database, PayloadWriter writer, MeterRegistry meters, Shutdown shutdown) {
        this.database = database;
        this.writer = writer;
        this.lost = Counter.builder("doubleword.payloads.lost")
                .description("Payloads that were not kept because the store did not keep up")
                .register(meters);
        shutdown.register(Shutdown.Stage.WORK, "payloads", this::stop);
    }

    void start(@Observes @Priority(AFTER_MIGRATIONS) StartupEvent event) {
        thread.start();
    }

    /// Whether an account wants what its requests hold to be kept.
    public boolean wants(long account) {
        return keeping.contains(account);
    }

    /// Takes a payload; of a body or answer over [#LARGEST] the beginning.
    ///
    /// @param answeredCut whether the answer was longer than what is handed over
    public void offer(long request, long account, Buffer asked, Buffer answered, boolean answeredCut) {
        boolean cut = asked.length() > LARGEST;
        Payload payload =
                new Payload(request, account, cut ? asked.getBuffer(0, LARGEST) : asked, cut, answered, answeredCut);
        if (queued.addAndGet(payload.bytes()) > ROOM) {
            queued.addAndGet(-payload.bytes());
            lost.increment();
            return;
        }
        queue.add(payload);
    }

    private void run() {
        List<Payload> group = new ArrayList<>();
        look();
        long next = System.nanoTime() + LOOK.toNanos();
        while (!stopping || !queue.isEmpty()) {
            try {
                Payload first = queue.poll(Math.max(1, next - System.nanoTime()), TimeUnit.NANOSECONDS);
                if (first != null && !ends(first)) {
                    gather(first, group);
                    write(group);
                }
            } catch (InterruptedException e) {
                return;
            }
            if (System.nanoTime() - next >= 0) {
                look();
                next = System.nanoTime() + LOOK.toNanos();
            }
        }
    }

    private void gather(Payload first, List<Payload> group) throws InterruptedException {
        group.add(first);
        long until = System.nanoTime() + LINGER.toNanos();
        while (group.size() < GROUP && !stopping) {
            @Nullable Payload more = queue.poll(Math.max(0, until - System.nanoTime()), TimeUnit.NANOSECONDS);
            if (more == null || ends(more)) {
                return;
            }
            group.add(more);
        }
    }

    private static boolean ends(Payload payload) {
        return payload.request() == END.request();
    }

    private void write(List<Payload> group) {
        try {
            writer.write(group);
        } catch (Exception e) {
            lost.increment(group.size());
            LOG.warnf("Payloads of %d requests could not be kept: %s", group.size(), e.getMessage());
        } finally {
            queued.addAndGet(-group.stream().mapToInt(Payload::bytes).sum());
            group.clear();
        }
    }

    /// Reads anew who wants payloads kept.
    void look() {
        try {
            keeping = Set.copyOf(database.engine().withHandle(PayloadStore::keeping));
        } catch (RuntimeException e) {
            LOG.debugf("Payloads wait for the database: %s", e.getMessage());
        }
    }

    private void stop() throws InterruptedException {
        stopping = true;
        queue.add(END);
        thread.join(Duration.ofSeconds(5));
    }
}
