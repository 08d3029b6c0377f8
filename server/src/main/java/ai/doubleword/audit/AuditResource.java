package ai.doubleword.audit;

import ai.doubleword.platform.ErrorCode;
import ai.doubleword.platform.Problem;
import ai.doubleword.platform.ProblemException;
import ai.doubleword.platform.RoutePolicy;
import ai.doubleword.platform.RoutePolicy.Authentication;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.StreamingOutput;
import java.util.List;
import java.util.Optional;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;

/// The audit log of the platform, for administrators and auditors.
@Path("admin/api/v1/audit")
@Produces(MediaType.APPLICATION_JSON)
@RunOnVirtualThread
@RoutePolicy(value = Authentication.MANAGEMENT, right = "audit")
@Tag(name = "Audit")
public final class AuditResource {
    private static final int BATCH = 1_000;

    private final Audit audit;
    private final ObjectMapper json;

    AuditResource(Audit audit, ObjectMapper json) {
        this.audit = audit;
        this.json = json;
    }

    /// A page of the log.
    ///
    /// @param nextBefore where the next page begins; 0 at the end
    record AuditPage(List<AuditView> data, long nextBefore) {
        static AuditPage of(List<AuditRow> rows, int limit) {
            return new AuditPage(
                    rows.stream().map(AuditView::of).toList(),
                    rows.size() < limit ? 0 : rows.getLast().seq());
        }
    }

    @GET
    @Operation(summary = "The audit log, newest first")
    public AuditPage list(
            @QueryParam("before") @DefaultValue("9223372036854775807") long before,
            @QueryParam("limit") @DefaultValue("50") int limit) {
        int most = Math.clamp(limit, 1, 500);
        return AuditPage.of(audit.before(before, most), most);
    }

    @GET
    @Path("page")
    @Operation(summary = "Rows after a number, oldest first")
    public List<AuditView> page(
            @QueryParam("after") @DefaultValue("0") long after, @QueryParam("limit") @DefaultValue("50") int limit) {
        return audit.after(after, Math.clamp(limit, 1, 500)).stream()
                .map(AuditView::of)
                .toList();
    }

    @GET
    @Path("export")
    @Produces("application/x-ndjson")
    @Operation(summary = "The audit log as JSON lines, oldest first")
    public Response export(@QueryParam("after") @DefaultValue("0") long after) {
        StreamingOutput lines = out -> {
            long last = after;
            for (List<AuditRow> batch = audit.after(last, BATCH); !batch.isEmpty(); batch = audit.after(last, BATCH)) {
                for (AuditRow row : batch) {
                    out.write(json.writeValueAsBytes(AuditView.of(row)));
                    out.write('\n');
                    last = row.seq();
                }
            }
        };
        return Response.ok(lines)
                .header("Cache-Control", "no-store")
                .header("Content-Disposition", "attachment; filename=\"audit.jsonl\"")
                .build();
    }

    @GET
    @Path("verification")
    @Operation(summary = "Read the whole log and say what was changed or deleted")
    public Verification verify(@QueryParam("checkpoint") @Nullable String checkpoint) {
        return audit.verify(kept(checkpoint == null ? "" : checkpoint));
    }

    /// A checkpoint that somebody kept.
    ///
    /// @param text as the server's log has it; empty for none
    /// @throws ProblemException `invalid_value` for what is no checkpoint
    static Optional<Checkpoint> kept(String text) {
        if (text.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(Checkpoint.parse(text)
                .orElseThrow(() -> new ProblemException(Problem.ofParam(
                        ErrorCode.INVALID_VALUE,
                        "checkpoint",
                        "This is no checkpoint: copy it whole from a line 'Audit checkpoint at row …' of the log."))));
    }
}
