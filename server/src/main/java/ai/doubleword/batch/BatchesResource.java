package ai.doubleword.batch;

import ai.doubleword.batch.files.CompletionWindow;
import ai.doubleword.batch.files.ExpiresAfter;
import ai.doubleword.batch.files.LineOrder;
import ai.doubleword.idempotency.Idempotency;
import ai.doubleword.jsonl.LineEndpoint;
import ai.doubleword.keys.PresentedKey;
import ai.doubleword.keys.Principal;
import ai.doubleword.platform.ErrorCode;
import ai.doubleword.platform.Ids;
import ai.doubleword.platform.Problem;
import ai.doubleword.platform.ProblemException;
import ai.doubleword.platform.RoutePolicy;
import ai.doubleword.platform.RoutePolicy.Authentication;
import ai.doubleword.platform.TolerantBody;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.quarkus.resteasy.reactive.jackson.CustomDeserialization;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.inject.Singleton;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;

/// Batches of the key's account.
@Path("{base:v1|ai/v1}/batches")
@Produces(MediaType.APPLICATION_JSON)
@RunOnVirtualThread
@RoutePolicy(Authentication.INFERENCE_KEY)
@Tag(name = "Batches")
public final class BatchesResource {
    static final String SCOPE = "batches";
    static final String INLINE_ERRORS = "dw.inline_errors";
    private static final int MOST_METADATA = 16;
    private static final int MOST_CHOSEN = 10_000;
    private static final int LONGEST_NAME = 64;
    private static final int LONGEST_VALUE = 512;

    private final Batches batches;
    private final Readers readers;
    private final PresentedKey presented;
    private final Idempotency idempotency;
    private final ObjectMapper json;

    /// What reads of batches beside what they are.
    @Singleton
    record Readers(BatchReports reports, BatchResults results, BatchWatch watch) {}

    BatchesResource(
            Batches batches, Readers readers, PresentedKey presented, Idempotency idempotency, ObjectMapper json) {
        this.batches = batches;
        this.readers = readers;
        this.presented = presented;
        this.idempotency = idempotency;
        this.json = json;
    }

    /// What to do with a file.
    ///
    /// @param inputFileId of a file with purpose `batch`
    /// @param endpoint such as `/v1/chat/completions`; lines may name others
    /// @param completionWindow `1h`, `24h`, any time from `15m` to `7d`, or `background`
    /// @param metadata up to 16 notes; `dw.inline_errors: "true"` puts failures into the output file too
    /// @param outputExpiresAfter how long what it writes is kept from its end on
    @Schema(name = "CreateBatchRequest")
    record CreateBatchRequest(
            @Nullable String inputFileId,
            @Nullable String endpoint,
            @Nullable String completionWindow,
            @Nullable Map<String, String> metadata,
            @Nullable ExpiresAfter outputExpiresAfter) {}

    @POST
    @Consumes(MediaType.APPLICATION_JSON)
    @Operation(summary = "Run the requests of a file")
    @CustomDeserialization(TolerantBody.class)
    public Response create(
            @Nullable CreateBatchRequest request,
            @HeaderParam("x-stainless-retry-count") @Nullable String retries,
            @HeaderParam("Idempotency-Key") @Nullable String once) {
        Principal key = key();
        if (request == null) {
            throw new ProblemException(ErrorCode.INVALID_JSON, "The body is empty; send one JSON object.");
        }
        boolean again = retries != null && !retries.equals("0");
        Idempotency.Answer answer = once == null
                ? order(key, request, again)
                : idempotency.once(
                        key.family(),
                        key.account(),
                        once,
                        ("POST batches\n" + write(request)).getBytes(StandardCharsets.UTF_8),
                        Idempotency.KEPT,
                        () -> order(key, request, again));
        return Response.status(answer.status())
                .type(answer.contentType())
                .entity(answer.body())
                .build();
    }

    private Idempotency.Answer order(Principal key, CreateBatchRequest request, boolean again) {
        Map<String, String> metadata = metadata(request.metadata());
        ExpiresAfter life = request.outputExpiresAfter();
        Batch batch = batches.create(
                key,
                new Batches.Wanted(
                        required("input_file_id", request.inputFileId()),
                        endpoint(required("endpoint", request.endpoint())),
                        CompletionWindow.parse(required("completion_window", request.completionWindow())),
                        metadata,
                        "true".equals(metadata.get(INLINE_ERRORS)),
                        life == null ? Duration.ZERO : life.life("output_expires_after"),
                        again));
        byte[] view = write(BatchView.of(batch)).getBytes(StandardCharsets.UTF_8);
        return new Idempotency.Answer(Response.Status.CREATED.getStatusCode(), MediaType.APPLICATION_JSON, view);
    }

    private String write(Object value) {
        try {
            return json.writeValueAsString(value);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    @GET
    @Operation(summary = "List batches, the newest first")
    public BatchView.Page list(
            @QueryParam("limit") @DefaultValue("20") int limit,
            @QueryParam("after") @Nullable String after,
            @QueryParam("active_first") @DefaultValue("false") boolean activeFirst) {
        return BatchView.Page.of(batches.list(
                asker(), after == null || after.isEmpty() ? null : after, activeFirst, Math.clamp(limit, 1, 100)));
    }

    @GET
    @Path("{id}")
    @Operation(
            summary = "One batch",
            description = "With `Prefer: wait=30` the answer comes when the batch has ended, or after so many seconds"
                    + " (60 at most), whichever is first; `Preference-Applied` says that it waited.")
    public Response get(@PathParam("id") String id, @HeaderParam("Prefer") @Nullable String prefer)
            throws InterruptedException {
        Batches.Asker asker = asker();
        Batch batch = batches.get(asker, id);
        Duration wait = Preferences.wait(prefer);
        if (wait.isZero() || batch.status().ended()) {
            return Response.ok(BatchView.of(batch)).build();
        }
        return readers.watch().untilEnded(batch.id(), presented.get().keyId(), wait)
                ? Response.ok(BatchView.of(batches.get(asker, id)))
                        .header("Preference-Applied", "wait=" + wait.toSeconds())
                        .build()
                : Response.ok(BatchView.of(batch)).build();
    }

    /// What was deleted.
    record Deleted(String id, String object, boolean deleted) {}

    @DELETE
    @Path("{id}")
    @Operation(summary = "Delete a batch that has ended, with what it wrote")
    public Deleted delete(@PathParam("id") String id) {
        Batch batch = batches.delete(asker(), id);
        return new Deleted(Ids.format(Batch.PREFIX, batch.id()), "batch", true);
    }

    @POST
    @Path("{id}/cancel")
    @Operation(
            summary = "Cancel a batch",
            description =
                    "Requests under way end and count; the others are not made. One that has ended stays as it is.")
    public BatchView cancel(@PathParam("id") String id) {
        return BatchView.of(batches.cancel(asker(), id));
    }

    @POST
    @Path("{id}/retry")
    @Operation(
            summary = "Make again the requests that failed or were not made",
            description = "Answers stay, and new ones are added to the output file; failures go to a new error file.")
    public BatchView retry(@PathParam("id") String id) {
        return BatchView.of(batches.retry(asker(), id));
    }

    /// Which requests.
    ///
    /// @param customIds as they stand in the input file; up to 10,000
    @Schema(name = "RetryRequests")
    record RetryRequests(@Nullable List<String> customIds) {}

    @POST
    @Path("{id}/retry-requests")
    @Consumes(MediaType.APPLICATION_JSON)
    @CustomDeserialization(TolerantBody.class)
    @Operation(
            summary = "Make chosen requests again that failed or were not made",
            description = "As `retry`, of the named ones only. Others that were not made stay so: the batch then ends"
                    + " as `cancelled`.")
    public BatchView retryRequests(@PathParam("id") String id, @Nullable RetryRequests request) {
        List<String> chosen = request == null || request.customIds() == null ? List.of() : request.customIds();
        if (chosen.isEmpty() || chosen.stream().anyMatch(Objects::isNull)) {
            throw new ProblemException(Problem.ofParam(
                    ErrorCode.MISSING_REQUIRED_PARAMETER,
                    "custom_ids",
                    "`custom_ids` names the requests to make again."));
        }
        if (chosen.size() > MOST_CHOSEN) {
            throw new ProblemException(Problem.ofParam(
                    ErrorCode.INVALID_VALUE,
                    "custom_ids",
                    "`custom_ids` takes 10,000 at most; `retry` takes all that failed."));
        }
        return BatchView.of(batches.retry(asker(), id, Set.copyOf(chosen)));
    }

    @POST
    @Path("{id}/pause")
    @Operation(
            summary = "Pause a batch",
            description = "Requests under way end and count; no others are begun. The deadline stays as it is.")
    public BatchView pause(@PathParam("id") String id) {
        return BatchView.of(batches.pause(asker(), id));
    }

    @POST
    @Path("{id}/resume")
    @Operation(summary = "Have a paused batch go on")
    public BatchView resume(@PathParam("id") String id) {
        return BatchView.of(batches.resume(asker(), id));
    }

    @GET
    @Path("{id}/analytics")
    @Operation(summary = "Tokens, times and cost of a batch")
    public BatchReports.Analytics analytics(@PathParam("id") String id) {
        return readers.reports().analytics(batches.get(asker(), id));
    }

    @GET
    @Path("{id}/results")
    @Produces("application/x-ndjson")
    @Operation(
            summary = "Requests and results side by side",
            description =
                    "In the order in which they were recorded, or with `order=input` in the order of the requests:"
                            + " then of each the newest result, `skip` counts requests, and while the batch runs it goes as far"
                            + " as the first request without a result. `X-Last-Line` is where `skip` goes on; `X-Incomplete: true` says that there is, or will be,"
                            + " more. At most 1,000 lines an answer, and no more than is found in about 32 MiB of results.")
    public Response results(
            @PathParam("id") String id,
            @QueryParam("skip") @DefaultValue("0") long skip,
            @QueryParam("limit") @DefaultValue("1000") int limit,
            @QueryParam("status") @DefaultValue("") String status,
            @QueryParam("search") @DefaultValue("") String search,
            @QueryParam("order") @DefaultValue("") String order)
            throws IOException {
        if (!Set.of("", "completed", "failed").contains(status)) {
            throw new ProblemException(
                    Problem.ofParam(ErrorCode.INVALID_VALUE, "status", "`status` is completed or failed."));
        }
        BatchResults.Query query = new BatchResults.Query(
                Math.max(0, skip),
                Math.clamp(limit, 1, BatchResults.MOST),
                status,
                search,
                LineOrder.parse(order) == LineOrder.INPUT);
        BatchResults.Page page = readers.results().read(batches.get(asker(), id), query);
        return Response.ok(page.lines())
                .header("X-Incomplete", page.more())
                .header("X-Last-Line", page.last())
                .build();
    }

    private Batches.Asker asker() {
        return batches.asker(key());
    }

    private Principal key() {
        return presented.get().within(SCOPE);
    }

    private static String required(String param, @Nullable String value) {
        if (value == null || value.isBlank()) {
            throw new ProblemException(Problem.ofParam(
                    ErrorCode.MISSING_REQUIRED_PARAMETER, param, "The body names no `" + param + "`; add one."));
        }
        return value;
    }

    private static String endpoint(String url) {
        if (LineEndpoint.of(url).isEmpty()) {
            throw new ProblemException(Problem.ofParam(
                    ErrorCode.INVALID_VALUE,
                    "endpoint",
                    "`endpoint` must be one of "
                            + Arrays.stream(LineEndpoint.values())
                                    .map(LineEndpoint::url)
                                    .collect(Collectors.joining(", "))
                            + "."));
        }
        return url;
    }

    private static Map<String, String> metadata(@Nullable Map<String, String> sent) {
        Map<String, String> kept = new HashMap<>();
        if (sent != null) {
            sent.forEach((name, value) -> {
                if (value != null) {
                    kept.put(name, value);
                }
            });
        }
        boolean fits = kept.size() <= MOST_METADATA
                && kept.entrySet().stream()
                        .allMatch(note -> note.getKey().length() <= LONGEST_NAME
                                && note.getValue().length() <= LONGEST_VALUE);
        if (!fits) {
            throw new ProblemException(Problem.ofParam(
                    ErrorCode.INVALID_VALUE,
                    "metadata",
                    "`metadata` takes 16 notes at most, names of up to 64 and values of up to 512 characters."));
        }
        return kept;
    }
}
