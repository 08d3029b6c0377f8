package ai.doubleword.audit;

import ai.doubleword.accounts.Accounts;
import ai.doubleword.accounts.User;
import ai.doubleword.platform.ConsolePages;
import ai.doubleword.platform.Ids;
import ai.doubleword.platform.KeyText;
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
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.IntStream;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.jspecify.annotations.Nullable;

/// The page **Audit**: the log of the platform, newest first, its check, its export. For administrators and
/// auditors.
@Path("admin/audit")
@Produces(MediaType.TEXT_HTML)
@RunOnVirtualThread
@RoutePolicy(value = Authentication.SESSION, right = "audit")
public final class AdminAuditPage {
    private static final int PAGE = 50;
    /// How many rows a page looks at, so that a rare kind does not read the whole log.
    private static final int REACH = 50_000;

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
    private final AuditLines readable;
    private final Accounts accounts;

    AdminAuditPage(Audit audit, AuditLines readable, Accounts accounts) {
        this.audit = audit;
        this.readable = readable;
        this.accounts = accounts;
    }

    /// What the page shows, as its address says.
    ///
    /// @param who a user's name, address or id
    /// @param unknown whether nobody is called so
    record View(String kind, String who, String subject, boolean unknown) {
        /// What kinds begin with, to choose from.
        public List<String> kinds() {
            return KINDS;
        }

        /// Whether anything narrows the list.
        public boolean filtered() {
            return !kind.isEmpty() || !who.isEmpty() || !subject.isEmpty();
        }

        /// The address of the rows before a number.
        public String href(long before) {
            return "?kind=" + encoded(kind) + "&who=" + encoded(who) + "&subject=" + encoded(subject) + "&before="
                    + before;
        }
    }

    /// A row as it is, and as people read it.
    record Line(AuditRow row, AuditLine said) {}

    /// @param next number that the next page begins before; 0 for the last
    /// @param searchedTo the time of the last row that was looked at, where the page ended before it was full
    record list(View view, List<Line> lines, long next, Optional<Instant> searchedTo, String dialog)
            implements TemplateInstance {}

    record verify(Optional<Verification> found, String checkpoint, String problem) implements TemplateInstance {}

    @GET
    @Operation(hidden = true)
    public Response list(
            @QueryParam("kind") @DefaultValue("") String kind,
            @QueryParam("who") @DefaultValue("") String who,
            @QueryParam("subject") @DefaultValue("") String subject,
            @QueryParam("before") @DefaultValue("0") long before) {
        return ConsolePages.page(200, page(kind.strip(), who.strip(), KeyText.cut(subject.strip()), before, ""))
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

    private list page(String kind, String who, String subject, long before, String dialog) {
        Optional<OptionalLong> actor = actor(who);
        View view = new View(kind, who, subject, actor.isEmpty());
        if (actor.isEmpty()) {
            return new list(view, List.of(), 0, Optional.empty(), dialog);
        }
        long from = before > 0 ? before : audit.last() + 1;
        List<AuditRow> found = audit.search(new AuditFilter(kind, actor.get(), subject), from, REACH, PAGE + 1);
        boolean full = found.size() > PAGE;
        List<AuditRow> rows = full ? found.subList(0, PAGE) : found;
        boolean bounded = !full && from > REACH + 1L;
        long next = full ? rows.getLast().seq() : bounded ? from - REACH : 0;
        return new list(
                view,
                lines(rows),
                next,
                bounded ? audit.before(next + 1, 1).stream().map(AuditRow::at).findFirst() : Optional.empty(),
                dialog);
    }

    /// The user of a name, an address or an id; everybody for no text; nothing if nobody is called so.
    private Optional<OptionalLong> actor(String who) {
        if (who.isEmpty()) {
            return Optional.of(OptionalLong.empty());
        }
        OptionalLong id = Ids.parse(User.PREFIX, who);
        if (id.isPresent()) {
            return Optional.of(id);
        }
        return (who.contains("@") ? accounts.userByEmail(who) : accounts.userByUsername(who))
                .map(user -> OptionalLong.of(user.id()));
    }

    private List<Line> lines(List<AuditRow> rows) {
        List<AuditLine> said = readable.of(rows);
        return IntStream.range(0, rows.size())
                .mapToObj(i -> new Line(rows.get(i), said.get(i)))
                .toList();
    }

    private Response dialog(int status, verify content, @Nullable String htmx) {
        return ConsolePages.dialog(status, content, htmx, html -> page("", "", "", 0, html))
                .build();
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }
}
