package ai.doubleword.mail;

import ai.doubleword.platform.ConsolePages;
import ai.doubleword.platform.ErrorCode;
import ai.doubleword.platform.Ids;
import ai.doubleword.platform.ProblemException;
import ai.doubleword.platform.RoutePolicy;
import ai.doubleword.platform.RoutePolicy.Authentication;
import io.quarkus.arc.All;
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
import java.net.URI;
import java.util.List;
import java.util.Optional;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.jspecify.annotations.Nullable;

/// The page **Outbox**, for administrators: which mails went out, which wait, which stayed here. No mail shows its
/// link; a new one can be made where that makes sense.
@Path("admin/outbox")
@Produces(MediaType.TEXT_HTML)
@Consumes(MediaType.APPLICATION_FORM_URLENCODED)
@RunOnVirtualThread
@RoutePolicy(value = Authentication.SESSION, right = "admin")
public final class OutboxPage {
    private static final int ROWS = 50;

    private final Outbox outbox;
    private final List<NewLinks> makers;

    OutboxPage(Outbox outbox, @All List<NewLinks> makers) {
        this.outbox = outbox;
        this.makers = makers;
    }

    /// @param id as addresses hold it
    /// @param renewable whether a new link can be made for what it is about
    public record Row(Mail mail, String id, boolean renewable) {}

    /// @param sends whether there is a mail server
    /// @param next the address of older mails; empty on the last page
    record list(List<Row> rows, boolean sends, String next, String dialog) implements TemplateInstance {}

    /// @param url a link that is shown this once
    record link(Mail mail, String url) implements TemplateInstance {}

    @GET
    @Operation(hidden = true)
    public Response show(@QueryParam("before") @DefaultValue("") String before) {
        return ConsolePages.page(200, page(before, "")).build();
    }

    @POST
    @Path("{mail}/link")
    @RoutePolicy(value = Authentication.SESSION, right = "admin", confirmed = true)
    @Operation(hidden = true)
    public Response newLink(@PathParam("mail") String id, @HeaderParam("HX-Request") @Nullable String htmx) {
        Mail mail = Ids.parse(Mail.PREFIX, id).stream()
                .mapToObj(outbox::find)
                .flatMap(Optional::stream)
                .findFirst()
                .orElseThrow(() -> new ProblemException(ErrorCode.NOT_FOUND, "There is no such mail."));
        URI url = makers.stream()
                .filter(maker -> maker.makes(mail.kind()))
                .findFirst()
                .flatMap(maker -> maker.make(mail.topic()))
                .orElseThrow(() -> new ProblemException(
                        ErrorCode.NOT_FOUND, "What this mail is about is over, so there is no link to make."));
        return ConsolePages.dialog(200, new link(mail, url.toString()), htmx, html -> page("", html))
                .build();
    }

    private list page(String before, String dialog) {
        long from = Ids.parse(Mail.PREFIX, before).orElse(Long.MAX_VALUE);
        List<Mail> found = outbox.list(from, ROWS + 1);
        List<Row> rows = found.stream().limit(ROWS).map(this::row).toList();
        String next =
                found.size() > ROWS ? "/admin/outbox?before=" + rows.getLast().id() : "";
        return new list(rows, outbox.sends(), next, dialog);
    }

    private Row row(Mail mail) {
        boolean renewable = makers.stream().anyMatch(maker -> maker.makes(mail.kind()));
        return new Row(mail, Ids.format(Mail.PREFIX, mail.id()), renewable);
    }
}
