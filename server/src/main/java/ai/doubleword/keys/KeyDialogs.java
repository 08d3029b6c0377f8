package ai.doubleword.keys;

import ai.doubleword.accounts.Caller;
import ai.doubleword.accounts.Confirmation;
import ai.doubleword.accounts.CurrentCaller;
import ai.doubleword.platform.ConsolePages;
import ai.doubleword.platform.ErrorCode;
import ai.doubleword.platform.Notice;
import ai.doubleword.platform.ProblemException;
import ai.doubleword.platform.RoutePolicy;
import ai.doubleword.platform.RoutePolicy.Authentication;
import io.quarkus.qute.TemplateInstance;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.FormParam;
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

/// What is done to keys on the page **API Keys**: each in a dialog that says what follows, with an address of its own.
@Path("{place: me|o/[a-z0-9-]+}/api-keys")
@Produces(MediaType.TEXT_HTML)
@Consumes(MediaType.APPLICATION_FORM_URLENCODED)
@RunOnVirtualThread
@RoutePolicy(value = Authentication.SESSION, right = "keys")
public final class KeyDialogs {
    private static final int MOST_AT_ONCE = 200;

    private final Keys keys;
    private final KeyLists lists;
    private final CurrentCaller current;
    private final Confirmation confirmation;
    private final Clock clock;

    KeyDialogs(Keys keys, KeyLists lists, CurrentCaller current, Confirmation confirmation, Clock clock) {
        this.keys = keys;
        this.lists = lists;
        this.current = current;
        this.confirmation = confirmation;
        this.clock = clock;
    }

    record edit(String base, ApiKey key, KeyForm form, boolean organization, String problem)
            implements TemplateInstance {}

    record rotate(String base, ApiKey key, String problem) implements TemplateInstance {}

    record revoke(String base, List<ApiKey> keys, boolean several) implements TemplateInstance {}

    record delete(String base, ApiKey key, boolean works) implements TemplateInstance {}

    record leaked(String base, ApiKey key) implements TemplateInstance {}

    @GET
    @Path("{id}/edit")
    @Operation(hidden = true)
    public Response askEdit(
            @PathParam("place") String place,
            @PathParam("id") String id,
            @HeaderParam("HX-Request") @Nullable String htmx) {
        ApiKey key = key(id);
        return dialog(200, place, new edit(base(place), key, KeyForm.of(key), !place.equals("me"), ""), htmx);
    }

    @POST
    @Path("{id}/edit")
    @Operation(hidden = true)
    public Response edit(
            @PathParam("place") String place,
            @PathParam("id") String id,
            @HeaderParam("HX-Request") @Nullable String htmx,
            MultivaluedMap<String, String> fields) {
        ApiKey key = key(id);
        KeyForm form = KeyForm.of(fields).ofType(key.type());
        Caller caller = current.get();
        return ConsolePages.attempt(
                () -> {
                    KeyRequest wanted = form.request(key, clock);
                    ApiKey changed = keys.change(caller.account(), key.id(), wanted::over, caller.rights());
                    return done(place, "“" + changed.terms().name() + "” is saved.", htmx);
                },
                (status, reason) ->
                        dialog(status, place, new edit(base(place), key, form, !place.equals("me"), reason), htmx));
    }

    @GET
    @Path("{id}/rotate")
    @Operation(hidden = true)
    public Response askRotate(
            @PathParam("place") String place,
            @PathParam("id") String id,
            @HeaderParam("HX-Request") @Nullable String htmx) {
        return dialog(200, place, new rotate(base(place), key(id), ""), htmx);
    }

    @POST
    @Path("{id}/rotate")
    @Operation(hidden = true)
    public Response rotate(
            @PathParam("place") String place,
            @PathParam("id") String id,
            @FormParam("overlap") @Nullable String overlap,
            @HeaderParam("HX-Request") @Nullable String htmx) {
        ApiKey key = replaceable(id);
        Caller caller = current.get();
        return ConsolePages.attempt(
                () -> {
                    Overlap chosen = Overlap.of(overlap == null ? "24h" : overlap);
                    IssuedKey issued = keys.rotate(caller.account(), caller.user(), key.id(), chosen);
                    String detail = chosen == Overlap.NONE
                            ? "The old key has stopped working."
                            : "The old key works for " + words(chosen) + " more.";
                    return dialog(201, place, KeysPage.shown(base(place), "API key rotated", detail, issued), htmx);
                },
                (status, reason) -> dialog(status, place, new rotate(base(place), key, reason), htmx));
    }

    @GET
    @Path("revoke")
    @Operation(hidden = true)
    public Response askRevoke(
            @PathParam("place") String place,
            @QueryParam("id") List<String> ids,
            @HeaderParam("HX-Request") @Nullable String htmx) {
        List<ApiKey> chosen = chosen(ids);
        return dialog(200, place, new revoke(base(place), chosen, chosen.size() > 1), htmx);
    }

    @POST
    @Path("revoke")
    @Operation(hidden = true)
    public Response revoke(
            @PathParam("place") String place,
            @FormParam("id") List<String> ids,
            @FormParam("cut") @Nullable String cut,
            @FormParam("work") @Nullable String work,
            @HeaderParam("HX-Request") @Nullable String htmx) {
        List<ApiKey> chosen = chosen(ids);
        Boolean cutStreams = cut == null ? null : Boolean.TRUE;
        chosen.forEach(key -> keys.revoke(current.get().account(), key.id(), cutStreams, work(work), ""));
        String what = chosen.size() == 1
                ? "“" + chosen.getFirst().terms().name() + "” is revoked."
                : chosen.size() + " keys are revoked.";
        return done(place, what, htmx);
    }

    @GET
    @Path("{id}/delete")
    @Operation(hidden = true)
    public Response askDelete(
            @PathParam("place") String place,
            @PathParam("id") String id,
            @HeaderParam("HX-Request") @Nullable String htmx) {
        ApiKey key = key(id);
        return dialog(200, place, new delete(base(place), key, key.alive(clock.instant())), htmx);
    }

    @POST
    @Path("{id}/delete")
    @Operation(hidden = true)
    public Response delete(
            @PathParam("place") String place,
            @PathParam("id") String id,
            @FormParam("work") @Nullable String work,
            @HeaderParam("HX-Request") @Nullable String htmx) {
        ApiKey key = key(id);
        keys.delete(current.get().account(), key.id(), work(work));
        return done(place, "“" + key.terms().name() + "” is deleted.", htmx);
    }

    private static Keys.Work work(@Nullable String ticked) {
        return ticked == null ? Keys.Work.FINISH : Keys.Work.CANCEL;
    }

    @GET
    @Path("{id}/leaked")
    @Operation(hidden = true)
    public Response askLeaked(
            @PathParam("place") String place,
            @PathParam("id") String id,
            @HeaderParam("HX-Request") @Nullable String htmx) {
        return dialog(200, place, new leaked(base(place), key(id)), htmx);
    }

    @POST
    @Path("{id}/leaked")
    @Operation(hidden = true)
    public Response leaked(
            @PathParam("place") String place,
            @PathParam("id") String id,
            @HeaderParam("HX-Request") @Nullable String htmx) {
        Caller caller = current.get();
        IssuedKey issued = keys.replaceLeaked(
                caller.account(), caller.user(), replaceable(id).id());
        return dialog(
                201,
                place,
                KeysPage.shown(
                        base(place),
                        "API key replaced",
                        "The leaked key is revoked, its running requests are ended and its batches cancelled.",
                        issued),
                htmx);
    }

    private ApiKey key(String id) {
        return keys.get(current.get().account(), KeyFormat.isId(id) ? id : "");
    }

    /// A key in whose place another is to come. One that manages the account is given to nobody who only found the
    /// browser open.
    private ApiKey replaceable(String id) {
        ApiKey key = key(id);
        if (key.type() == KeyType.PLATFORM) {
            confirmation.require();
        }
        return key;
    }

    private List<ApiKey> chosen(List<String> ids) {
        if (ids.isEmpty() || ids.size() > MOST_AT_ONCE) {
            throw new ProblemException(
                    ErrorCode.INVALID_VALUE, "Choose at least one key, and at most " + MOST_AT_ONCE + " at once.");
        }
        return ids.stream().distinct().map(this::key).toList();
    }

    private Response dialog(int status, String place, TemplateInstance content, @Nullable String htmx) {
        return KeysPage.answer(status, place, content, htmx, lists, current.get());
    }

    /// Back to the list, which says what was done.
    private static Response done(String place, String sentence, @Nullable String htmx) {
        return ConsolePages.seeOther(base(place), htmx != null)
                .cookie(Notice.of(sentence))
                .build();
    }

    private static String base(String place) {
        return KeysPage.base(place);
    }

    private static String words(Overlap overlap) {
        return switch (overlap) {
            case NONE -> "no time";
            case HOUR -> "1 hour";
            case DAY -> "24 hours";
            case WEEK -> "7 days";
        };
    }
}
