package ai.doubleword.keys;

import ai.doubleword.platform.Database;
import ai.doubleword.platform.MasterKey;
import ai.doubleword.platform.Shutdown;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.StartupEvent;
import io.quarkus.scheduler.Scheduled;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.sql.SQLException;
import java.time.Clock;
import org.jboss.logging.Logger;

/// Makes the key ring, loads it before the first request, and does its housekeeping.
@Singleton
final class KeyRingStart {
    private static final Logger LOG = Logger.getLogger(KeyRingStart.class);

    private final RingFeed feed;

    KeyRingStart(
            Database database,
            Peppers peppers,
            Clock clock,
            KeysConfig config,
            MeterRegistry metrics,
            Shutdown shutdown) {
        this.feed = new RingFeed(database, database::dedicatedConnection, peppers, clock, config, metrics);
        shutdown.register(Shutdown.Stage.WORK, "key ring", this::stop);
    }

    @Produces
    @Singleton
    KeyRing ring() {
        return feed.ring();
    }

    @Produces
    @Singleton
    RingFeed feed() {
        return feed;
    }

    void start(@Observes StartupEvent event) throws SQLException {
        feed.start();
        LOG.debugf("%d keys loaded", feed.ring().size());
    }

    @Scheduled(every = "30s", delayed = "30s")
    @RunOnVirtualThread
    void saveUses() {
        feed.saveUses();
    }

    @Scheduled(every = "1h", delayed = "1m")
    @RunOnVirtualThread
    void prune() {
        feed.prune();
    }

    private void stop() {
        feed.close();
        try {
            feed.saveUses();
        } catch (RuntimeException e) {
            LOG.warnf("The last uses of keys were not written down: %s", e.getMessage());
        }
    }

    /// Peppers by the master key.
    @Singleton
    static final class PepperBean {
        @Produces
        @Singleton
        Peppers peppers(MasterKey key) {
            return new Peppers(key::derive);
        }
    }
}
