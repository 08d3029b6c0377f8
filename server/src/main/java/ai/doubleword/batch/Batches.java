package ai.doubleword.batch;

import ai.doubleword.batch.files.BatchFile;
import ai.doubleword.batch.files.BatchFiles;
import ai.doubleword.batch.files.BatchPrice;
import ai.doubleword.batch.files.CompletionWindow;
import ai.doubleword.batch.files.FilePurpose;
import ai.doubleword.billing.ModelTariff;
import ai.doubleword.billing.Tariffs;
import ai.doubleword.blobs.BlobName;
import ai.doubleword.blobs.BlobStore;
import ai.doubleword.gateway.Gateway;
import ai.doubleword.keys.Principal;
import ai.doubleword.models.Model;
import ai.doubleword.models.RoutingTable;
import ai.doubleword.platform.Database;
import ai.doubleword.platform.ErrorCode;
import ai.doubleword.platform.Ids;
import ai.doubleword.platform.Problem;
import ai.doubleword.platform.ProblemException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.jboss.logging.Logger;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/// Batches as their users order, see, cancel and retry them. Each method is one account's; blocks; thread-safe.
final class Batches {
    private static final Logger LOG = Logger.getLogger(Batches.class);
    private static final Duration SAME_ORDER = Duration.ofMinutes(10);

    private final Database database;
    private final BatchFiles files;
    private final BlobStore blobs;
    private final Pricing pricing;
    private final Gateway gateway;
    private final Engine engine;

    /// What an order is priced by, and made of.
    record Pricing(RoutingTable routing, Tariffs tariffs, Ids ids, Clock clock) {}

    /// Who hears of what changed.
    interface Engine {
        /// A batch has chunks that wait.
        void wake(long batch);

        /// A batch is to end.
        void close(long batch);

        Endings endings();
    }

    Batches(Database database, BatchFiles files, BlobStore blobs, Pricing pricing, Gateway gateway, Engine engine) {
        this.database = database;
        this.files = files;
        this.blobs = blobs;
        this.pricing = pricing;
        this.gateway = gateway;
        this.engine = engine;
    }

    /// What somebody orders.
    ///
    /// @param inputFile as written
    /// @param endpoint as written
    /// @param again whether a client sends it again without knowing what became of the first
    record Wanted(
            String inputFile,
            String endpoint,
            CompletionWindow window,
            Map<String, String> metadata,
            boolean inlineErrors,
            boolean again) {}

    /// Takes an order; its lines may begin when this returns.
    ///
    /// @throws ProblemException if the file cannot be used, or the key may not have a model of it run
    Batch create(Principal key, Wanted wanted) {
        BatchFile file = files.find(key, wanted.inputFile())
                .orElseThrow(() -> new ProblemException(new Problem(
                        ErrorCode.NOT_FOUND,
                        "There is no input file '" + wanted.inputFile() + "'; upload one with purpose `batch`.",
                        "input_file_id",
                        null)));
        Map<String, Long> prices = prices(key, file, wanted.window());
        List<ChunkStore.Priced> chunks = plan(file).stream()
                .map(chunk -> new ChunkStore.Priced(chunk, prices.getOrDefault(chunk.model(), 0L)))
                .toList();
        Batch batch = database.inAccount(key.account(), handle -> insert(handle, key, wanted, file, chunks));
        engine.wake(batch.id());
        return batch;
    }

    private Batch insert(Handle handle, Principal key, Wanted wanted, BatchFile file, List<ChunkStore.Priced> chunks) {
        BatchStore.lockOrders(
                handle,
                String.join(
                        "\n",
                        key.keyId(),
                        Long.toString(file.id()),
                        wanted.endpoint(),
                        wanted.window().text()));
        Instant since = pricing.clock().instant().minus(SAME_ORDER);
        Optional<Batch> same = wanted.again()
                ? BatchStore.findSame(
                        handle,
                        key.keyId(),
                        file.id(),
                        wanted.endpoint(),
                        wanted.window().text(),
                        since)
                : Optional.empty();
        if (same.isPresent()) {
            return same.get();
        }
        if (!files.use(handle, key.account(), file.id())) {
            throw new ProblemException(
                    Problem.ofParam(ErrorCode.NOT_FOUND, "input_file_id", "The input file has just been deleted."));
        }
        long id = pricing.ids().next();
        Batch batch = new Batch(
                id,
                key.account(),
                key.keyId(),
                key.family(),
                key.member(),
                file.id(),
                wanted.endpoint(),
                wanted.window().text(),
                wanted.window().tier(),
                pricing.ids().next(),
                pricing.ids().next(),
                wanted.inlineErrors(),
                wanted.metadata(),
                file.lines(),
                0,
                0,
                BatchStatus.IN_PROGRESS,
                new Batch.Times(pricing.clock().instant(), null, null, null, null, null, null, null, null));
        BatchStore.insert(
                handle, batch, wanted.window().length().map(Duration::toSeconds).orElse(0L));
        ChunkStore.insert(handle, id, 0, chunks);
        String name = Ids.format(Batch.PREFIX, id);
        files.addOutput(handle, batch.outputFile(), id, file, FilePurpose.BATCH_OUTPUT, name + "_output.jsonl");
        files.addOutput(handle, batch.errorFile(), id, file, FilePurpose.BATCH_ERROR, name + "_errors.jsonl");
        return BatchStore.find(handle, key.account(), 0, id).orElseThrow();
    }

    private List<PlannedChunk> plan(BatchFile file) {
        try {
            Planner planner = new Planner();
            int[] position = {0};
            InputLines.open(blobs, file).index().forEach(entry -> planner.add(position[0]++, entry));
            return planner.chunks();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// Ids of the tariffs by the names of models, once the key may have all of them run.
    private Map<String, Long> prices(Principal key, BatchFile file, CompletionWindow window) {
        Map<String, Long> models = new HashMap<>();
        for (BatchFile.ModelLines lines : file.models()) {
            gateway.refusal(key, Endpoints.dialect(lines.endpoint()), lines.model(), window.tier())
                    .ifPresent(problem -> {
                        throw new ProblemException(problem);
                    });
            Model model = pricing.routing().current().model(lines.model());
            if (model != null) {
                models.put(lines.model(), model.id());
            }
        }
        List<ModelTariff> tariffs =
                database.engine().withHandle(handle -> pricing.tariffs().inForceAndLater(handle, models.values()));
        Instant now = pricing.clock().instant();
        Map<String, Long> prices = new HashMap<>();
        models.forEach((name, id) -> prices.put(
                name,
                BatchPrice.choose(
                                tariffs.stream()
                                        .filter(price -> price.model() == id)
                                        .toList(),
                                window,
                                now)
                        .id()));
        return prices;
    }

    /// A batch that a key sees.
    ///
    /// @param id as written: `batch_…` or bare
    /// @throws ProblemException `not_found` if there is none, or it is another's
    Batch get(Principal key, String id) {
        long member = files.sight(key);
        return database.inAccount(key.account(), handle -> find(handle, key.account(), member, id));
    }

    private static Batch find(Handle handle, long account, long member, String id) {
        OptionalLong parsed = Ids.parse(Batch.PREFIX, id);
        return (parsed.isPresent()
                        ? BatchStore.find(handle, account, member, parsed.getAsLong())
                        : Optional.<Batch>empty())
                .orElseThrow(() -> new ProblemException(ErrorCode.NOT_FOUND, "There is no batch '" + id + "'."));
    }

    /// A page of batches.
    ///
    /// @param more whether others follow
    record Page(List<Batch> batches, boolean more) {}

    /// Batches, the newest first.
    ///
    /// @param after id of the one before the page; null for the first page
    Page list(Principal key, @Nullable String after, boolean activeFirst, int limit) {
        long member = files.sight(key);
        return database.inAccount(key.account(), handle -> {
            Batch before = after == null ? null : find(handle, key.account(), member, after);
            List<Batch> found = BatchStore.page(handle, key.account(), member, before, activeFirst, limit + 1);
            return new Page(found.subList(0, Math.min(limit, found.size())), found.size() > limit);
        });
    }

    /// Ends a batch early: no line is begun any more, those under way end and count. One that has ended stays as it is.
    Batch cancel(Principal key, String id) {
        long batch = get(key, id).id();
        database.engine().useTransaction(handle -> engine.endings().cancel(handle, batch));
        engine.close(batch);
        return get(key, id);
    }

    /// Does again what failed or was not done; answers stay. Under a window that begins now.
    ///
    /// @throws ProblemException `invalid_value` if the batch still runs, or there is nothing to do again
    Batch retry(Principal key, String id) {
        Batch batch = get(key, id);
        database.engine().useTransaction(handle -> reopen(handle, batch));
        engine.wake(batch.id());
        return get(key, id);
    }

    /// Deletes a batch that has ended, with what it wrote; what it used stays in usage.
    ///
    /// @throws ProblemException `invalid_value` if it still runs
    Batch delete(Principal key, String id) {
        Batch batch = get(key, id);
        List<BlobName> written = database.engine().inTransaction(handle -> {
            if (BatchStore.lock(handle, batch.id()).isPresent()
                    && !BatchStore.status(handle, batch.id()).ended()) {
                throw refused("The batch still runs; cancel it first, or wait.");
            }
            List<BlobName> own = SegmentStore.blobs(handle, batch.id());
            files.deleteOutputs(handle, batch.account(), batch.id());
            BatchStore.delete(handle, batch.id());
            return own;
        });
        for (BlobName blob : written) {
            sweep(blob);
        }
        return batch;
    }

    /// A blob that holds slices of other batches goes with the last of them.
    private void sweep(BlobName blob) {
        if (database.engine().withHandle(handle -> SegmentStore.uses(handle, blob))) {
            return;
        }
        try {
            blobs.delete(blob);
        } catch (IOException e) {
            LOG.warnf("Results of a deleted batch could not be removed: %s", e.getMessage());
        }
    }

    private void reopen(Handle handle, Batch batch) {
        int next = BatchStore.lock(handle, batch.id()).orElseThrow();
        if (!BatchStore.status(handle, batch.id()).ended()) {
            throw refused("The batch still runs; cancel it first, or wait.");
        }
        if (!files.hold(handle, batch.account(), batch.outputFile())) {
            throw refused("The results of this batch are deleted or expired, so it cannot be retried; order it again.");
        }
        List<ChunkStore.Priced> again = new ArrayList<>();
        int failures = 0;
        int last = 0;
        for (ChunkStore.Whole chunk : ChunkStore.all(handle, batch.id())) {
            LineBits bad = chunk.chunk().bad();
            LineBits open = LineBits.all(chunk.chunk().lines())
                    .without(chunk.chunk().done())
                    .or(bad);
            last = chunk.chunk().no();
            if (open.count() > 0) {
                failures += bad.count();
                again.add(new ChunkStore.Priced(rest(chunk, open), chunk.tariff()));
                ChunkStore.settle(
                        handle,
                        new ChunkStore.Key(batch.id(), last),
                        chunk.chunk().lines());
            }
        }
        BatchFile file = files.find(batch.account(), batch.inputFile()).orElse(null);
        if (again.isEmpty()) {
            throw refused("There is nothing to retry: no line failed.");
        }
        if (file == null || !files.use(handle, batch.account(), batch.inputFile())) {
            throw refused("The batch cannot be retried, for its input file was deleted.");
        }
        ChunkStore.insert(handle, batch.id(), last + 1, again);
        BatchStore.forgetFailures(handle, batch.id(), failures);
        long errors = pricing.ids().next();
        files.addOutput(
                handle,
                errors,
                batch.id(),
                file,
                FilePurpose.BATCH_ERROR,
                Ids.format(Batch.PREFIX, batch.id()) + "_errors.jsonl");
        BatchStore.addErrorFile(handle, batch.id(), next, errors);
        BatchStore.reopen(
                handle,
                batch.id(),
                errors,
                CompletionWindow.parse(batch.window())
                        .length()
                        .map(Duration::toSeconds)
                        .orElse(0L));
    }

    private static PlannedChunk rest(ChunkStore.Whole chunk, LineBits open) {
        int[] lines = new int[open.count()];
        int filled = 0;
        for (int place = 0; place < chunk.lines().length; place++) {
            if (open.has(place)) {
                lines[filled++] = chunk.lines()[place];
            }
        }
        long tokens = chunk.tokens() * lines.length / Math.max(1, chunk.lines().length);
        return new PlannedChunk(chunk.model(), chunk.prefix(), tokens, Arrays.copyOf(lines, filled));
    }

    private static ProblemException refused(String message) {
        return new ProblemException(ErrorCode.INVALID_VALUE, message);
    }
}
