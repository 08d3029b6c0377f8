package ai.doubleword.responses;

import ai.doubleword.accounts.Caller;
import ai.doubleword.accounts.CurrentCaller;
import ai.doubleword.platform.ConsolePages;
import ai.doubleword.platform.ErrorCode;
import ai.doubleword.platform.Ids;
import ai.doubleword.platform.Notice;
import ai.doubleword.platform.ProblemException;
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
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.stream.Collectors;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.jspecify.annotations.Nullable;

/// The reader's conversations of an account: listed, read, deleted.
@Path("{place: me|o/[a-z0-9-]+}/responses/conversations")
@Produces(MediaType.TEXT_HTML)
@Consumes(MediaType.APPLICATION_FORM_URLENCODED)
@RunOnVirtualThread
@RoutePolicy(Authentication.SESSION)
public final class ConversationsPage {
    private static final int PAGE = 25;
    private static final int ITEMS = 50;

    private final Conversations conversations;
    private final CurrentCaller current;

    ConversationsPage(Conversations conversations, CurrentCaller current) {
        this.conversations = conversations;
        this.current = current;
    }

    /// A conversation of the list.
    ///
    /// @param about its metadata, in one line
    public record Row(String id, String about, int items, Instant created) {
        static Row of(Conversations.Listed listed) {
            Conversation conversation = listed.conversation();
            String about = conversation.metadata().entrySet().stream()
                    .sorted(Map.Entry.comparingByKey())
                    .map(pair -> pair.getKey() + ": " + pair.getValue())
                    .collect(Collectors.joining(" · "));
            return new Row(
                    Conversation.name(conversation.id()),
                    about,
                    listed.items(),
                    Instant.ofEpochMilli(Ids.millis(conversation.id())));
        }
    }

    /// @param next the last conversation of this page where more follow; empty otherwise
    /// @param dialog the dialog over the page, as HTML that is rendered already; empty for none
    record list(String base, List<Row> conversations, String next, String dialog) implements TemplateInstance {}

    record delete(String base, Row conversation) implements TemplateInstance {}

    /// @param next the last item of this page where more follow; empty otherwise
    record detail(String base, Row conversation, List<ItemPart> parts, boolean first, String next)
            implements TemplateInstance {}

    @GET
    @Operation(hidden = true)
    public Response list(@PathParam("place") String place, @QueryParam("before") @DefaultValue("") String before) {
        return ConsolePages.page(200, show(place, before, "")).build();
    }

    private list show(String place, String before, String dialog) {
        long from = before.isEmpty() ? Long.MAX_VALUE : number(before);
        List<Row> found = conversations.latest(viewer(), from, PAGE + 1).stream()
                .map(Row::of)
                .toList();
        List<Row> rows = found.stream().limit(PAGE).toList();
        String next = found.size() > PAGE ? rows.getLast().id() : "";
        return new list(base(place), rows, next, dialog);
    }

    @GET
    @Path("{id: conv_[0-9A-Za-z]+}")
    @Operation(hidden = true)
    public Response detail(
            @PathParam("place") String place,
            @PathParam("id") String id,
            @QueryParam("after") @DefaultValue("") String after) {
        Row found = find(id);
        Conversations.Page page =
                conversations.items(viewer(), number(id), after, ITEMS, true).orElseThrow(() -> missing(id));
        String next = page.more() ? page.items().getLast().path("id").asText() : "";
        return ConsolePages.page(
                        200, new detail(base(place), found, ItemPart.of(page.items(), "item"), after.isEmpty(), next))
                .build();
    }

    @GET
    @Path("{id: conv_[0-9A-Za-z]+}/delete")
    @Operation(hidden = true)
    public Response askDelete(
            @PathParam("place") String place,
            @PathParam("id") String id,
            @HeaderParam("HX-Request") @Nullable String htmx) {
        return ConsolePages.dialog(200, new delete(base(place), find(id)), htmx, html -> show(place, "", html))
                .build();
    }

    @POST
    @Path("{id: conv_[0-9A-Za-z]+}/delete")
    @Operation(hidden = true)
    public Response delete(
            @PathParam("place") String place,
            @PathParam("id") String id,
            @HeaderParam("HX-Request") @Nullable String htmx) {
        if (!conversations.delete(viewer(), number(id))) {
            throw missing(id);
        }
        return ConsolePages.seeOther(base(place), htmx != null)
                .cookie(Notice.of("The conversation is deleted."))
                .build();
    }

    private Row find(String id) {
        return conversations.find(viewer(), number(id)).map(Row::of).orElseThrow(() -> missing(id));
    }

    private static long number(String id) {
        OptionalLong number = Conversation.parse(id);
        return number.orElseThrow(() -> missing(id));
    }

    private static ProblemException missing(String id) {
        return new ProblemException(
                ErrorCode.NOT_FOUND, "There is no conversation '" + StoredResponse.shortened(id) + "' of yours.");
    }

    /// Everybody sees what they made themselves.
    private Viewer viewer() {
        Caller user = current.get();
        return new Viewer(user.account(), user.user());
    }

    private static String base(String place) {
        return "/" + place + "/responses/conversations";
    }
}
