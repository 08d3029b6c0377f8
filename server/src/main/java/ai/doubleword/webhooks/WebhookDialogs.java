package ai.doubleword.webhooks;

import ai.doubleword.accounts.Caller;
import ai.doubleword.accounts.CurrentCaller;
import ai.doubleword.keys.Overlap;
import ai.doubleword.platform.ConsolePages;
import ai.doubleword.platform.Ids;
import ai.doubleword.platform.Notice;
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
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.MultivaluedMap;
import jakarta.ws.rs.core.Response;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.jspecify.annotations.Nullable;

/// What is done to webhooks on the page **Webhooks**: made, edited, rotated, enabled and disabled, deleted, tested, and
/// their events sent again.
@Path("{place: me|o/[a-z0-9-]+}/webhooks")
@Produces(MediaType.TEXT_HTML)
@Consumes(MediaType.APPLICATION_FORM_URLENCODED)
@RunOnVirtualThread
@RoutePolicy(value = Authentication.SESSION, right = "webhooks")
public final class WebhookDialogs {
    private final Webhooks webhooks;
    private final WebhooksConfig config;
    private final CurrentCaller current;

    WebhookDialogs(Webhooks webhooks, WebhooksConfig config, CurrentCaller current) {
        this.webhooks = webhooks;
        this.config = config;
        this.current = current;
    }

    /// @param organization whether others act in the account, too
    /// @param problem what was wrong with the last attempt; empty at first
    record create(String base, WebhookForm form, boolean organization, String problem) implements TemplateInstance {}

    record edit(String base, String id, WebhookForm form, boolean organization, String problem)
            implements TemplateInstance {}

    record rotate(String base, String id, Webhook webhook) implements TemplateInstance {}

    record delete(String base, String id, Webhook webhook) implements TemplateInstance {}

    /// A secret's one appearance.
    ///
    /// @param detail what follows from it; may be empty
    record shown(String base, String title, String detail, Webhook webhook, String secret)
            implements TemplateInstance {}

    @GET
    @Path("new")
    @Operation(hidden = true)
    public Response askCreate(@PathParam("place") String place, @HeaderParam("HX-Request") @Nullable String htmx) {
        return dialog(200, place, new create(base(place), WebhookForm.BLANK, !place.equals("me"), ""), htmx);
    }

    @POST
    @Operation(hidden = true)
    public Response create(
            @PathParam("place") String place,
            @HeaderParam("HX-Request") @Nullable String htmx,
            MultivaluedMap<String, String> fields) {
        WebhookForm form = WebhookForm.of(fields);
        Caller caller = current.get();
        return ConsolePages.attempt(
                () -> {
                    IssuedWebhook issued =
                            webhooks.create(caller, form.request().terms());
                    return dialog(201, place, shown(place, "Webhook created", "", issued), htmx);
                },
                (status, reason) ->
                        dialog(status, place, new create(base(place), form, !place.equals("me"), reason), htmx));
    }

    @GET
    @Path("{webhook}/edit")
    @Operation(hidden = true)
    public Response askEdit(
            @PathParam("place") String place,
            @PathParam("webhook") String id,
            @HeaderParam("HX-Request") @Nullable String htmx) {
        WebhookForm form = WebhookForm.of(webhook(id));
        return dialog(200, place, new edit(base(place), id, form, !place.equals("me"), ""), htmx);
    }

    @POST
    @Path("{webhook}/edit")
    @Operation(hidden = true)
    public Response edit(
            @PathParam("place") String place,
            @PathParam("webhook") String id,
            @HeaderParam("HX-Request") @Nullable String htmx,
            MultivaluedMap<String, String> fields) {
        Webhook before = webhook(id);
        WebhookForm form = WebhookForm.of(fields);
        return ConsolePages.attempt(
                () -> {
                    webhooks.change(before.account(), id, form.request().over(before.terms()), null);
                    return done(own(place, id), "The webhook is saved.", htmx);
                },
                (status, reason) ->
                        dialog(status, place, new edit(base(place), id, form, !place.equals("me"), reason), htmx));
    }

    @GET
    @Path("{webhook}/rotate")
    @Operation(hidden = true)
    public Response askRotate(
            @PathParam("place") String place,
            @PathParam("webhook") String id,
            @HeaderParam("HX-Request") @Nullable String htmx) {
        return dialog(200, place, new rotate(base(place), id, webhook(id)), htmx);
    }

    @POST
    @Path("{webhook}/rotate")
    @Operation(hidden = true)
    public Response rotate(
            @PathParam("place") String place,
            @PathParam("webhook") String id,
            @FormParam("overlap") @DefaultValue("24h") String overlap,
            @HeaderParam("HX-Request") @Nullable String htmx) {
        Overlap chosen = Overlap.of(overlap);
        IssuedWebhook issued = webhooks.rotate(current.get().account(), id, chosen);
        String detail = chosen == Overlap.NONE
                ? "Events are signed by the new secret alone from now on."
                : "Until the overlap ends, events carry signatures by the old secret and by the new one.";
        return dialog(200, place, shown(place, "Secret rotated", detail, issued), htmx);
    }

    @POST
    @Path("{webhook}/enable")
    @Operation(hidden = true)
    public Response enable(
            @PathParam("place") String place,
            @PathParam("webhook") String id,
            @HeaderParam("HX-Request") @Nullable String htmx) {
        Webhook before = webhook(id);
        webhooks.change(before.account(), id, before.terms(), true);
        return done(own(place, id), "The webhook is enabled. What it missed can be sent again.", htmx);
    }

    @POST
    @Path("{webhook}/disable")
    @Operation(hidden = true)
    public Response disable(
            @PathParam("place") String place,
            @PathParam("webhook") String id,
            @HeaderParam("HX-Request") @Nullable String htmx) {
        Webhook before = webhook(id);
        webhooks.change(before.account(), id, before.terms(), false);
        return done(own(place, id), "The webhook is disabled: it gets no events.", htmx);
    }

    @GET
    @Path("{webhook}/delete")
    @Operation(hidden = true)
    public Response askDelete(
            @PathParam("place") String place,
            @PathParam("webhook") String id,
            @HeaderParam("HX-Request") @Nullable String htmx) {
        return dialog(200, place, new delete(base(place), id, webhook(id)), htmx);
    }

    @POST
    @Path("{webhook}/delete")
    @Operation(hidden = true)
    public Response delete(
            @PathParam("place") String place,
            @PathParam("webhook") String id,
            @HeaderParam("HX-Request") @Nullable String htmx) {
        webhooks.delete(current.get().account(), id);
        return done(base(place), "The webhook is deleted.", htmx);
    }

    @POST
    @Path("{webhook}/test")
    @Operation(hidden = true)
    public Response test(
            @PathParam("place") String place,
            @PathParam("webhook") String id,
            @HeaderParam("HX-Request") @Nullable String htmx) {
        long event = webhooks.test(current.get().account(), id);
        return done(delivery(place, id, Ids.format(Delivery.EVENT, event)), "A test event is on its way.", htmx);
    }

    @POST
    @Path("{webhook}/deliveries/{event}/redeliver")
    @Operation(hidden = true)
    public Response redeliver(
            @PathParam("place") String place,
            @PathParam("webhook") String id,
            @PathParam("event") String event,
            @HeaderParam("HX-Request") @Nullable String htmx) {
        webhooks.redeliver(current.get().account(), id, event);
        return done(delivery(place, id, event), "The event is on its way again.", htmx);
    }

    private Webhook webhook(String id) {
        return webhooks.get(current.get().account(), id);
    }

    private static shown shown(String place, String title, String detail, IssuedWebhook issued) {
        return new shown(
                own(place, Ids.format(Webhook.PREFIX, issued.webhook().id())),
                title,
                detail,
                issued.webhook(),
                issued.secret().revealText());
    }

    private Response dialog(int status, String place, TemplateInstance content, @Nullable String htmx) {
        return ConsolePages.dialog(
                        status,
                        content,
                        htmx,
                        html -> WebhooksPage.list(
                                webhooks, config, current.get().account(), place, html))
                .build();
    }

    private static Response done(String path, String sentence, @Nullable String htmx) {
        return ConsolePages.seeOther(path, htmx != null)
                .cookie(Notice.of(sentence))
                .build();
    }

    private static String base(String place) {
        return WebhooksPage.base(place);
    }

    private static String own(String place, String id) {
        return base(place) + "/" + id;
    }

    private static String delivery(String place, String id, String event) {
        return own(place, id) + "/deliveries/" + event;
    }
}
