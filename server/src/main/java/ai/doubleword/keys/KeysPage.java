package ai.doubleword.keys;

import ai.doubleword.accounts.Caller;
import ai.doubleword.accounts.Confirmation;
import ai.doubleword.accounts.CurrentCaller;
import ai.doubleword.platform.ConsolePages;
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
import jakarta.ws.rs.core.MultivaluedMap;
import jakarta.ws.rs.core.Response;
import java.time.Clock;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.jspecify.annotations.Nullable;

/// The page **API Keys** of an account: the list, and the dialog that makes a key. What is done to one key stands in
/// [KeyDialogs]. A member of an organization without the right to manage keys sees the own ones.
@Path("{place: me|o/[a-z0-9-]+}/api-keys")
@Produces(MediaType.TEXT_HTML)
@RunOnVirtualThread
@RoutePolicy(value = Authentication.SESSION, right = "keys")
public final class KeysPage {
    private final Keys keys;
    private final MemberKeys memberKeys;
    private final KeyLists lists;
    private final CurrentCaller current;
    private final Confirmation confirmation;
    private final Clock clock;

    KeysPage(
            Keys keys,
            MemberKeys memberKeys,
            KeyLists lists,
            CurrentCaller current,
            Confirmation confirmation,
            Clock clock) {
        this.keys = keys;
        this.memberKeys = memberKeys;
        this.lists = lists;
        this.current = current;
        this.confirmation = confirmation;
        this.clock = clock;
    }

    /// @param base the address of the page
    /// @param manages whether the reader may make and manage keys
    /// @param dialog a dialog over the list, as HTML that is rendered already; empty for none
    record list(String base, KeyLists.Listing listing, boolean manages, String dialog) implements TemplateInstance {}

    /// @param base the address of the page
    /// @param account who pays, as the switcher names it
    /// @param members for whom else the key can be; empty outside of organizations
    /// @param problem what was wrong with the last attempt; empty at first
    record create(
            String base,
            String account,
            KeyForm form,
            List<MemberKeys.Candidate> members,
            boolean organization,
            String problem)
            implements TemplateInstance {}

    /// A key's one appearance.
    ///
    /// @param title what has happened
    /// @param detail what follows from it; may be empty
    record shown(String base, String title, String detail, ApiKey key, String text) implements TemplateInstance {}

    @GET
    @RoutePolicy(Authentication.SESSION)
    @Operation(hidden = true)
    public Response show(
            @PathParam("place") String place,
            @QueryParam("q") @DefaultValue("") String search,
            @QueryParam("show") @DefaultValue("") String state,
            @QueryParam("sort") @DefaultValue("") String sort,
            @QueryParam("after") @DefaultValue("") String after) {
        KeyQuery query = KeyLists.query(search, state, sort, after);
        Caller caller = current.get();
        return ConsolePages.page(200, new list(base(place), lists.page(caller, query), caller.may("keys"), ""))
                .build();
    }

    @GET
    @Path("new")
    @Operation(hidden = true)
    public Response ask(@PathParam("place") String place, @HeaderParam("HX-Request") @Nullable String htmx) {
        return answer(200, place, form(place, KeyForm.BLANK, ""), htmx);
    }

    @POST
    @Consumes(MediaType.APPLICATION_FORM_URLENCODED)
    @Operation(hidden = true)
    public Response create(
            @PathParam("place") String place,
            @HeaderParam("HX-Request") @Nullable String htmx,
            MultivaluedMap<String, String> fields) {
        KeyForm form = KeyForm.of(fields);
        if (form.platform()) {
            confirmation.require();
        }
        Caller caller = current.get();
        return ConsolePages.attempt(
                () -> {
                    KeyRequest wanted = form.request(null, clock);
                    if (wanted.member() != null) {
                        ApiKey made = memberKeys.make(caller, wanted.member(), wanted.keyType(), wanted.terms());
                        return ConsolePages.seeOther(base(place), htmx != null)
                                .cookie(Notice.of("“" + made.terms().name()
                                        + "” is made. Its member reveals it, once, on this page; nobody else sees it."))
                                .build();
                    }
                    IssuedKey issued = keys.issue(
                            caller.account(), caller.user(), wanted.keyType(), wanted.terms(), caller.rights());
                    return answer(201, place, shown(base(place), "API key created", "", issued), htmx);
                },
                (status, reason) -> answer(status, place, form(place, form, reason), htmx));
    }

    /// Names the page's dialog for a key that has just been made.
    static shown shown(String base, String title, String detail, IssuedKey issued) {
        return new shown(base, title, detail, issued.key(), issued.text().revealText());
    }

    static String base(String place) {
        return "/" + place + "/api-keys";
    }

    private create form(String place, KeyForm form, String problem) {
        Caller caller = current.get();
        return new create(
                base(place),
                lists.accountName(caller.account()),
                form,
                memberKeys.candidates(caller),
                !place.equals("me"),
                problem);
    }

    /// A dialog: alone for a page that is there already, over the list otherwise.
    private Response answer(int status, String place, TemplateInstance dialog, @Nullable String htmx) {
        return answer(status, place, dialog, htmx, lists, current.get());
    }

    static Response answer(
            int status, String place, TemplateInstance dialog, @Nullable String htmx, KeyLists lists, Caller caller) {
        return ConsolePages.dialog(
                        status,
                        dialog,
                        htmx,
                        html -> new list(
                                base(place),
                                lists.page(caller, KeyLists.query("", "", "", "")),
                                caller.may("keys"),
                                html))
                .build();
    }
}
