package ai.doubleword.webhooks;

import ai.doubleword.accounts.Accounts;
import ai.doubleword.accounts.Caller;
import ai.doubleword.accounts.CurrentCaller;
import ai.doubleword.accounts.Organization;
import ai.doubleword.accounts.User;
import ai.doubleword.keys.Overlap;
import ai.doubleword.platform.ErrorCode;
import ai.doubleword.platform.Ids;
import ai.doubleword.platform.Problem;
import ai.doubleword.platform.ProblemException;
import ai.doubleword.platform.RoutePolicy;
import ai.doubleword.platform.RoutePolicy.Authentication;
import ai.doubleword.platform.TolerantBody;
import io.quarkus.resteasy.reactive.jackson.CustomDeserialization;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.PATCH;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.util.List;
import java.util.Locale;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;

/// The webhooks of the caller's account. The user in the path is `current`, the caller, or the organization that the
/// call acts in: existing clients name one, and the credential alone decides the account.
@Path("admin/api/v1/users/{user}/webhooks")
@Produces(MediaType.APPLICATION_JSON)
@Consumes(MediaType.APPLICATION_JSON)
@RunOnVirtualThread
@RoutePolicy(value = Authentication.MANAGEMENT, right = "webhooks")
@Tag(name = "Webhooks")
public final class WebhooksResource {
    private static final int LARGEST_PAGE = 100;

    private final Webhooks webhooks;
    private final Accounts accounts;
    private final CurrentCaller current;

    WebhooksResource(Webhooks webhooks, Accounts accounts, CurrentCaller current) {
        this.webhooks = webhooks;
        this.accounts = accounts;
        this.current = current;
    }

    /// How to rotate a secret.
    ///
    /// @param overlap how long the secret before signs too: `0`, `1h`, `24h` (default) or `7d`
    record SecretRotation(@Nullable String overlap) {}

    /// A page of deliveries, the newest first.
    ///
    /// @param lastId what `after` takes for the next page
    record DeliveryPage(
            List<DeliveryView> data,
            boolean hasMore,
            @Nullable String lastId) {}

    /// An event that is on its way.
    record Queued(String event) {}

    @POST
    @Operation(summary = "Make a webhook", description = "Its secret is in this answer only.")
    @CustomDeserialization(TolerantBody.class)
    public Response create(@PathParam("user") String user, @Nullable WebhookRequest request) {
        return secret(201, webhooks.create(caller(user), required(request).terms()));
    }

    @GET
    @Operation(summary = "List the webhooks of the account, newest first")
    public List<WebhookView> list(@PathParam("user") String user) {
        return webhooks.list(caller(user).account()).stream()
                .map(WebhookView::of)
                .toList();
    }

    @GET
    @Path("{webhook}")
    @Operation(summary = "One webhook")
    public WebhookView get(@PathParam("user") String user, @PathParam("webhook") String id) {
        return WebhookView.of(webhooks.get(caller(user).account(), id));
    }

    @PATCH
    @Path("{webhook}")
    @Operation(summary = "Change URL, events, scope or description; enable or disable")
    @CustomDeserialization(TolerantBody.class)
    public WebhookView change(
            @PathParam("user") String user, @PathParam("webhook") String id, @Nullable WebhookRequest request) {
        WebhookRequest wanted = required(request);
        long account = caller(user).account();
        Webhook before = webhooks.get(account, id);
        return WebhookView.of(webhooks.change(account, id, wanted.over(before.terms()), wanted.enabled()));
    }

    @POST
    @Path("{webhook}/rotate-secret")
    @Operation(
            summary = "Make a new secret",
            description = "It is in this answer only; the one before signs too for the overlap.")
    public Response rotate(
            @PathParam("user") String user, @PathParam("webhook") String id, @Nullable SecretRotation rotation) {
        String overlap = rotation == null || rotation.overlap() == null ? "24h" : rotation.overlap();
        return secret(200, webhooks.rotate(caller(user).account(), id, Overlap.of(overlap)));
    }

    @DELETE
    @Path("{webhook}")
    @Operation(summary = "Delete a webhook with its log of deliveries")
    public void delete(@PathParam("user") String user, @PathParam("webhook") String id) {
        webhooks.delete(caller(user).account(), id);
    }

    @POST
    @Path("{webhook}/test")
    @Operation(summary = "Send a test event")
    public Response test(@PathParam("user") String user, @PathParam("webhook") String id) {
        long event = webhooks.test(caller(user).account(), id);
        return Response.accepted(new Queued(Ids.format(Delivery.EVENT, event))).build();
    }

    @GET
    @Path("{webhook}/deliveries")
    @Operation(summary = "List deliveries, newest first")
    public DeliveryPage deliveries(
            @PathParam("user") String user,
            @PathParam("webhook") String id,
            @QueryParam("state") @DefaultValue("") String state,
            @QueryParam("after") @DefaultValue("") String after,
            @QueryParam("limit") @DefaultValue("20") int limit) {
        Webhooks.Page page = webhooks.deliveries(
                caller(user).account(), id, state(state), after, Math.clamp(limit, 1, LARGEST_PAGE));
        List<DeliveryView> data =
                page.deliveries().stream().map(DeliveryView::of).toList();
        return new DeliveryPage(
                data, page.more(), data.isEmpty() ? null : data.getLast().event());
    }

    @GET
    @Path("{webhook}/deliveries/{event}")
    @Operation(summary = "One delivery with its payload and attempts")
    public DeliveryView delivery(
            @PathParam("user") String user, @PathParam("webhook") String id, @PathParam("event") String event) {
        return DeliveryView.of(webhooks.delivery(caller(user).account(), id, event));
    }

    @POST
    @Path("{webhook}/deliveries/{event}/redeliver")
    @Operation(summary = "Send an event again", description = "At once, under the same webhook-id.")
    public Response redeliver(
            @PathParam("user") String user, @PathParam("webhook") String id, @PathParam("event") String event) {
        long account = caller(user).account();
        webhooks.redeliver(account, id, event);
        return Response.accepted(DeliveryView.of(webhooks.delivery(account, id, event)))
                .build();
    }

    /// @throws ProblemException `not_found` for a user that the call does not act as
    private Caller caller(String named) {
        Caller caller = current.get();
        boolean self = named.equals("current")
                || Ids.parse(User.PREFIX, named).orElse(-1) == caller.user()
                || accounts.organizationOfAccount(caller.account())
                        .filter(organization ->
                                Ids.parse(Organization.PREFIX, named).orElse(-1) == organization.id())
                        .isPresent();
        if (!self) {
            throw new ProblemException(ErrorCode.NOT_FOUND, "There is no such user.");
        }
        return caller;
    }

    static Delivery.@Nullable State state(String wire) {
        if (wire.isEmpty()) {
            return null;
        }
        try {
            return Delivery.State.of(wire.toLowerCase(Locale.ROOT));
        } catch (IllegalArgumentException e) {
            throw new ProblemException(Problem.ofParam(
                    ErrorCode.INVALID_VALUE, "state", "state is waiting, delivered, failed or cancelled."));
        }
    }

    private static Response secret(int status, IssuedWebhook issued) {
        return Response.status(status)
                .header("Cache-Control", "no-store")
                .entity(WebhookView.of(issued))
                .build();
    }

    private static WebhookRequest required(@Nullable WebhookRequest request) {
        if (request == null) {
            throw new ProblemException(
                    ErrorCode.INVALID_JSON,
                    "The body must be a JSON object such as {\"url\":\"https://example.com/hooks/doubleword\"}.");
        }
        return request;
    }
}
