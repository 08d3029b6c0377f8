package ai.doubleword.batch;

import ai.doubleword.accounts.AccountNames;
import ai.doubleword.platform.Database;
import ai.doubleword.platform.ErrorCode;
import ai.doubleword.platform.Ids;
import ai.doubleword.platform.ProblemException;
import ai.doubleword.platform.RoutePolicy;
import ai.doubleword.platform.RoutePolicy.Authentication;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;

/// Batches of everybody, for whoever runs the server: how they stand and what they are made of, never what is in them.
@Path("admin/api/v1/batches")
@Produces(MediaType.APPLICATION_JSON)
@RunOnVirtualThread
@RoutePolicy(value = Authentication.MANAGEMENT, right = "admin")
@Tag(name = "Batches")
public final class BatchesAdminResource {
    private static final int LARGEST_PAGE = 1_000;
    private static final int NANO_DIGITS = 9;

    private final Database database;
    private final Batches batches;
    private final AccountNames names;

    BatchesAdminResource(Database database, Batches batches, AccountNames names) {
        this.database = database;
        this.names = names;
        this.batches = batches;
    }

    /// A batch without what its user wrote.
    ///
    /// @param account the slug of the organization, or the user's address
    /// @param cost in dollars, exact
    /// @param deadline nothing in the background tier
    /// @param deadlineIs how sure it was when the batch was ordered: `promised`, `estimated` or `at_risk`
    /// @param earliestWindow of one at risk: the shortest usual window that it would be done in
    record KnownBatch(
            String id,
            String account,
            String keyId,
            String status,
            String completionWindow,
            String tier,
            String inputFileId,
            int total,
            int completed,
            int failed,
            String cost,
            long inputTokens,
            long outputTokens,
            Instant createdAt,
            @Nullable Instant deadline,
            @Nullable String deadlineIs,
            @Nullable String earliestWindow,
            @Nullable Instant pausedAt) {
        static KnownBatch of(Batch batch, String account) {
            Batch.Used used = batch.used();
            return new KnownBatch(
                    Ids.format(Batch.PREFIX, batch.id()),
                    account,
                    batch.keyId(),
                    batch.status().wire(),
                    batch.window(),
                    batch.tier().wire(),
                    Ids.format("file", batch.inputFile()),
                    batch.total(),
                    batch.ok(),
                    batch.failed(),
                    BigDecimal.valueOf(used.costNanos(), NANO_DIGITS)
                            .stripTrailingZeros()
                            .toPlainString(),
                    used.input(),
                    used.output(),
                    batch.times().created(),
                    batch.times().expires(),
                    batch.deadline().map(Deadline::wire).orElse(null),
                    batch.promise().earliestWindow(),
                    batch.paused() ? batch.times().paused() : null);
        }
    }

    record KnownBatches(List<KnownBatch> data) {}

    record Chunks(List<InspectStore.KnownChunk> data) {}

    record Segments(List<InspectStore.KnownSegment> data) {}

    record Slots(List<SlotStore.KnownSlots> data) {}

    @GET
    @Operation(summary = "Batches of all accounts, the newest first")
    public KnownBatches list(
            @QueryParam("limit") @DefaultValue("20") int limit,
            @QueryParam("running") @DefaultValue("false") boolean running) {
        Map<Long, String> accounts = new HashMap<>();
        return new KnownBatches(
                database
                        .engine()
                        .withHandle(handle -> BatchStore.newest(handle, running, Math.clamp(limit, 1, LARGEST_PAGE)))
                        .stream()
                        .map(batch -> KnownBatch.of(batch, accounts.computeIfAbsent(batch.account(), names::of)))
                        .toList());
    }

    @GET
    @Path("slots")
    @Operation(summary = "How many requests of each model may run later at once, and which node has how many of them")
    public Slots slots() {
        return new Slots(database.engine().withHandle(SlotStore::known));
    }

    @GET
    @Path("{id}")
    @Operation(summary = "One batch")
    public KnownBatch get(@PathParam("id") String id) {
        return known(find(id));
    }

    @GET
    @Path("{id}/chunks")
    @Operation(summary = "The chunks of a batch: what waits, who works on what, what is done")
    public Chunks chunks(@PathParam("id") String id) {
        Batch batch = find(id);
        return new Chunks(database.engine().withHandle(handle -> InspectStore.chunks(handle, batch.id())));
    }

    @GET
    @Path("{id}/segments")
    @Operation(summary = "The segments of a batch's results, in their order")
    public Segments segments(
            @PathParam("id") String id,
            @QueryParam("from") @DefaultValue("0") int from,
            @QueryParam("limit") @DefaultValue("100") int limit) {
        Batch batch = find(id);
        return new Segments(database.engine()
                .withHandle(
                        handle -> InspectStore.segments(handle, batch.id(), from, Math.clamp(limit, 1, LARGEST_PAGE))));
    }

    @POST
    @Path("{id}/cancel")
    @Operation(summary = "Cancel a batch of any account")
    public KnownBatch cancel(@PathParam("id") String id) {
        return change(id, batches::cancel);
    }

    @POST
    @Path("{id}/retry")
    @Operation(summary = "Make again what failed or was not made, in a batch of any account")
    public KnownBatch retry(@PathParam("id") String id) {
        return change(id, batches::retry);
    }

    @POST
    @Path("{id}/pause")
    @Operation(summary = "Pause a batch of any account")
    public KnownBatch pause(@PathParam("id") String id) {
        return change(id, batches::pause);
    }

    @POST
    @Path("{id}/resume")
    @Operation(summary = "Have a paused batch of any account go on")
    public KnownBatch resume(@PathParam("id") String id) {
        return change(id, batches::resume);
    }

    private KnownBatch change(String id, BiFunction<Batches.Asker, String, Batch> change) {
        Batch batch = find(id);
        return known(change.apply(new Batches.Asker(batch.account(), 0, 0, true), id));
    }

    private KnownBatch known(Batch batch) {
        return KnownBatch.of(batch, names.of(batch.account()));
    }

    private Batch find(String id) {
        long number = Ids.parse(Batch.PREFIX, id).orElse(0);
        return database.engine().withHandle(handle -> BatchStore.byIds(handle, List.of(number))).stream()
                .findFirst()
                .orElseThrow(() -> new ProblemException(ErrorCode.NOT_FOUND, "There is no such batch."));
    }
}
