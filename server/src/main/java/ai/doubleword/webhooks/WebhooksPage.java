package ai.doubleword.webhooks;

import ai.doubleword.accounts.CurrentCaller;
import ai.doubleword.console.Code;
import ai.doubleword.docs.Language;
import ai.doubleword.docs.Samples;
import ai.doubleword.platform.AccountEventType;
import ai.doubleword.platform.ConsolePages;
import ai.doubleword.platform.Ids;
import ai.doubleword.platform.RoutePolicy;
import ai.doubleword.platform.RoutePolicy.Authentication;
import io.quarkus.qute.TemplateInstance;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.jspecify.annotations.Nullable;

/// The page **Webhooks** of an account: the endpoints, each with its deliveries, each of these with its attempts.
/// What is done to one stands in [WebhookDialogs].
@Path("{place: me|o/[a-z0-9-]+}/webhooks")
@Produces(MediaType.TEXT_HTML)
@RunOnVirtualThread
@RoutePolicy(value = Authentication.SESSION, right = "webhooks")
public final class WebhooksPage {
    private static final int ROWS = 50;
    private static final String SAMPLE = "webhooks/verify";

    /// The sample calls no model.
    private static final String NO_MODEL = "doubleword-demo";

    private final Webhooks webhooks;
    private final WebhooksConfig config;
    private final Samples samples;
    private final CurrentCaller current;

    WebhooksPage(Webhooks webhooks, WebhooksConfig config, Samples samples, CurrentCaller current) {
        this.webhooks = webhooks;
        this.config = config;
        this.samples = samples;
        this.current = current;
    }

    /// An endpoint as pages show it.
    ///
    /// @param events those that it hears of, in a line
    /// @param disabledAt when it is disabled if nothing arrives until then
    public record Row(String id, Webhook webhook, String events, Optional<Instant> disabledAt) {
        static Row of(Webhook webhook, WebhooksConfig config) {
            String events =
                    webhook.terms().types().stream().map(AccountEventType::wire).collect(Collectors.joining(", "));
            return new Row(
                    Ids.format(Webhook.PREFIX, webhook.id()),
                    webhook,
                    events.isEmpty() ? "all events" : events,
                    webhook.disabledAt(config.disableAfter()));
        }
    }

    /// A delivery as pages show it.
    public record Sent(String id, Delivery delivery) {
        static Sent of(Delivery delivery) {
            return new Sent(Ids.format(Delivery.EVENT, delivery.event()), delivery);
        }
    }

    /// A language of the snippet.
    public record Tab(String label, String href, boolean chosen) {}

    record list(String base, List<Row> rows, String dialog) implements TemplateInstance {}

    /// @param state which deliveries are shown; empty for all
    /// @param next the last delivery of this page where more follow; empty otherwise
    record detail(
            String base,
            Row row,
            List<Sent> deliveries,
            String state,
            String next,
            List<Tab> tabs,
            Code snippet,
            String dialog)
            implements TemplateInstance {}

    record delivery(String base, Row row, Sent sent, Code payload, List<Delivery.Attempt> attempts)
            implements TemplateInstance {}

    @GET
    @Operation(hidden = true)
    public Response show(@PathParam("place") String place) {
        return ConsolePages.page(200, page(place, "")).build();
    }

    @GET
    @Path("{webhook}")
    @Operation(hidden = true)
    public Response detail(
            @PathParam("place") String place,
            @PathParam("webhook") String id,
            @QueryParam("state") @DefaultValue("") String state,
            @QueryParam("after") @DefaultValue("") String after,
            @QueryParam("language") @Nullable String language) {
        long account = current.get().account();
        Webhook webhook = webhooks.get(account, id);
        Webhooks.Page page = webhooks.deliveries(account, id, WebhooksResource.state(state), after, ROWS);
        List<Sent> deliveries = page.deliveries().stream().map(Sent::of).toList();
        Row row = Row.of(webhook, config);
        Language chosen = samples.languages(SAMPLE).stream()
                .filter(each -> each.wire().equals(language))
                .findFirst()
                .orElse(Language.PYTHON);
        List<Tab> tabs = samples.languages(SAMPLE).stream()
                .map(each -> new Tab(
                        each.label(),
                        base(place) + "/" + row.id() + "?language=" + each.wire() + "#verify",
                        each == chosen))
                .toList();
        return ConsolePages.page(
                        200,
                        new detail(
                                base(place),
                                row,
                                deliveries,
                                state,
                                page.more() ? deliveries.getLast().id() : "",
                                tabs,
                                Code.of(
                                        chosen.name().toLowerCase(Locale.ROOT),
                                        samples.text(SAMPLE, NO_MODEL, chosen, new Samples.Values("", NO_MODEL, ""))),
                                ""))
                .build();
    }

    @GET
    @Path("{webhook}/deliveries/{event}")
    @Operation(hidden = true)
    public Response delivery(
            @PathParam("place") String place, @PathParam("webhook") String id, @PathParam("event") String event) {
        Webhooks.Detail found = webhooks.delivery(current.get().account(), id, event);
        return ConsolePages.page(
                        200,
                        new delivery(
                                base(place),
                                Row.of(found.webhook(), config),
                                Sent.of(found.delivery()),
                                Code.of(
                                        "javascript",
                                        Payload.readable(found.delivery().body())),
                                found.attempts()))
                .build();
    }

    private list page(String place, String dialog) {
        return list(webhooks, config, current.get().account(), place, dialog);
    }

    static list list(Webhooks webhooks, WebhooksConfig config, long account, String place, String dialog) {
        return new list(
                base(place),
                webhooks.list(account).stream()
                        .map(webhook -> Row.of(webhook, config))
                        .toList(),
                dialog);
    }

    static String base(String place) {
        return "/" + place + "/webhooks";
    }
}
