package ai.doubleword.usage;

import ai.doubleword.platform.Database;
import ai.doubleword.platform.Home;
import ai.doubleword.platform.Shutdown;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.StartupEvent;
import io.quarkus.scheduler.Scheduled;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import org.jboss.logging.Logger;
import org.jdbi.v3.core.JdbiException;

/// Opens the journal, sets the drain going, keeps the days of the request log, and stops them in order: what runs has
/// ended by then, so the journal is written out, forced, and drained for as long as [#DRAIN_AT_STOP] allows.
@Singleton
final class UsageStart {
    private static final Logger LOG = Logger.getLogger(UsageStart.class);
    private static final Duration DRAIN_AT_STOP = Duration.ofSeconds(5);
    private static final Duration SILENCE = Duration.ofSeconds(30);

    private final Journal journal;
    private final Partitions partitions;
    private final Drain drain;
    private final MeterRegistry metrics;

    UsageStart(
            UsageConfig config,
            Home home,
            Database database,
            Shutdown shutdown,
            Clock clock,
            SecureRandom random,
            MeterRegistry metrics)
            throws IOException {
        this.journal = new Journal(
                home.path().resolve("journal"), config.journal().maxBytes(), config.durability(), clock, random);
        this.partitions = new Partitions(
                new PartitionStore(database.engine()), clock, config.retention(), config.rollupRetention());
        this.drain = new Drain(journal, () -> database.dedicatedConnection(SILENCE), partitions);
        this.metrics = metrics;
        shutdown.register(Shutdown.Stage.JOURNAL, "usage journal", () -> {
            journal.close();
            drain.finish(DRAIN_AT_STOP);
        });
    }

    @Produces
    @Singleton
    Journal journal() {
        return journal;
    }

    @Produces
    @Singleton
    UsageGroups groups() {
        return new UsageGroups(partitions);
    }

    @Produces
    @Singleton
    Drain drain() {
        return drain;
    }

    void start(@Observes StartupEvent event) {
        partitions.makeAhead();
        drain.start();
        Gauge.builder("doubleword.journal.bytes", () -> journal.space().taken())
                .description("Bytes of usage that wait for PostgreSQL, reservations of running requests included")
                .register(metrics);
        Gauge.builder("doubleword.journal.lag.seconds", () -> drain.lag().toMillis() / 1000.0)
                .description("For how long usage has been waiting for PostgreSQL")
                .register(metrics);
        FunctionCounter.builder("doubleword.usage.rows", drain, Drain::rows)
                .description("Rows of usage that PostgreSQL has, since the start")
                .register(metrics);
        FunctionCounter.builder("doubleword.drain.failures", drain, Drain::failures)
                .description("Times the drain had to begin again")
                .register(metrics);
    }

    @Scheduled(every = "1h", delayed = "5m", concurrentExecution = Scheduled.ConcurrentExecution.SKIP)
    @RunOnVirtualThread
    void keepDays() {
        try {
            partitions.makeAhead();
            partitions.dropOld();
        } catch (JdbiException e) {
            LOG.warnf(e, "The days of the request log could not be kept; the next try is in an hour");
        }
    }
}
