package ai.doubleword.audit;

import ai.doubleword.platform.ConsolePages;
import ai.doubleword.platform.RoutePolicy;
import ai.doubleword.platform.RoutePolicy.Authentication;
import io.quarkus.qute.TemplateInstance;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.FormParam;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.jspecify.annotations.Nullable;

/// The page **Audit**: the log of the platform, newest first, its check, its export. For administrators and
/// auditors.
@Path("admin/audit")
@Produces(MediaType.TEXT_HTML)
@RunOnVirtualThread
@RoutePolicy(value = Authentication.SESSION, right = "audit")
public final class AdminAuditPage {
    private static final List<String> KINDS = List.of(
            "sign_in",
            "session",
            "password",
            "user",
            "key",
            "member",
            "invite",
            "organization",
            "account",
            "provider",
            "model",
            "price",
            "configuration");

    private final Audit audit;
    private final AuditSearch search;

    AdminAuditPage(Audit audit, AuditSearch search) {
        this.audit = audit;
        this.search = search;
    }

    /// @param kinds what kinds begin with, to choose from
    record list(AuditSearch.Found found, List<String> kinds, String dialog) implements TemplateInstance {}

    record verify(Optional<Verification> found, String checkpoint, String problem) implements TemplateInstance {}

    @GET
    @Operation(hidden = true)
    public Response list(
            @QueryParam("kind") @DefaultValue("") String kind,
            @QueryParam("who") @DefaultValue("") String who,
            @QueryParam("subject") @DefaultValue("") String subject,
            @QueryParam("range") @DefaultValue("") String range,
            @QueryParam("before") @DefaultValue("0") long before) {
        return ConsolePages.page(200, page(AuditQuery.of(kind, who, subject, range), before, ""))
                .build();
    }

    @GET
    @Path("verify")
    @Operation(hidden = true)
    public Response askVerify(@HeaderParam("HX-Request") @Nullable String htmx) {
        return dialog(200, new verify(Optional.empty(), "", ""), htmx);
    }

    /// Reads the whole log.
    @POST
    @Path("verify")
    @Consumes(MediaType.APPLICATION_FORM_URLENCODED)
    @Operation(hidden = true)
    public Response verify(
            @FormParam("checkpoint") @DefaultValue("") String checkpoint,
            @HeaderParam("HX-Request") @Nullable String htmx) {
        String kept = checkpoint.strip();
        return ConsolePages.attempt(
                () -> dialog(200, new verify(Optional.of(audit.verify(AuditResource.kept(kept))), kept, ""), htmx),
                (status, reason) -> dialog(status, new verify(Optional.empty(), kept, reason), htmx));
    }

    private list page(AuditQuery query, long before, String dialog) {
        return new list(search.find(query, OptionalLong.empty(), before), KINDS, dialog);
    }

    private Response dialog(int status, verify content, @Nullable String htmx) {
        return ConsolePages.dialog(status, content, htmx, html -> page(AuditQuery.of("", "", "", ""), 0, html))
                .build();
    }
}
