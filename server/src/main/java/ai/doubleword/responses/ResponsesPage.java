package ai.doubleword.responses;

import ai.doubleword.accounts.Caller;
import ai.doubleword.accounts.CurrentCaller;
import ai.doubleword.batch.files.ConsoleFiles;
import ai.doubleword.docs.SampleModels;
import ai.doubleword.jsonl.LineProblem;
import ai.doubleword.keys.PlaygroundKeys;
import ai.doubleword.keys.Principal;
import ai.doubleword.platform.ClientAddress;
import ai.doubleword.platform.ConsolePages;
import ai.doubleword.platform.ErrorCode;
import ai.doubleword.platform.Ids;
import ai.doubleword.platform.JsonFormat;
import ai.doubleword.platform.Notice;
import ai.doubleword.platform.Problem;
import ai.doubleword.platform.ProblemException;
import ai.doubleword.platform.RoutePolicy;
import ai.doubleword.platform.RoutePolicy.Authentication;
import ai.doubleword.translation.ResponsesRequest;
import ai.doubleword.usage.RequestLookup;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.quarkus.qute.TemplateInstance;
import io.quarkus.vertx.http.runtime.CurrentVertxRequest;
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
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicBoolean;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.jspecify.annotations.Nullable;

/// The page **Responses** of an account: the reader's background responses, composed, watched, read, cancelled;
/// and each that is stored.
@Path("{place: me|o/[a-z0-9-]+}/responses")
@Produces(MediaType.TEXT_HTML)
@Consumes(MediaType.APPLICATION_FORM_URLENCODED)
@RunOnVirtualThread
@RoutePolicy(Authentication.SESSION)
public final class ResponsesPage {
    private static final int PAGE = 25;
    private static final ObjectMapper JSON = JsonFormat.trees();

    private final Responses responses;
    private final Beside what;
    private final PlaygroundKeys keys;
    private final CurrentCaller current;
    private final ClientAddress client;
    private final Ids ids;

    ResponsesPage(
            Responses responses,
            Beside what,
            PlaygroundKeys keys,
            CurrentCaller current,
            ClientAddress client,
            Ids ids) {
        this.responses = responses;
        this.what = what;
        this.keys = keys;
        this.current = current;
        this.client = client;
        this.ids = ids;
    }

    /// What the page shows beside responses.
    @Singleton
    record Beside(
            SampleModels models,
            RequestLookup requests,
            ResponseTeller teller,
            CurrentVertxRequest exchange,
            ConsoleFiles files,
            History history) {}

    /// @param next the last response of this page where more follow; empty otherwise
    /// @param open whether one of them has not ended
    /// @param dialog the dialog over the page, as HTML that is rendered already; empty for none
    record list(String base, List<ResponseRow> responses, String next, boolean open, boolean mayCall, String dialog)
            implements TemplateInstance {}

    /// @param call the request that made it, once that is known
    record detail(String base, ResponseRow response, Optional<RequestLookup.Seen> call, boolean mayCall)
            implements TemplateInstance {}

    record delete(String base, ResponseRow response) implements TemplateInstance {}

    /// The dialog **New response**.
    ///
    /// @param problem why it was not taken; empty if it was not sent yet
    record compose(String base, List<String> models, Draft draft, String problem) implements TemplateInstance {}

    /// What stands in the form.
    record Draft(String model, String tier, String instructions, String input) {}

    @GET
    @Operation(hidden = true)
    public Response list(@PathParam("place") String place, @QueryParam("before") @DefaultValue("") String before) {
        return ConsolePages.page(200, show(place, before, "")).build();
    }

    private list show(String place, String before, String dialog) {
        long from = before.isEmpty() ? Long.MAX_VALUE : number(before);
        List<StoredResponse> found = responses.latest(viewer(), from, PAGE + 1);
        List<ResponseRow> rows = found.stream().limit(PAGE).map(ResponseRow::of).toList();
        String next = found.size() > PAGE ? rows.getLast().id() : "";
        boolean open = rows.stream().anyMatch(ResponseRow::open);
        return new list(base(place), rows, next, open, current.get().may("keys"), dialog);
    }

    @GET
    @Path("new")
    @Operation(hidden = true)
    public Response compose(
            @PathParam("place") String place,
            @QueryParam("again") @Nullable String again,
            @HeaderParam("HX-Request") @Nullable String htmx) {
        Draft draft = again == null
                ? new Draft("", "flex", "", "")
                : ResponseRow.of(find(again)).draft();
        return dialog(200, place, draft, "", htmx);
    }

    @POST
    @RoutePolicy(value = Authentication.SESSION, right = "keys")
    @Operation(hidden = true)
    public Response create(
            @PathParam("place") String place,
            @FormParam("model") @DefaultValue("") String model,
            @FormParam("tier") @DefaultValue("flex") String tier,
            @FormParam("instructions") @DefaultValue("") String instructions,
            @FormParam("input") @DefaultValue("") String input,
            @HeaderParam("HX-Request") @Nullable String htmx) {
        Draft draft = new Draft(model, tier, instructions, input);
        try {
            if (input.isBlank()) {
                throw new ProblemException(ErrorCode.MISSING_REQUIRED_PARAMETER, "Write what the model is to answer.");
            }
            StoredResponse made = responses.submit(
                    keys.principal(current.get(), client.get()), ids.next(), request(draft), List.of());
            return ConsolePages.seeOther(base(place) + "/" + StoredResponse.name(made.id()), htmx != null)
                    .build();
        } catch (ProblemException refused) {
            return dialog(
                    refused.problem().code().status(),
                    place,
                    draft,
                    refused.problem().message(),
                    htmx);
        }
    }

    private Response dialog(int status, String place, Draft draft, String problem, @Nullable String htmx) {
        compose form = new compose(base(place), what.models().ofType("chat"), draft, problem);
        return ConsolePages.dialog(status, form, htmx, html -> show(place, "", html))
                .build();
    }

    private static ResponsesRequest request(Draft draft) {
        ObjectNode body = JSON.createObjectNode();
        body.put("model", draft.model());
        if (!draft.instructions().isBlank()) {
            body.put("instructions", draft.instructions());
        }
        body.put("input", draft.input());
        body.put("background", true);
        body.put("store", true);
        body.put("stream", true);
        body.put("service_tier", draft.tier());
        return switch (ResponsesRequest.read(body.toString().getBytes(StandardCharsets.UTF_8))) {
            case ResponsesRequest.Reading.Good(ResponsesRequest request) -> request;
            case ResponsesRequest.Reading.Refused(Problem problem) -> throw new ProblemException(problem);
        };
    }

    @GET
    @Path("{id: resp_[0-9A-Za-z]+}")
    @Operation(hidden = true)
    public Response detail(@PathParam("place") String place, @PathParam("id") String id) {
        StoredResponse found = find(id);
        Optional<RequestLookup.Seen> call =
                found.call() == 0 ? Optional.empty() : what.requests().find(current.get(), found.call());
        return ConsolePages.page(
                        200,
                        new detail(
                                base(place),
                                ResponseRow.of(found),
                                call,
                                current.get().may("keys")))
                .build();
    }

    /// What the page shows while the model writes.
    @GET
    @Path("{id: resp_[0-9A-Za-z]+}/events")
    @Produces(MediaType.SERVER_SENT_EVENTS)
    @Operation(hidden = true)
    public Response events(@PathParam("place") String place, @PathParam("id") String id) {
        long response = find(id).id();
        Viewer viewer = viewer();
        AtomicBoolean gone = new AtomicBoolean();
        // A write does not tell: what goes to a closed connection is dropped.
        what.exchange().getCurrent().addEndHandler(end -> gone.set(true));
        StreamingOutput events = out -> what.teller().tell(viewer, response, data -> {
            out.write(data);
            out.flush();
            return !gone.get();
        });
        return Response.ok(events, MediaType.SERVER_SENT_EVENTS)
                .header("Cache-Control", "no-store")
                .header("X-Accel-Buffering", "no")
                .build();
    }

    @POST
    @Path("{id: resp_[0-9A-Za-z]+}/cancel")
    @Operation(hidden = true)
    public Response cancel(
            @PathParam("place") String place,
            @PathParam("id") String id,
            @HeaderParam("HX-Request") @Nullable String htmx) {
        StoredResponse now = responses.cancel(viewer(), number(id)).orElseThrow(() -> missing(id));
        String notice = ResponseRow.of(now).status().equals("cancelled")
                ? "The response is cancelled."
                : "The response had ended already.";
        return ConsolePages.seeOther(base(place) + "/" + id, htmx != null)
                .cookie(Notice.of(notice))
                .build();
    }

    @GET
    @Path("{id: resp_[0-9A-Za-z]+}/delete")
    @Operation(hidden = true)
    public Response askDelete(
            @PathParam("place") String place,
            @PathParam("id") String id,
            @HeaderParam("HX-Request") @Nullable String htmx) {
        delete asked = new delete(base(place), ResponseRow.of(find(id)));
        return ConsolePages.dialog(200, asked, htmx, html -> show(place, "", html))
                .build();
    }

    @POST
    @Path("{id: resp_[0-9A-Za-z]+}/delete")
    @Operation(hidden = true)
    public Response delete(
            @PathParam("place") String place,
            @PathParam("id") String id,
            @HeaderParam("HX-Request") @Nullable String htmx) {
        if (!responses.delete(viewer(), number(id))) {
            throw missing(id);
        }
        return ConsolePages.seeOther(base(place), htmx != null)
                .cookie(Notice.of("The response is deleted."))
                .build();
    }

    /// Makes the request a line of a file, and leads to where a batch of it is ordered.
    @POST
    @Path("{id: resp_[0-9A-Za-z]+}/batch")
    @RoutePolicy(value = Authentication.SESSION, right = "keys")
    @Operation(hidden = true)
    public Response batch(
            @PathParam("place") String place,
            @PathParam("id") String id,
            @HeaderParam("HX-Request") @Nullable String htmx)
            throws IOException {
        ResponsesRequest request = find(id).request();
        Principal key = keys.principal(current.get(), client.get());
        ObjectNode line = JSON.createObjectNode().put("custom_id", id).put("method", "POST");
        line.put("url", "/v1/responses")
                .set("body", request.alone(what.history().before(key, request)));
        byte[] lines = line.toString().getBytes(StandardCharsets.UTF_8);
        return switch (what.files().keep(current.get(), id + ".jsonl", lines)) {
            case ConsoleFiles.Outcome.Kept(String file) ->
                ConsolePages.seeOther("/" + place + "/batches/new?file=" + file, htmx != null)
                        .build();
            case ConsoleFiles.Outcome.Wrong(List<LineProblem> problems, long total) ->
                throw new ProblemException(
                        ErrorCode.INVALID_FILE, problems.getFirst().message());
        };
    }

    private StoredResponse find(String id) {
        return responses.find(viewer(), number(id)).orElseThrow(() -> missing(id));
    }

    private static long number(String id) {
        OptionalLong number = StoredResponse.parse(id);
        return number.orElseThrow(() -> missing(id));
    }

    private static ProblemException missing(String id) {
        return new ProblemException(ErrorCode.NOT_FOUND, "There is no response '" + id + "' of yours.");
    }

    /// Everybody sees what they made themselves.
    private Viewer viewer() {
        Caller user = current.get();
        return new Viewer(user.account(), user.user());
    }

    private static String base(String place) {
        return "/" + place + "/responses";
    }
}
