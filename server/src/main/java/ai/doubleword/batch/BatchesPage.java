package ai.doubleword.batch;

import ai.doubleword.accounts.Caller;
import ai.doubleword.accounts.CurrentCaller;
import ai.doubleword.platform.ConsolePages;
import ai.doubleword.platform.Database;
import ai.doubleword.platform.Ids;
import ai.doubleword.platform.Notice;
import ai.doubleword.platform.RoutePolicy;
import ai.doubleword.platform.RoutePolicy.Authentication;
import io.quarkus.qute.TemplateInstance;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.inject.Singleton;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.FormParam;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.StreamingOutput;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiFunction;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.jspecify.annotations.Nullable;

/// The pages **Batches** of an account: the list, and each batch with its progress, failures and results.
@Path("{place: me|o/[a-z0-9-]+}/batches")
@Produces(MediaType.TEXT_HTML)
@Consumes(MediaType.APPLICATION_FORM_URLENCODED)
@RunOnVirtualThread
@RoutePolicy(Authentication.SESSION)
public final class BatchesPage {
    private static final int PAGE = 25;

    private final Batches batches;
    private final Database database;
    private final Parts parts;
    private final CurrentCaller current;

    /// What a batch's page is made of.
    @Singleton
    record Parts(BatchErrors errors, BatchSpeeds speeds, ResultRows results, BatchCalls calls) {}

    BatchesPage(Batches batches, Database database, Parts parts, CurrentCaller current) {
        this.batches = batches;
        this.database = database;
        this.parts = parts;
        this.current = current;
    }

    /// @param any whether there is any batch at all
    /// @param live whether one of those shown can still change
    /// @param next the address of the page that follows; empty for the last
    record list(
            String base,
            BatchQuery query,
            List<BatchCard> batches,
            boolean any,
            boolean live,
            String next,
            BatchCalls.Codes calls)
            implements TemplateInstance {}

    /// @param speed lines a second; 0 where nothing runs or is known
    /// @param finish when it will be done, as it looks
    /// @param results a page of its results; none where only the live part is asked for
    record detail(
            String base,
            BatchCard batch,
            List<BatchCard.Step> steps,
            double speed,
            Optional<Instant> finish,
            BatchErrors.Errors errors,
            ResultRows.Page results,
            BatchCalls.Codes calls,
            String dialog)
            implements TemplateInstance {}

    /// A question before a change.
    ///
    /// @param verb the last part of the address that the change goes to
    record ask(String base, BatchCard batch, String verb) implements TemplateInstance {}

    @GET
    @Operation(hidden = true)
    public Response list(
            @PathParam("place") String place,
            @QueryParam("q") @DefaultValue("") String search,
            @QueryParam("show") @DefaultValue("") String show,
            @QueryParam("after") @Nullable String after) {
        BatchQuery query = BatchQuery.of(search, show);
        Batches.Asker asker = asker();
        long before = after == null ? 0 : Ids.parse(Batch.PREFIX, after).orElse(0);
        record Found(List<BatchListStore.Listed> rows, boolean any) {}
        Found found = database.inAccount(
                asker.account(),
                handle -> new Found(
                        BatchListStore.page(handle, asker, query, before, PAGE), BatchListStore.any(handle, asker)));
        boolean more = found.rows().size() > PAGE;
        List<BatchCard> cards = found.rows().stream()
                .limit(PAGE)
                .map(row -> new BatchCard(row.batch(), row.file(), row.models(), asker.mayChange(row.batch())))
                .toList();
        return ConsolePages.page(
                        200,
                        new list(
                                base(place),
                                query,
                                cards,
                                found.any(),
                                cards.stream().anyMatch(card -> !card.ended()),
                                more ? query.next(cards.getLast().id()) : "",
                                parts.calls().list()))
                .build();
    }

    @GET
    @Path("{id}")
    @Operation(hidden = true)
    public Response detail(
            @PathParam("place") String place,
            @PathParam("id") String id,
            @QueryParam("status") @DefaultValue("") String status,
            @QueryParam("q") @DefaultValue("") String search,
            @QueryParam("skip") @DefaultValue("0") long skip,
            @QueryParam("part") @DefaultValue("") String part,
            @HeaderParam("HX-Request") @Nullable String htmx)
            throws IOException {
        Batch batch = batches.get(asker(), id);
        boolean live = htmx != null && part.equals("live");
        // The live part asks again and again; when the batch has ended, the whole page shows what came of it.
        if (live && batch.status().ended()) {
            return Response.noContent().header("HX-Refresh", "true").build();
        }
        ResultRows.Wanted wanted = ResultRows.Wanted.of(status, search, skip);
        return ConsolePages.page(
                        200,
                        show(
                                place,
                                batch,
                                live
                                        ? ResultRows.Page.none(wanted)
                                        : parts.results().read(batch, wanted),
                                ""))
                .build();
    }

    private detail show(String place, Batch batch, ResultRows.Page results, String dialog) {
        double speed = parts.speeds().of(batch);
        Optional<Instant> finish = parts.speeds().finish(batch, speed);
        BatchCard card = card(batch);
        return new detail(
                base(place),
                card,
                card.steps(finish),
                speed,
                finish,
                errors(batch),
                results,
                parts.calls().of(card.id()),
                dialog);
    }

    private BatchErrors.Errors errors(Batch batch) {
        try {
            return parts.errors().of(batch);
        } catch (IOException e) {
            // The blob store is away: the rest of the page is still right.
            return BatchErrors.Errors.NONE;
        }
    }

    @GET
    @Path("{id}/{verb: cancel|delete}")
    @Operation(hidden = true)
    public Response ask(
            @PathParam("place") String place,
            @PathParam("id") String id,
            @PathParam("verb") String verb,
            @HeaderParam("HX-Request") @Nullable String htmx)
            throws IOException {
        Batch batch = batches.get(asker(), id);
        ResultRows.Wanted all = ResultRows.Wanted.of("", "", 0);
        ResultRows.Page results = htmx == null ? parts.results().read(batch, all) : ResultRows.Page.none(all);
        return ConsolePages.dialog(
                        200, new ask(base(place), card(batch), verb), htmx, html -> show(place, batch, results, html))
                .build();
    }

    @POST
    @Path("{id}/cancel")
    @Operation(hidden = true)
    public Response cancel(
            @PathParam("place") String place,
            @PathParam("id") String id,
            @HeaderParam("HX-Request") @Nullable String htmx) {
        return changed(place, id, htmx, batches::cancel, "No more requests are begun; those under way end and count.");
    }

    @POST
    @Path("{id}/pause")
    @Operation(hidden = true)
    public Response pause(
            @PathParam("place") String place,
            @PathParam("id") String id,
            @HeaderParam("HX-Request") @Nullable String htmx) {
        return changed(place, id, htmx, batches::pause, "The batch is paused. Its deadline stays.");
    }

    @POST
    @Path("{id}/resume")
    @Operation(hidden = true)
    public Response resume(
            @PathParam("place") String place,
            @PathParam("id") String id,
            @HeaderParam("HX-Request") @Nullable String htmx) {
        return changed(place, id, htmx, batches::resume, "The batch goes on.");
    }

    /// Makes chosen requests again, or all that failed or were not made where none is chosen.
    @POST
    @Path("{id}/retry")
    @Operation(hidden = true)
    public Response retry(
            @PathParam("place") String place,
            @PathParam("id") String id,
            @FormParam("custom_id") List<String> chosen,
            @HeaderParam("HX-Request") @Nullable String htmx) {
        return changed(
                place,
                id,
                htmx,
                (asker, batch) -> chosen.isEmpty()
                        ? batches.retry(asker, batch)
                        : batches.retry(asker, batch, Set.copyOf(chosen)),
                (chosen.isEmpty() ? "What failed or was not made" : counted(chosen.size()))
                        + " runs again, within a window that begins now.");
    }

    @POST
    @Path("{id}/delete")
    @Operation(hidden = true)
    public Response delete(
            @PathParam("place") String place,
            @PathParam("id") String id,
            @HeaderParam("HX-Request") @Nullable String htmx) {
        Batch gone = batches.delete(asker(), id);
        return ConsolePages.seeOther(base(place), htmx != null)
                .cookie(Notice.of(Ids.format(Batch.PREFIX, gone.id()) + " is deleted."))
                .build();
    }

    @GET
    @Path("{id}/results.{kind: csv|jsonl}")
    @Produces(MediaType.WILDCARD)
    @Operation(hidden = true)
    public Response export(@PathParam("id") String id, @PathParam("kind") String kind) {
        Batch batch = batches.get(asker(), id);
        boolean csv = kind.equals("csv");
        StreamingOutput output = out -> {
            if (csv) {
                parts.results().writeCsv(batch, out);
            } else {
                parts.results().writeLines(batch, out);
            }
        };
        return Response.ok(output)
                .type(csv ? "text/csv;charset=utf-8" : "application/x-ndjson")
                .header(
                        "Content-Disposition",
                        "attachment; filename=\"" + Ids.format(Batch.PREFIX, batch.id()) + "." + kind + "\"")
                .header("Cache-Control", "no-store")
                .header("X-Content-Type-Options", "nosniff")
                .build();
    }

    private Response changed(
            String place,
            String id,
            @Nullable String htmx,
            BiFunction<Batches.Asker, String, Batch> change,
            String said) {
        Batch batch = change.apply(asker(), id);
        return ConsolePages.seeOther(base(place) + "/" + Ids.format(Batch.PREFIX, batch.id()), htmx != null)
                .cookie(Notice.of(said))
                .build();
    }

    private static String counted(int requests) {
        return requests == 1 ? "One request" : requests + " requests";
    }

    private BatchCard card(Batch batch) {
        BatchListStore.Listed listed =
                database.inAccount(batch.account(), handle -> BatchListStore.named(handle, batch));
        return new BatchCard(batch, listed.file(), listed.models(), asker().mayChange(batch));
    }

    private Batches.Asker asker() {
        return asker(batches, current.get());
    }

    /// A signed-in user, in the account of the page.
    static Batches.Asker asker(Batches batches, Caller caller) {
        return caller.administrator()
                ? new Batches.Asker(caller.account(), caller.user(), 0, true)
                : batches.asker(caller.account(), caller.user());
    }

    private static String base(String place) {
        return "/" + place + "/batches";
    }
}
