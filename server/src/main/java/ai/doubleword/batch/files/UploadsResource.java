package ai.doubleword.batch.files;

import ai.doubleword.accounts.Accounts;
import ai.doubleword.batch.files.UploadStore.Part;
import ai.doubleword.batch.files.UploadStore.Upload;
import ai.doubleword.keys.PresentedKey;
import ai.doubleword.platform.ErrorCode;
import ai.doubleword.platform.Ids;
import ai.doubleword.platform.Problem;
import ai.doubleword.platform.ProblemException;
import ai.doubleword.platform.RoutePolicy;
import ai.doubleword.platform.RoutePolicy.Authentication;
import ai.doubleword.platform.TolerantBody;
import com.fasterxml.jackson.databind.PropertyNamingStrategies.SnakeCaseStrategy;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import io.quarkus.resteasy.reactive.jackson.CustomDeserialization;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.io.IOException;
import java.util.List;
import java.util.OptionalLong;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;

/// Uploads in parts, in OpenAI's shape. Parts have a route of their own, [FileUploadRoute].
@Path("{base:v1|ai/v1}/uploads")
@Produces(MediaType.APPLICATION_JSON)
@Consumes(MediaType.APPLICATION_JSON)
@RunOnVirtualThread
@RoutePolicy(Authentication.INFERENCE_KEY)
@Tag(name = "Uploads")
public final class UploadsResource {
    private final Uploads uploads;
    private final Accounts accounts;
    private final PresentedKey presented;

    UploadsResource(Uploads uploads, Accounts accounts, PresentedKey presented) {
        this.uploads = uploads;
        this.accounts = accounts;
        this.presented = presented;
    }

    record Wanted(
            @Nullable String filename,
            @Nullable String purpose,
            @Nullable Long bytes,
            @Nullable String mimeType,
            @Nullable ExpiresAfter expiresAfter) {}

    record Completion(
            @Nullable List<String> partIds, @Nullable String md5) {}

    /// @param createdAt epoch seconds, as `expiresAt`
    @JsonNaming(SnakeCaseStrategy.class)
    @Schema(name = "UploadResponse")
    record UploadView(
            String id,
            String object,
            long bytes,
            long createdAt,
            String filename,
            String purpose,
            String status,
            long expiresAt,
            @Nullable FileView file) {
        static UploadView of(Upload upload, @Nullable FileView file) {
            return new UploadView(
                    Ids.format(Upload.PREFIX, upload.id()),
                    "upload",
                    upload.bytes(),
                    upload.created().getEpochSecond(),
                    upload.name(),
                    "batch",
                    upload.status(),
                    upload.expires().getEpochSecond(),
                    file);
        }
    }

    /// @param createdAt epoch seconds
    @JsonNaming(SnakeCaseStrategy.class)
    @Schema(name = "UploadPartResponse")
    record PartView(String id, String object, long createdAt, String uploadId) {
        static PartView of(Part part) {
            return new PartView(
                    Ids.format(Part.PREFIX, part.id()),
                    "upload.part",
                    part.created().getEpochSecond(),
                    Ids.format(Upload.PREFIX, part.upload()));
        }
    }

    @POST
    @CustomDeserialization(TolerantBody.class)
    @Operation(
            summary = "Announce a file that comes in parts",
            description = "Then send parts of up to 64 MiB, in any order and again where one failed, and complete it"
                    + " within an hour.")
    public UploadView create(Wanted wanted) {
        FileCaller caller = caller();
        FileUploads.requirePurpose(wanted.purpose());
        if (wanted.filename() == null || wanted.filename().isBlank()) {
            throw missing("filename");
        }
        if (wanted.bytes() == null) {
            throw missing("bytes");
        }
        ExpiresAfter expiry = wanted.expiresAfter();
        OptionalLong seconds = expiry == null
                ? OptionalLong.empty()
                : OptionalLong.of(expiry.life("expires_after").toSeconds());
        String mimeType = wanted.mimeType() == null ? "application/jsonl" : wanted.mimeType();
        Upload upload = uploads.create(caller, new Uploads.Wish(wanted.filename(), wanted.bytes(), mimeType, seconds));
        return UploadView.of(upload, null);
    }

    @POST
    @Path("{id}/complete")
    @CustomDeserialization(TolerantBody.class)
    @Operation(summary = "Make a file of the parts, in the order named")
    public jakarta.ws.rs.core.Response complete(@PathParam("id") String id, Completion completion) {
        FileCaller caller = caller();
        if (completion.partIds() == null || completion.partIds().isEmpty()) {
            throw missing("part_ids");
        }
        try {
            return switch (uploads.complete(caller, id, completion.partIds(), completion.md5())) {
                case FileUploads.Outcome.Kept(FileRow file) ->
                    jakarta.ws.rs.core.Response.ok(UploadView.of(
                                    uploads.get(caller, id),
                                    FileView.of(file, People.of(accounts, caller.account(), List.of(file)))))
                            .build();
                case FileUploads.Outcome.Wrong wrong -> throw new ProblemException(LineErrors.problem(wrong.report()));
            };
        } catch (FileIntake.TooLargeException e) {
            throw new ProblemException(ErrorCode.REQUEST_TOO_LARGE, "The parts are too large together.");
        } catch (IOException e) {
            throw FilesResource.unreadable(e);
        }
    }

    @POST
    @Path("{id}/cancel")
    @Consumes(MediaType.WILDCARD)
    @Operation(summary = "Give an upload up")
    public UploadView cancel(@PathParam("id") String id) {
        return UploadView.of(uploads.cancel(caller(), id), null);
    }

    private FileCaller caller() {
        return FileCaller.of(presented.get().within(FilesResource.SCOPE));
    }

    private static ProblemException missing(String param) {
        return new ProblemException(
                Problem.ofParam(ErrorCode.MISSING_REQUIRED_PARAMETER, param, "`" + param + "` is required."));
    }
}
