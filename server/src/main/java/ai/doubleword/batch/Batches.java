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
import java.util.Collection;
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
    record Pricing(RoutingTable routing, Tariffs tariffs, Ids ids, Clock clock, Deadlines deadlines) {}

    /// What an order comes to.
    private record Plan(BatchFile file, List<ChunkStore.Priced> chunks, Outlook outlook) {}

    /// Who hears of what changed.
    interface Engine {
        /// A batch has chunks that wait.
        void wake(long batch);

        /// A batch is to end.
        void close(long batch);

        Endings endings();

        /// How many lines of a model end each second, while some run; 0 where that is not known yet.
        double pace(String model);
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
    /// @param outputLife how long what it writes is kept from its end on; zero for as long as all files
    /// @param again whether a client sends it again without knowing what became of the first
    record Wanted(
            String inputFile,
            String endpoint,
            CompletionWindow window,
            Map<String, String> metadata,
            boolean inlineErrors,
            Duration outputLife,
            boolean again) {}

    /// Takes an order; its lines may begin when this returns.
    ///
    /// @throws ProblemException if the file cannot be used, or the key may not have a model of it run; or
    ///     `deadline_infeasible`, where the operator wants that
    Batch create(Principal key, Wanted wanted) {
        Ordered ordered = database.inAccount(key.account(), handle -> order(handle, key, wanted));
        Batch batch = ordered.batch();
        ordered.tokens().ifPresent(tokens -> pricing.deadlines().ordered(batch, tokens));
        engine.wake(batch.id());
        return batch;
    }

    /// @param tokens that it is expected to take, by model; nothing if it was ordered before
    private record Ordered(Batch batch, Optional<Map<String, Long>> tokens) {}

    private Ordered order(Handle handle, Principal key, Wanted wanted) {
        // Orders of one file are one after the other from here on: a twin waits, then finds the first one's batch.
        BatchFile file = files.take(handle, key, wanted.inputFile())
                .orElseThrow(() -> new ProblemException(new Problem(
                        ErrorCode.NOT_FOUND,
                        "There is no input file '" + wanted.inputFile() + "'; upload one with purpose `batch`.",
                        "input_file_id",
                        null)));
        Optional<Batch> same = wanted.again() ? findSame(handle, key, file, wanted) : Optional.empty();
        if (same.isPresent()) {
            files.release(handle, List.of(new BatchFiles.Use(key.account(), file.id())));
            return new Ordered(same.get(), Optional.empty());
        }
        Map<String, Long> prices = prices(handle, key, file, wanted.window());
        List<ChunkStore.Priced> chunks = plan(file).stream()
                .map(chunk -> new ChunkStore.Priced(chunk, prices.getOrDefault(chunk.model(), 0L)))
                .toList();
        Map<String, Long> tokens = Planner.expectedTokens(file);
        Outlook outlook = pricing.deadlines().of(key.account(), tokens, wanted.window());
        pricing.deadlines().refusal(outlook, wanted.window()).ifPresent(problem -> {
            throw new ProblemException(problem);
        });
        return new Ordered(insert(handle, key, wanted, new Plan(file, chunks, outlook)), Optional.of(tokens));
    }

    /// What can be said of a file's batch if it is ordered now.
    Outlook outlook(long account, BatchFile file, CompletionWindow window) {
        return pricing.deadlines().of(account, Planner.expectedTokens(file), window);
    }

    private Batch insert(Handle handle, Principal key, Wanted wanted, Plan plan) {
        BatchFile file = plan.file();
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
                Batch.Times.of(pricing.clock().instant()),
                Batch.Used.NOTHING,
                plan.outlook().promise());
        Batch added = BatchStore.insert(
                handle, batch, wanted.window().length().map(Duration::toSeconds).orElse(0L));
        ChunkStore.insert(handle, id, 0, plan.chunks());
        files.addOutputs(
                handle,
                id,
                file,
                List.of(
                        output(batch.outputFile(), id, FilePurpose.BATCH_OUTPUT),
                        output(batch.errorFile(), id, FilePurpose.BATCH_ERROR)));
        if (wanted.outputLife().isPositive()) {
            files.keepOutputs(handle, key.account(), id, wanted.outputLife());
        }
        return added;
    }

    private Optional<Batch> findSame(Handle handle, Principal key, BatchFile file, Wanted wanted) {
        return BatchStore.findSame(
                handle,
                key.keyId(),
                file.id(),
                wanted.endpoint(),
                wanted.window().text(),
                pricing.clock().instant().minus(SAME_ORDER));
    }

    private static BatchFiles.Output output(long file, long batch, FilePurpose purpose) {
        String ending = purpose == FilePurpose.BATCH_ERROR ? "_errors.jsonl" : "_output.jsonl";
        return new BatchFiles.Output(file, purpose, Ids.format(Batch.PREFIX, batch) + ending);
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
    private Map<String, Long> prices(Handle handle, Principal key, BatchFile file, CompletionWindow window) {
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
        List<ModelTariff> tariffs = pricing.tariffs().inForceAndLater(handle, models.values());
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

    /// Lines of a model that end each second here, while some run; 0 where that is not known yet.
    double pace(String model) {
        return engine.pace(model);
    }

    /// Who asks, and what of an account that lets them see and change.
    ///
    /// @param sight whose batches are seen; 0 for everybody's
    /// @param governs whether also others' may be changed
    record Asker(long account, long member, long sight, boolean governs) {
        boolean mayChange(Batch batch) {
            return governs || batch.member() == member;
        }
    }

    Asker asker(Principal key) {
        return asker(key.account(), key.member());
    }

    /// A user in an account.
    Asker asker(long account, long member) {
        return new Asker(account, member, files.sight(account, member), files.governs(account, member));
    }

    /// A batch that somebody sees.
    ///
    /// @param id as written: `batch_…` or bare
    /// @throws ProblemException `not_found` if there is none, or it is another's
    Batch get(Asker asker, String id) {
        return database.inAccount(asker.account(), handle -> find(handle, asker, id));
    }

    /// As [#get], for who knows its number and not whether it is there.
    Optional<Batch> find(Asker asker, long id) {
        return database.inAccount(
                asker.account(), handle -> BatchStore.find(handle, asker.account(), asker.sight(), id));
    }

    private static Batch find(Handle handle, Asker asker, String id) {
        OptionalLong parsed = Ids.parse(Batch.PREFIX, id);
        return (parsed.isPresent()
                        ? BatchStore.find(handle, asker.account(), asker.sight(), parsed.getAsLong())
                        : Optional.<Batch>empty())
                .orElseThrow(() -> new ProblemException(ErrorCode.NOT_FOUND, "There is no batch '" + id + "'."));
    }

    /// A batch that somebody may change.
    private Batch own(Asker asker, String id) {
        Batch batch = get(asker, id);
        if (!asker.mayChange(batch)) {
            throw new ProblemException(
                    ErrorCode.PERMISSION_DENIED, "Only its maker, or an owner or admin, may change this batch.");
        }
        return batch;
    }

    /// A page of batches.
    ///
    /// @param more whether others follow
    record Page(List<Batch> batches, boolean more) {}

    /// Batches, the newest first.
    ///
    /// @param after id of the one before the page; null for the first page
    Page list(Asker asker, @Nullable String after, boolean activeFirst, int limit) {
        return database.inAccount(asker.account(), handle -> {
            Batch before = after == null ? null : find(handle, asker, after);
            List<Batch> found = BatchStore.page(handle, asker.account(), asker.sight(), before, activeFirst, limit + 1);
            return new Page(found.subList(0, Math.min(limit, found.size())), found.size() > limit);
        });
    }

    /// Ends a batch early: no line is begun any more, those under way end and count. One that has ended stays as it is.
    Batch cancel(Asker asker, String id) {
        long batch = own(asker, id).id();
        database.engine().useTransaction(handle -> engine.endings().cancel(handle, batch));
        engine.close(batch);
        return get(asker, id);
    }

    /// Begins no line of a batch for now; those under way end and count, and the window goes on. Does nothing to one
    /// that is paused already.
    ///
    /// @throws ProblemException `batch_ended` if it has ended, or is about to
    Batch pause(Asker asker, String id) {
        long batch = own(asker, id).id();
        database.engine().useTransaction(handle -> pause(handle, batch, true));
        engine.close(batch);
        return get(asker, id);
    }

    /// Has a paused batch go on; does nothing to one that runs.
    ///
    /// @throws ProblemException as [#pause]
    Batch resume(Asker asker, String id) {
        long batch = own(asker, id).id();
        database.engine().useTransaction(handle -> pause(handle, batch, false));
        engine.wake(batch);
        return get(asker, id);
    }

    private static void pause(Handle handle, long batch, boolean paused) {
        if (BatchStore.lock(handle, batch).isEmpty()) {
            throw new ProblemException(ErrorCode.NOT_FOUND, "The batch has just been deleted.");
        }
        BatchStatus status = BatchStore.status(handle, batch);
        if (!status.runs()) {
            throw new ProblemException(
                    ErrorCode.BATCH_ENDED, "The batch is " + status.wire() + ": it cannot be paused or resumed.");
        }
        BatchStore.pause(handle, batch, paused);
    }

    /// Does again what failed or was not done; answers stay. Under a window that begins now.
    ///
    /// @throws ProblemException `invalid_value` if the batch still runs, or there is nothing to do again
    Batch retry(Asker asker, String id) {
        return retry(own(asker, id), asker, Chosen.ALL);
    }

    /// As [#retry(Asker, String)], of these lines only; the others stay as they are.
    ///
    /// @param customIds as the file has them
    /// @throws ProblemException also if one of them is not in the file, or has an answer
    Batch retry(Asker asker, String id, Collection<String> customIds) {
        Batch batch = own(asker, id);
        return retry(batch, asker, Chosen.of(blobs, input(batch), customIds));
    }

    private Batch retry(Batch batch, Asker asker, Chosen chosen) {
        BatchFile file = input(batch);
        Outlook outlook = pricing.deadlines()
                .of(batch.account(), Planner.expectedTokens(file, batch), CompletionWindow.parse(batch.window()));
        database.engine().useTransaction(handle -> reopen(handle, batch, chosen, new Plan(file, List.of(), outlook)));
        engine.wake(batch.id());
        return get(asker, Ids.format(Batch.PREFIX, batch.id()));
    }

    private BatchFile input(Batch batch) {
        return files.find(batch.account(), batch.inputFile())
                .orElseThrow(() -> refused("The batch cannot be retried, for its input file was deleted."));
    }

    /// Deletes a batch that has ended, with what it wrote; what it used stays in usage.
    ///
    /// @throws ProblemException `invalid_value` if it still runs
    Batch delete(Asker asker, String id) {
        Batch batch = own(asker, id);
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

    private void reopen(Handle handle, Batch batch, Chosen chosen, Plan plan) {
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
        for (ChunkStore.Whole whole : ChunkStore.all(handle, batch.id())) {
            Chunk chunk = whole.chunk();
            LineBits open = chosen.of(
                    whole, LineBits.all(chunk.lines()).without(chunk.done()).or(chunk.bad()));
            last = chunk.no();
            if (open.count() > 0) {
                failures += chunk.bad().without(chunk.bad().without(open)).count();
                again.add(new ChunkStore.Priced(rest(whole, open), whole.tariff()));
                ChunkStore.settle(
                        handle,
                        new ChunkStore.Key(batch.id(), last),
                        chunk.lines(),
                        chunk.done().or(open),
                        chunk.bad().without(open));
            }
        }
        chosen.requireAll();
        if (again.isEmpty()) {
            throw refused("There is nothing to retry: no line failed.");
        }
        if (!files.use(handle, batch.account(), batch.inputFile())) {
            throw refused("The batch cannot be retried, for its input file was deleted.");
        }
        ChunkStore.insert(handle, batch.id(), last + 1, again);
        BatchStore.forgetFailures(handle, batch.id(), failures);
        long errors = pricing.ids().next();
        files.addOutputs(handle, batch.id(), plan.file(), List.of(output(errors, batch.id(), FilePurpose.BATCH_ERROR)));
        BatchStore.addErrorFile(handle, batch.id(), next, errors);
        BatchStore.reopen(
                handle,
                batch.id(),
                errors,
                CompletionWindow.parse(batch.window())
                        .length()
                        .map(Duration::toSeconds)
                        .orElse(0L),
                plan.outlook().promise());
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
