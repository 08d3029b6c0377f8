package ai.doubleword.batch;

import ai.doubleword.batch.files.BatchFiles;
import ai.doubleword.billing.Tariffs;
import ai.doubleword.blobs.BlobStore;
import ai.doubleword.gateway.Gateway;
import ai.doubleword.keys.KeyVerifier;
import ai.doubleword.models.RoutingTable;
import ai.doubleword.platform.AccountEvents;
import ai.doubleword.platform.ChangeFeed;
import ai.doubleword.platform.Database;
import ai.doubleword.platform.Ids;
import ai.doubleword.usage.UsageGroups;
import io.vertx.core.Vertx;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.random.RandomGenerator;

/// The parts of the engine, put together: orders come in by [#batches] and [#singles], lines run once it is
/// started.
final class BatchEngine {
    private static final Duration RUNS_END_WITHIN = Duration.ofSeconds(5);
    private static final Duration RECORDED_WITHIN = Duration.ofSeconds(5);
    private static final Duration ENDS_READ_EVERY = Duration.ofSeconds(1);

    private final Batches batches;
    private final Deadlines deadlines;
    private final SingleLines singles;
    private final PackIntake intake;
    private final LineWaits waits = new LineWaits();
    private final ChangeFeed endsElsewhere;
    private final SharedSlots slots;
    private final Scheduler scheduler;
    private final Recorder recorder;
    private final LineRunner lines;
    private final Gateway gateway;

    /// What it stores things in.
    record Stores(Database database, BatchFiles files, BlobStore blobs, UsageGroups usage, AccountEvents events) {}

    /// What it runs things by.
    ///
    /// @param endpoints that single lines may name beside the gateway's own
    record Models(
            Gateway gateway,
            KeyVerifier keys,
            RoutingTable routing,
            Tariffs tariffs,
            Vertx vertx,
            Iterable<EndpointHandler> endpoints) {}

    /// Time and chance.
    record Chance(Clock clock, Ids ids, RandomGenerator random) {}

    /// @param node the name that its leases have, whatever start of the server has them
    BatchEngine(Stores stores, Models models, Chance chance, BatchConfig config, String node) {
        Worker.Identity identity = new Worker.Identity(chance.ids().next(), node);
        Endpoints endpoints = new Endpoints(models.endpoints());
        BatchNews news = new BatchNews(stores.events(), endpoints);
        Endings endings = new Endings(stores.files(), news);
        this.gateway = models.gateway();
        Worker worker = new Worker(
                stores.database(),
                new Inputs(stores.files(), stores.blobs(), endpoints),
                models.tariffs(),
                endings,
                identity);
        this.recorder = new Recorder(
                stores.blobs(),
                new Recording(stores.database(), endings, news),
                chance.ids(),
                stores.usage().next(),
                identity.owner(),
                new Listening());
        this.lines = new LineRunner(
                models.gateway(),
                models.keys(),
                chance.ids(),
                new RetryPolicy(chance.random()),
                recorder,
                models.vertx());
        this.slots = new SharedSlots(stores.database(), identity.node());
        this.scheduler = new Scheduler(
                worker,
                new Housekeeping(
                        stores.database(),
                        endings,
                        new Expiry(stores.database(), endings, stores.files(), stores.blobs(), chance.ids()),
                        identity),
                new Waiting(stores.database()),
                lines,
                slots,
                config,
                chance.clock());
        this.deadlines = new Deadlines(
                Deadlines.Backlog.in(stores.database()),
                model -> throughput(stores.database(), model).measured(),
                chance.clock(),
                config.admission());
        this.batches = new Batches(
                stores.database(),
                stores.files(),
                stores.blobs(),
                new Batches.Pricing(models.routing(), models.tariffs(), chance.ids(), chance.clock(), deadlines),
                models.gateway(),
                new Ordered(stores.database(), scheduler, endings));
        this.intake =
                new PackIntake(stores.database(), stores.blobs(), chance.ids(), config.patience(), scheduler::wake);
        this.singles = new SingleLines(
                new SingleLines.Kept(stores.database(), stores.blobs(), identity.owner()),
                new SingleLines.Rules(models.gateway(), models.routing(), endpoints),
                intake,
                waits,
                new SingleLines.Ended(endings, scheduler::withdraw));
        this.endsElsewhere = new ChangeFeed(
                "single-lines",
                SingleLineStore.CHANNEL,
                ENDS_READ_EVERY,
                stores.database()::dedicatedConnection,
                waits,
                System::nanoTime);
    }

    private static Throughput throughput(Database database, String model) {
        return database.engine().withHandle(handle -> SlotStore.throughput(handle, model));
    }

    Batches batches() {
        return batches;
    }

    SingleLines singles() {
        return singles;
    }

    SharedSlots slots() {
        return slots;
    }

    /// How its pools stand.
    Pool.Standing standing() {
        return scheduler.standing();
    }

    /// What was ordered, by how sure its deadline was.
    Deadlines.Counts orders() {
        return deadlines.counts();
    }

    void start() {
        recorder.start();
        slots.start();
        scheduler.start();
        gateway.flexBy(scheduler);
        intake.start();
        try {
            endsElsewhere.start();
        } catch (SQLException e) {
            throw new IllegalStateException("PostgreSQL cannot be listened to", e);
        }
    }

    /// Nothing new is begun, what runs has some time to end, its results are recorded, and its leases are free for the
    /// next at once.
    void stop() {
        endsElsewhere.close();
        intake.stop(RECORDED_WITHIN);
        scheduler.stop(RUNS_END_WITHIN);
        slots.stop();
        recorder.finish(RECORDED_WITHIN);
        scheduler.releaseAll();
        lines.close();
    }

    private final class Listening implements Recorder.Listener {
        @Override
        public void over(ChunkRun run) {
            scheduler.over(run);
        }

        @Override
        public void recorded(Slice slice) {
            waits.ended(slice.chunk().batch(), slice.okLines().or(slice.failedLines()));
        }
    }

    private record Waiting(Database database) implements Scheduler.ChunkSource {
        @Override
        public List<ChunkStore.Ready> all(int limit) {
            return database.engine().withHandle(handle -> ChunkStore.ready(handle, limit));
        }

        @Override
        public List<ChunkStore.Ready> of(Collection<Long> batches) {
            return database.engine().withHandle(handle -> ChunkStore.readyOf(handle, batches));
        }
    }

    private record Ordered(Database database, Scheduler scheduler, Endings endings) implements Batches.Engine {
        @Override
        public void wake(long batch) {
            scheduler.wake(batch);
        }

        @Override
        public double pace(String model) {
            // Of all nodes, and known after a restart; here alone until it is written.
            double known = throughput(database, model).any().linesPerSecond();
            return known > 0 ? known : scheduler.pace(model);
        }

        @Override
        public void close(long batch) {
            scheduler.close(batch);
        }
    }
}
