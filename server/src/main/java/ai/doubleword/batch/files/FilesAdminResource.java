package ai.doubleword.batch.files;

import ai.doubleword.accounts.AccountNames;
import ai.doubleword.blobs.BlobInfo;
import ai.doubleword.platform.Database;
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
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import java.io.IOException;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;

/// Files of everybody, for whoever runs the server: their facts, never their content.
@Path("admin/api/v1/files")
@Produces(MediaType.APPLICATION_JSON)
@RunOnVirtualThread
@RoutePolicy(value = Authentication.MANAGEMENT, right = "admin")
@Tag(name = "Files")
public final class FilesAdminResource {
    private static final int LARGEST_PAGE = 100;

    private final Database database;
    private final FileChecks checks;
    private final AccountNames names;

    FilesAdminResource(Database database, FileChecks checks, AccountNames names) {
        this.database = database;
        this.names = names;
        this.checks = checks;
    }

    /// @param account the slug of the organization, or the user's address
    record KeptFile(
            String id,
            String account,
            String purpose,
            String filename,
            long bytes,
            long lines,
            Instant createdAt,
            @Nullable Instant expiresAt) {
        static KeptFile of(FileRow row, String account) {
            return new KeptFile(
                    Ids.format(BatchFile.PREFIX, row.id()),
                    account,
                    row.purpose().wire(),
                    row.name(),
                    row.bytes(),
                    row.lines(),
                    row.created(),
                    row.expires().orElse(null));
        }
    }

    record KeptFiles(List<KeptFile> data) {}

    record FileVerification(String id, boolean right, List<String> problems) {}

    record Orphan(String blob, long bytes, Instant written) {
        static Orphan of(BlobInfo info) {
            return new Orphan(info.name().toString(), info.bytes(), info.written());
        }
    }

    record Orphans(List<Orphan> data) {}

    @GET
    @Operation(summary = "Files of all accounts, newest first")
    public KeptFiles list(@QueryParam("limit") @DefaultValue("20") int limit) {
        Map<Long, String> accounts = new HashMap<>();
        return new KeptFiles(
                database
                        .engine()
                        .withHandle(handle -> FileStore.newest(handle, Math.clamp(limit, 1, LARGEST_PAGE)))
                        .stream()
                        .map(row -> KeptFile.of(row, accounts.computeIfAbsent(row.account(), names::of)))
                        .toList());
    }

    @GET
    @Path("{id}/verification")
    @Operation(summary = "Read an uploaded file and compare it with its hash and index")
    public FileVerification verify(@PathParam("id") String id) {
        long number = Ids.parse(BatchFile.PREFIX, id).orElse(0);
        FileRow row = database.engine()
                .withHandle(handle -> FileStore.any(handle, number))
                .orElseThrow(() -> new ProblemException(ErrorCode.NOT_FOUND, "There is no such file."));
        FileRow.Stored stored = row.stored()
                .orElseThrow(() -> new ProblemException(Problem.ofParam(
                        ErrorCode.INVALID_VALUE, "id", "Only uploaded files have a hash; a batch writes this one.")));
        try {
            List<String> problems = checks.verify(row, stored);
            return new FileVerification(Ids.format(BatchFile.PREFIX, row.id()), problems.isEmpty(), problems);
        } catch (IOException e) {
            throw FilesResource.unreadable(e);
        }
    }

    @GET
    @Path("orphans")
    @Operation(summary = "Blobs that belong to no file")
    public Orphans orphans() {
        try {
            return new Orphans(checks.orphans().stream().map(Orphan::of).toList());
        } catch (IOException e) {
            throw FilesResource.unreadable(e);
        }
    }

    @DELETE
    @Path("orphans")
    @Operation(summary = "Remove the blobs that belong to no file")
    public Orphans repair() {
        try {
            return new Orphans(checks.repair().stream().map(Orphan::of).toList());
        } catch (IOException e) {
            throw FilesResource.unreadable(e);
        }
    }
}
