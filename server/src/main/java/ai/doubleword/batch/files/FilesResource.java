package ai.doubleword.batch.files;

import ai.doubleword.accounts.Accounts;
import ai.doubleword.keys.PresentedKey;
import ai.doubleword.platform.ErrorCode;
import ai.doubleword.platform.Ids;
import ai.doubleword.platform.Problem;
import ai.doubleword.platform.ProblemException;
import ai.doubleword.platform.RoutePolicy;
import ai.doubleword.platform.RoutePolicy.Authentication;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.StreamingOutput;
import java.io.IOException;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;

/// Files of requests and of results, in OpenAI's shape. Uploading has a route of its own, [FileUploadRoute], since a
/// body of hundreds of megabytes is no argument of a method.
@Path("{base:v1|ai/v1}/files")
@Produces(MediaType.APPLICATION_JSON)
@RunOnVirtualThread
@RoutePolicy(Authentication.INFERENCE_KEY)
@Tag(name = "Files")
public final class FilesResource {
    static final String SCOPE = "files";
    private static final int USUAL_PAGE = 20;
    private static final int LARGEST_PAGE = 10_000;
    private static final String NDJSON = "application/x-ndjson";

    private final AccountFiles files;
    private final ContentReader reader;
    private final FileEstimates estimates;
    private final Accounts accounts;
    private final PresentedKey presented;

    FilesResource(
            AccountFiles files,
            ContentReader reader,
            FileEstimates estimates,
            Accounts accounts,
            PresentedKey presented) {
        this.files = files;
        this.reader = reader;
        this.estimates = estimates;
        this.accounts = accounts;
        this.presented = presented;
    }

    record Deleted(String id, String object, boolean deleted) {}

    @GET
    @Operation(summary = "Files that this key may use, newest first")
    public FileView.Listing list(
            @QueryParam("limit") @Nullable Integer limit,
            @QueryParam("after") @Nullable String after,
            @QueryParam("purpose") @DefaultValue("") String purpose,
            @QueryParam("order") @DefaultValue("desc") String order) {
        FileCaller caller = caller();
        if (!Set.of("asc", "desc").contains(order)) {
            throw invalid("order", "`order` is asc or desc.");
        }
        AccountFiles.Page page = files.list(
                caller,
                purposes(purpose),
                Optional.ofNullable(after),
                Math.clamp(Objects.requireNonNullElse(limit, USUAL_PAGE), 1, LARGEST_PAGE),
                order.equals("asc"));
        People people = People.of(accounts, caller.account(), page.files());
        List<FileView> views =
                page.files().stream().map(row -> FileView.of(row, people)).toList();
        return new FileView.Listing(
                "list",
                views,
                views.isEmpty() ? null : views.getFirst().id(),
                views.isEmpty() ? null : views.getLast().id(),
                page.more());
    }

    @GET
    @Path("{id}")
    @Operation(summary = "One file")
    public FileView get(@PathParam("id") String id) {
        FileCaller caller = caller();
        FileRow file = files.get(caller, id);
        return FileView.of(file, People.of(accounts, caller.account(), List.of(file)));
    }

    @DELETE
    @Path("{id}")
    @Operation(
            summary = "Delete a file",
            description = "Batches that read it go on: its bytes stay until the last of them has ended.")
    public Deleted delete(@PathParam("id") String id) {
        FileRow gone = files.delete(caller(), id);
        return new Deleted(Ids.format(BatchFile.PREFIX, gone.id()), "file", true);
    }

    @GET
    @Path("{id}/cost-estimate")
    @Operation(summary = "What the file would cost as a batch, by model")
    public FileEstimates.Estimate estimate(
            @PathParam("id") String id, @QueryParam("completion_window") @DefaultValue("24h") String window) {
        BatchFile file = files.get(caller(), id)
                .asInput()
                .orElseThrow(() -> invalid("file_id", "Only files of requests have a cost; this one holds results."));
        return estimates.of(file, CompletionWindow.parse(window));
    }

    @GET
    @Path("{id}/content")
    @Produces(MediaType.WILDCARD)
    @Operation(
            summary = "The lines of a file",
            description = "`offset` (or `skip`) and `limit` count lines, `search` takes those that hold a text."
                    + " `X-Last-Line` is the index behind the last line answered, `X-Incomplete` whether more follow,"
                    + " now or later. Without them, `Range` takes a run of bytes. `order=input` answers what a batch wrote"
                    + " in the order of its requests, of each the newest line: `offset` and `X-Last-Line` then count"
                    + " requests, `Range` is not heard, and while the batch runs lines end before the first request"
                    + " that has no result.")
    public Response content(
            @PathParam("id") String id,
            @QueryParam("offset") @Nullable Long offset,
            @QueryParam("skip") @Nullable Long skip,
            @QueryParam("limit") @Nullable Long limit,
            @QueryParam("search") @DefaultValue("") String search,
            @QueryParam("order") @DefaultValue("") String order,
            @HeaderParam("Range") @DefaultValue("") String range) {
        FileRow row = files.get(caller(), id);
        ContentQuery query = new ContentQuery(
                count("offset", Objects.requireNonNullElse(offset, Objects.requireNonNullElse(skip, 0L))),
                count("limit", Objects.requireNonNullElse(limit, Long.MAX_VALUE)),
                search);
        try {
            if (LineOrder.parse(order) == LineOrder.INPUT && row.batch().isPresent()) {
                return lines(reader.select(files.ordered(row), query));
            }
            FileContent content = files.content(row);
            return query.isAll() ? whole(content, range) : lines(row, content, query);
        } catch (IOException e) {
            throw unreadable(e);
        }
    }

    private Response whole(FileContent content, String range) {
        long bytes = content.slices().stream()
                .mapToLong(slice -> slice.bytes().bytes())
                .sum();
        long lines = content.slices().stream()
                .mapToLong(FileContent.LineSlice::lines)
                .sum();
        ByteRange wanted = ByteRange.of(range, bytes);
        Response.ResponseBuilder answer = switch (wanted) {
            case ByteRange.Whole whole ->
                Response.ok(output(content, 0, bytes)).header(HttpHeaders.CONTENT_LENGTH, bytes);
            case ByteRange.Part(long from, long length) ->
                Response.status(206)
                        .entity(output(content, from, length))
                        .header(HttpHeaders.CONTENT_LENGTH, length)
                        .header(
                                "Content-Range",
                                "bytes " + from + "-" + (from + length - 1) + "/"
                                        + (content.complete() ? Long.toString(bytes) : "*"));
            case ByteRange.Unsatisfiable none -> Response.status(416).header("Content-Range", "bytes */" + bytes);
        };
        return answer.type(NDJSON)
                .header("Accept-Ranges", "bytes")
                .header("X-Last-Line", lines)
                .header("X-Incomplete", !content.complete())
                .build();
    }

    private StreamingOutput output(FileContent content, long from, long length) {
        return out -> reader.write(
                content.slices().stream().map(FileContent.LineSlice::bytes).toList(), from, length, out);
    }

    private Response lines(FileRow row, FileContent content, ContentQuery query) throws IOException {
        ContentReader.Selection selection = reader.select(row, content, query);
        return lines(out -> reader.write(selection, out), selection.last(), selection.more());
    }

    private Response lines(ContentReader.InOrder selection) {
        return lines(out -> reader.write(selection, out), selection.last(), selection.more());
    }

    private static Response lines(StreamingOutput output, long last, boolean more) {
        return Response.ok(output)
                .type(NDJSON)
                .header("X-Last-Line", last)
                .header("X-Incomplete", more)
                .build();
    }

    private FileCaller caller() {
        return FileCaller.of(presented.get().within(SCOPE));
    }

    static ProblemException unreadable(IOException cause) {
        ProblemException problem = new ProblemException(Problem.retry(
                ErrorCode.STORAGE_UNAVAILABLE,
                "The place where files are kept does not answer. Try again in a few seconds.",
                Duration.ofSeconds(10)));
        problem.initCause(cause);
        return problem;
    }

    private static List<FilePurpose> purposes(String purpose) {
        return EnumSet.allOf(FilePurpose.class).stream()
                .filter(known -> purpose.isEmpty() || known.wire().equals(purpose))
                .toList();
    }

    private static long count(String param, long value) {
        if (value < 0) {
            throw invalid(param, "`" + param + "` counts lines and cannot be negative.");
        }
        return value;
    }

    private static ProblemException invalid(String param, String message) {
        return new ProblemException(Problem.ofParam(ErrorCode.INVALID_VALUE, param, message));
    }
}
