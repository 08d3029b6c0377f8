package ai.doubleword.webhooks;

import ai.doubleword.platform.Shutdown;
import io.quarkus.runtime.StartupEvent;
import jakarta.annotation.Priority;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.jboss.logging.Logger;

/// Sends what is due from this node: at once when something happens here, when a pause ends, and every
/// `webhooks.poll` for what other nodes left. Each endpoint has a few deliveries under way at most, so a slow one keeps
/// none of the others waiting. One thread looks, each delivery has a virtual one of its own.
@Singleton
final class Dispatcher implements EventOutbox.Wake {
    private static final Logger LOG = Logger.getLogger(Dispatcher.class);
    private static final int AFTER_MIGRATIONS = 3_000;
    private static final int AT_ONCE = 256;
    private static final double JITTER = 0.2;
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private final Courier courier;
    private final WebhooksConfig config;
    private final Clock clock;
    private final Semaphore wake = new Semaphore(0);
    private final Map<Long, Integer> under = new HashMap<>();
    private final ExecutorService senders = Executors.newVirtualThreadPerTaskExecutor();
    private final Thread thread = Thread.ofVirtual().name("webhook-dispatcher").unstarted(this::run);
    private volatile boolean stopping;

    Dispatcher(Courier courier, WebhooksConfig config, Clock clock, Shutdown shutdown) {
        this.courier = courier;
        this.config = config;
        this.clock = clock;
        shutdown.register(Shutdown.Stage.WORK, "webhooks", this::stop);
    }

    void start(@Observes @Priority(AFTER_MIGRATIONS) StartupEvent event) {
        thread.start();
    }

    @Override
    public void wake() {
        wake.release();
    }

    private void run() {
        try {
            while (!stopping) {
                wake.drainPermits();
                boolean took = takeDue();
                if (!took && !stopping) {
                    boolean woken = wake.tryAcquire(pause().toNanos(), TimeUnit.NANOSECONDS);
                    LOG.tracef("Webhooks are looked at again; woken: %s", woken);
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /// @return whether there was something
    private boolean takeDue() {
        try {
            int room;
            Set<Long> busy;
            synchronized (under) {
                room = AT_ONCE
                        - under.values().stream().mapToInt(Integer::intValue).sum();
                busy = under.entrySet().stream()
                        .filter(entry -> entry.getValue() >= Courier.EACH)
                        .map(Map.Entry::getKey)
                        .collect(Collectors.toSet());
            }
            List<DeliveryStore.Due> due = room > 0 ? courier.take(busy, room) : List.of();
            due.forEach(this::begin);
            return !due.isEmpty();
        } catch (RuntimeException | Error e) {
            // The driver throws errors too, and without this thread nothing would be sent any more.
            LOG.debugf("Webhooks wait for the database: %s", e.getMessage());
            return false;
        }
    }

    private void begin(DeliveryStore.Due due) {
        synchronized (under) {
            under.merge(due.endpoint(), 1, Integer::sum);
        }
        senders.execute(() -> {
            try {
                courier.note(courier.send(due));
            } catch (InterruptedException e) {
                // The server stops: another node sends it again when the lease has ended.
                Thread.currentThread().interrupt();
            } catch (RuntimeException e) {
                LOG.warnf(e, "A webhook's delivery could not be noted; it is sent again");
            } finally {
                synchronized (under) {
                    under.computeIfPresent(due.endpoint(), (id, count) -> count > 1 ? count - 1 : null);
                }
                wake();
            }
        });
    }

    private Duration pause() {
        Duration poll = config.poll().plusMillis((long)
                (config.poll().toMillis() * JITTER * ThreadLocalRandom.current().nextDouble()));
        try {
            Instant now = clock.instant();
            // What is due already is of busy endpoints: the end of one of their deliveries wakes us.
            return courier.next()
                    .filter(next -> next.isAfter(now))
                    .map(next -> Duration.between(now, next).plusMillis(1))
                    .filter(until -> until.compareTo(poll) < 0)
                    .orElse(poll);
        } catch (RuntimeException | Error e) {
            LOG.debugf("Webhooks wait for the database: %s", e.getMessage());
            return poll;
        }
    }

    private void stop() throws InterruptedException {
        stopping = true;
        wake();
        thread.join(PATIENCE);
        senders.shutdown();
        if (!senders.awaitTermination(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
            senders.shutdownNow();
        }
    }
}
