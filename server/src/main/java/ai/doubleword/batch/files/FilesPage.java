package ai.doubleword.batch.files;

import ai.doubleword.accounts.CurrentCaller;
import ai.doubleword.jsonl.LineReport;
import ai.doubleword.platform.ConsolePages;
import ai.doubleword.platform.Database;
import ai.doubleword.platform.ErrorForm;
import ai.doubleword.platform.Ids;
import ai.doubleword.platform.Notice;
import ai.doubleword.platform.RoutePolicy;
import ai.doubleword.platform.RoutePolicy.Authentication;
import io.quarkus.qute.TemplateInstance;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.Consumes;
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
import jakarta.ws.rs.core.StreamingOutput;
import java.io.IOException;
import java.io.InputStream;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.jspecify.annotations.Nullable;

/// The page **Files** of an account: upload with what is wrong line by line, download, delete.
@Path("{place: me|o/[a-z0-9-]+}/files")
@Produces(MediaType.TEXT_HTML)
@Consumes(MediaType.APPLICATION_FORM_URLENCODED)
@RunOnVirtualThread
@RoutePolicy(Authentication.SESSION)
public final class FilesPage {
    private static final int PAGE = 50;

    private final AccountFiles files;
    private final FileUploads uploads;
    private final ContentReader reader;
    private final Database database;
    private final CurrentCaller current;

    FilesPage(AccountFiles files, FileUploads uploads, ContentReader reader, Database database, CurrentCaller current) {
        this.files = files;
        this.uploads = uploads;
        this.reader = reader;
        this.database = database;
        this.current = current;
    }

    /// A file as the list shows it.
    ///
    /// @param kind `Requests` or `Results`
    /// @param models those that its requests name, in a line
    public record Row(
            String id,
            String name,
            String kind,
            String models,
            String size,
            long lines,
            Instant created,
            Optional<Instant> expires) {
        static Row of(FileRow file) {
            return new Row(
                    Ids.format(BatchFile.PREFIX, file.id()),
                    file.name(),
                    file.purpose() == FilePurpose.BATCH ? "Requests" : "Results",
                    String.join(
                            ", ",
                            file.stored().map(FileRow.Stored::models).orElse(List.of()).stream()
                                    .map(BatchFile.ModelLines::model)
                                    .distinct()
                                    .toList()),
                    size(file.bytes()),
                    file.lines(),
                    file.created(),
                    file.expires());
        }

        private static String size(long bytes) {
            String[] units = {"B", "KB", "MB", "GB", "TB"};
            double size = bytes;
            int unit = 0;
            while (size >= 1_000 && unit < units.length - 1) {
                size /= 1_000;
                unit++;
            }
            return String.format(
                    java.util.Locale.ROOT, unit == 0 || size >= 100 ? "%.0f %s" : "%.1f %s", size, units[unit]);
        }
    }

    /// @param next the last file of this page where more follow; empty otherwise
    record list(String base, List<Row> files, String next, String dialog) implements TemplateInstance {}

    record delete(String base, Row file) implements TemplateInstance {}

    @GET
    @Operation(hidden = true)
    public Response list(@PathParam("place") String place, @QueryParam("after") @Nullable String after) {
        return ConsolePages.page(200, show(place, after, "")).build();
    }

    private list show(String place, @Nullable String after, String dialog) {
        AccountFiles.Page page =
                files.list(caller(), List.of(FilePurpose.values()), Optional.ofNullable(after), PAGE, false);
        List<Row> rows = page.files().stream().map(Row::of).toList();
        return new list(base(place), rows, page.more() ? rows.getLast().id() : "", dialog);
    }

    /// Takes the bytes of a file as they are, sent by the page's script.
    @POST
    @Consumes("application/jsonl")
    @Produces(MediaType.APPLICATION_JSON)
    @Operation(hidden = true)
    public Response upload(
            @PathParam("place") String place,
            @QueryParam("name") @DefaultValue("file.jsonl") String name,
            InputStream body) {
        try {
            return switch (uploads.take(caller(), name, OptionalLong.empty(), body::transferTo)) {
                case FileUploads.Outcome.Kept(FileRow file) ->
                    Response.status(201)
                            .entity(Map.of("id", Ids.format(BatchFile.PREFIX, file.id())))
                            .cookie(Notice.of("“" + file.name() + "” is uploaded: " + file.lines() + " requests."))
                            .build();
                case FileUploads.Outcome.Wrong(LineReport report) ->
                    Response.status(400)
                            .entity(LineErrors.body(ErrorForm.FLAT, report, ""))
                            .build();
            };
        } catch (IOException e) {
            throw FilesResource.unreadable(e);
        }
    }

    @GET
    @Path("{id}/content")
    @Produces(MediaType.WILDCARD)
    @Operation(hidden = true)
    public Response download(@PathParam("place") String place, @PathParam("id") String id) {
        FileRow row = files.get(caller(), id);
        FileContent content = files.content(row);
        long bytes = content.slices().stream()
                .mapToLong(slice -> slice.bytes().bytes())
                .sum();
        StreamingOutput output = out -> reader.write(
                content.slices().stream().map(FileContent.LineSlice::bytes).toList(), 0, bytes, out);
        return Response.ok(output)
                .type("application/x-ndjson")
                .header("Content-Length", bytes)
                .header(
                        "Content-Disposition",
                        "attachment; filename=\"" + Ids.format(BatchFile.PREFIX, row.id()) + ".jsonl\"")
                .header("X-Content-Type-Options", "nosniff")
                .build();
    }

    @GET
    @Path("{id}/delete")
    @Operation(hidden = true)
    public Response askDelete(
            @PathParam("place") String place,
            @PathParam("id") String id,
            @HeaderParam("HX-Request") @Nullable String htmx) {
        return ConsolePages.dialog(
                        200,
                        new delete(base(place), Row.of(files.get(caller(), id))),
                        htmx,
                        html -> show(place, null, html))
                .build();
    }

    @POST
    @Path("{id}/delete")
    @Operation(hidden = true)
    public Response delete(
            @PathParam("place") String place,
            @PathParam("id") String id,
            @HeaderParam("HX-Request") @Nullable String htmx) {
        FileRow gone = files.delete(caller(), id);
        return ConsolePages.seeOther(base(place), htmx != null)
                .cookie(Notice.of("“" + gone.name() + "” is deleted."))
                .build();
    }

    private FileCaller caller() {
        return ConsoleFiles.caller(database, current.get());
    }

    private static String base(String place) {
        return "/" + place + "/files";
    }
}
