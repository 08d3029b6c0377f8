package ai.doubleword.webhooks;

import ai.doubleword.accounts.AccountNames;
import ai.doubleword.platform.Database;
import ai.doubleword.platform.ErrorCode;
import ai.doubleword.platform.Ids;
import ai.doubleword.platform.ProblemException;
import ai.doubleword.platform.RoutePolicy;
import ai.doubleword.platform.RoutePolicy.Authentication;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/// Webhooks of everybody, for whoever runs the server: how deliveries fare, never a secret, a payload or an answer.
@Path("admin/api/v1/webhooks")
@Produces(MediaType.APPLICATION_JSON)
@RunOnVirtualThread
@RoutePolicy(value = Authentication.MANAGEMENT, right = "admin")
@Tag(name = "Webhooks")
public final class WebhooksAdminResource {
    private static final int LARGEST_PAGE = 100;

    private final Database database;
    private final Webhooks webhooks;
    private final AccountNames names;

    WebhooksAdminResource(Database database, Webhooks webhooks, AccountNames names) {
        this.database = database;
        this.names = names;
        this.webhooks = webhooks;
    }

    /// @param account the slug of the organization, or the user's address
    record AccountWebhook(String account, String status, WebhookView webhook) {
        static AccountWebhook of(Webhook webhook, String account) {
            return new AccountWebhook(account, webhook.status(), WebhookView.of(webhook));
        }
    }

    record AccountWebhooks(List<AccountWebhook> data) {}

    record Fate(String event, String type, String state, int attempts, Instant createdAt, String problem) {
        static Fate of(Delivery delivery) {
            return new Fate(
                    Ids.format(Delivery.EVENT, delivery.event()),
                    delivery.type(),
                    delivery.state().wire(),
                    delivery.attempts(),
                    delivery.created(),
                    delivery.last().map(Delivery.Attempt::problem).orElse(""));
        }
    }

    record Fates(List<Fate> data) {}

    @GET
    @Operation(summary = "Webhooks of all accounts, newest first")
    public AccountWebhooks list(@QueryParam("limit") @DefaultValue("20") int limit) {
        Map<Long, String> accounts = new HashMap<>();
        return new AccountWebhooks(
                database
                        .engine()
                        .withHandle(handle -> WebhookStore.newest(handle, Math.clamp(limit, 1, LARGEST_PAGE)))
                        .stream()
                        .map(webhook ->
                                AccountWebhook.of(webhook, accounts.computeIfAbsent(webhook.account(), names::of)))
                        .toList());
    }

    @GET
    @Path("{webhook}/deliveries")
    @Operation(summary = "How the latest deliveries of a webhook fared")
    public Fates deliveries(
            @PathParam("webhook") String id,
            @QueryParam("state") @DefaultValue("") String state,
            @QueryParam("limit") @DefaultValue("20") int limit) {
        int most = Math.clamp(limit, 1, LARGEST_PAGE);
        return new Fates(
                webhooks.deliveries(account(id), id, WebhooksResource.state(state), "", most).deliveries().stream()
                        .map(Fate::of)
                        .toList());
    }

    @POST
    @Path("{webhook}/deliveries/{event}/redeliver")
    @Operation(summary = "Send an event again")
    public Response redeliver(@PathParam("webhook") String id, @PathParam("event") String event) {
        long account = account(id);
        webhooks.redeliver(account, id, event);
        return Response.accepted(Fate.of(webhooks.delivery(account, id, event).delivery()))
                .build();
    }

    private long account(String id) {
        long number = Ids.parse(Webhook.PREFIX, id).orElse(0);
        return database.engine()
                .withHandle(handle -> WebhookStore.account(handle, number))
                .orElseThrow(() -> new ProblemException(ErrorCode.NOT_FOUND, "There is no such webhook."));
    }
}
