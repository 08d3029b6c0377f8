package ai.doubleword.batch;

import ai.doubleword.batch.files.BatchFiles;
import ai.doubleword.billing.Tariffs;
import ai.doubleword.blobs.BlobStore;
import ai.doubleword.gateway.Gateway;
import ai.doubleword.keys.KeyVerifier;
import ai.doubleword.models.RoutingTable;
import ai.doubleword.platform.AccountEvents;
import ai.doubleword.platform.Database;
import ai.doubleword.platform.Home;
import ai.doubleword.platform.Ids;
import ai.doubleword.platform.Shutdown;
import ai.doubleword.usage.UsageGroups;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.StartupEvent;
import io.vertx.core.Vertx;
import jakarta.annotation.Priority;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.Instance;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;

/// Makes the engine, sets it going when keys and routes are there, and stops it before the connections close.
@Singleton
final class BatchStart {
    private static final int AFTER_ROUTES = 3_000;

    private final Stores stores;
    private final BatchEngine engine;

    /// What the engine stores things in.
    @Singleton
    record Stores(
            Database database, BatchFiles files, BlobStore blobs, UsageGroups usage, Home home, AccountEvents events) {}

    /// What the engine runs things by.
    @Singleton
    record Models(
            Gateway gateway,
            KeyVerifier keys,
            RoutingTable routing,
            Tariffs tariffs,
            Vertx vertx,
            Instance<EndpointHandler> endpoints) {}

    /// Time and chance.
    @Singleton
    record Chance(Clock clock, Ids ids, SecureRandom random) {}

    BatchStart(
            Stores stores, Models models, Chance chance, BatchConfig config, Shutdown shutdown, MeterRegistry registry)
            throws IOException {
        this.stores = stores;
        this.engine = new BatchEngine(
                new BatchEngine.Stores(
                        stores.database(), stores.files(), stores.blobs(), stores.usage(), stores.events()),
                new BatchEngine.Models(
                        models.gateway(),
                        models.keys(),
                        models.routing(),
                        models.tariffs(),
                        models.vertx(),
                        models.endpoints()),
                new BatchEngine.Chance(chance.clock(), chance.ids(), chance.random()),
                config,
                node(stores.home().path(), chance.ids()));
        BatchMetrics.show(engine, registry);
        shutdown.register(Shutdown.Stage.WORK, "batches", engine::stop);
    }

    @Produces
    @Singleton
    Batches batches() {
        return engine.batches();
    }

    @Produces
    @Singleton
    SingleLines singles() {
        return engine.singles();
    }

    @Produces
    @Singleton
    SlotsPart slots() {
        return new SlotsPart(engine.slots());
    }

    @Produces
    @Singleton
    BatchReports reports() {
        return new BatchReports(stores.database());
    }

    @Produces
    @Singleton
    BatchResults results() {
        return new BatchResults(stores.database(), stores.files(), stores.blobs());
    }

    @Produces
    @Singleton
    BatchErrors errors() {
        return new BatchErrors(stores.database(), stores.blobs());
    }

    void start(@Observes @Priority(AFTER_ROUTES) StartupEvent event) {
        engine.start();
    }

    /// The name that this home's leases have, whatever process uses it.
    private static String node(Path home, Ids ids) throws IOException {
        Path file = home.resolve("node");
        if (!Files.exists(file)) {
            Files.writeString(file, Ids.format("node", ids.next()));
        }
        return Files.readString(file).strip();
    }
}
