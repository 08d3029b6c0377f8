package ai.doubleword.responses;

import ai.doubleword.idempotency.Idempotency;
import ai.doubleword.keys.PresentedKey;
import ai.doubleword.keys.Principal;
import ai.doubleword.platform.ErrorCode;
import ai.doubleword.platform.Ids;
import ai.doubleword.platform.JsonFormat;
import ai.doubleword.platform.Problem;
import ai.doubleword.platform.ProblemException;
import ai.doubleword.platform.RoutePolicy;
import ai.doubleword.platform.RoutePolicy.Authentication;
import ai.doubleword.translation.ConversationRequest;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.DELETE;
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
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.parameters.RequestBody;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;

/// Conversations of the key's account: what was said, item by item, for responses that name it as `conversation`.
@Path("{base:v1|ai/v1}/conversations")
@Produces(MediaType.APPLICATION_JSON)
@RunOnVirtualThread
@RoutePolicy(Authentication.INFERENCE_KEY)
@Tag(name = "Conversations")
public final class ConversationsResource {
    private static final String SCOPE = "responses";
    private static final int MOST = 100;
    private static final ObjectMapper JSON = JsonFormat.trees();

    private final Conversations conversations;
    private final PresentedKey presented;
    private final Idempotency idempotency;

    ConversationsResource(Conversations conversations, PresentedKey presented, Idempotency idempotency) {
        this.conversations = conversations;
        this.presented = presented;
        this.idempotency = idempotency;
    }

    @POST
    @Operation(summary = "Begin a conversation", description = "With up to 20 items, and up to 16 notes of its own.")
    @APIResponse(responseCode = "200", ref = "#/components/responses/Conversation")
    public Response create(
            @RequestBody(ref = "#/components/requestBodies/ConversationRequest") byte[] body,
            @HeaderParam("Idempotency-Key") @Nullable String once) {
        Principal key = key();
        return once(key, once, "POST conversations", body, () -> {
            ConversationRequest request = read(body);
            return json(conversations.create(
                    key, request.items(), request.metadata().orElse(Map.of())));
        });
    }

    @GET
    @Path("{id}")
    @Operation(summary = "One conversation")
    @APIResponse(responseCode = "200", ref = "#/components/responses/Conversation")
    public Response get(@PathParam("id") String id) {
        return ok(json(conversations.find(key(), number(id)).orElseThrow(() -> missing(id))));
    }

    @POST
    @Path("{id}")
    @Operation(summary = "Change the notes of a conversation", description = "`metadata` takes the place of what was.")
    @APIResponse(responseCode = "200", ref = "#/components/responses/Conversation")
    public Response describe(
            @PathParam("id") String id,
            @RequestBody(ref = "#/components/requestBodies/ConversationMetadata") byte[] body) {
        Principal key = key();
        Map<String, String> metadata = read(body)
                .metadata()
                .orElseThrow(() -> new ProblemException(Problem.ofParam(
                        ErrorCode.MISSING_REQUIRED_PARAMETER, "metadata", "`metadata` is missing; add it.")));
        return ok(json(conversations.describe(key, number(id), metadata).orElseThrow(() -> missing(id))));
    }

    @DELETE
    @Path("{id}")
    @Operation(summary = "Delete a conversation with its items", description = "Responses that were made in it stay.")
    public Response delete(@PathParam("id") String id) {
        if (!conversations.delete(key(), number(id))) {
            throw missing(id);
        }
        return ok(JSON.createObjectNode()
                .put("id", Conversation.name(number(id)))
                .put("object", "conversation.deleted")
                .put("deleted", true));
    }

    @GET
    @Path("{id}/items")
    @Operation(summary = "The items of a conversation", description = "The newest first, unless `order=asc`.")
    @APIResponse(responseCode = "200", ref = "#/components/responses/ConversationItems")
    public Response items(
            @PathParam("id") String id,
            @QueryParam("after") @DefaultValue("") String after,
            @QueryParam("limit") @DefaultValue("20") int limit,
            @QueryParam("order") @DefaultValue("desc") String order) {
        if (!order.equals("asc") && !order.equals("desc")) {
            throw new ProblemException(
                    Problem.ofParam(ErrorCode.INVALID_VALUE, "order", "`order` must be asc or desc."));
        }
        Conversations.Page page = conversations
                .items(key(), number(id), after, Math.clamp(limit, 1, MOST), order.equals("asc"))
                .orElseThrow(() -> missing(id));
        return ok(ItemList.of(page.items(), page.more()));
    }

    @POST
    @Path("{id}/items")
    @Operation(summary = "Add items to a conversation", description = "Up to 20 at once, at its end.")
    @APIResponse(responseCode = "200", ref = "#/components/responses/ConversationItems")
    public Response add(
            @PathParam("id") String id,
            @RequestBody(ref = "#/components/requestBodies/ConversationItems") byte[] body,
            @HeaderParam("Idempotency-Key") @Nullable String once) {
        Principal key = key();
        long conversation = number(id);
        return once(key, once, "POST conversations/" + conversation + "/items", body, () -> {
            List<ObjectNode> items = read(body).items();
            if (items.isEmpty()) {
                throw new ProblemException(Problem.ofParam(
                        ErrorCode.MISSING_REQUIRED_PARAMETER, "items", "`items` is missing or empty; add some."));
            }
            return ItemList.of(conversations.add(key, conversation, items).orElseThrow(() -> missing(id)), false);
        });
    }

    @GET
    @Path("{id}/items/{item}")
    @Operation(summary = "One item of a conversation")
    public Response item(@PathParam("id") String id, @PathParam("item") String item) {
        return ok(conversations.item(key(), number(id), item).orElseThrow(() -> missingItem(id, item)));
    }

    @DELETE
    @Path("{id}/items/{item}")
    @Operation(summary = "Delete an item of a conversation")
    @APIResponse(responseCode = "200", ref = "#/components/responses/Conversation")
    public Response deleteItem(@PathParam("id") String id, @PathParam("item") String item) {
        return ok(json(conversations.deleteItem(key(), number(id), item).orElseThrow(() -> missingItem(id, item))));
    }

    private static ConversationRequest read(byte[] body) {
        return switch (ConversationRequest.read(body)) {
            case ConversationRequest.Reading.Good(ConversationRequest request) -> request;
            case ConversationRequest.Reading.Refused(Problem problem) -> throw new ProblemException(problem);
        };
    }

    /// Answers a request that makes something, once for each `Idempotency-Key`.
    private Response once(Principal key, @Nullable String once, String what, byte[] body, Supplier<ObjectNode> work) {
        if (once == null) {
            return ok(work.get());
        }
        byte[] head = (what + "\n").getBytes(StandardCharsets.UTF_8);
        byte[] request = java.util.Arrays.copyOf(head, head.length + body.length);
        System.arraycopy(body, 0, request, head.length, body.length);
        Idempotency.Answer answer =
                idempotency.once(key.family(), key.account(), once, request, Idempotency.KEPT, () -> {
                    byte[] made = work.get().toString().getBytes(StandardCharsets.UTF_8);
                    return new Idempotency.Answer(200, MediaType.APPLICATION_JSON, made);
                });
        return Response.status(answer.status())
                .type(answer.contentType())
                .entity(answer.body())
                .build();
    }

    private static ObjectNode json(Conversation conversation) {
        ObjectNode made = JSON.createObjectNode()
                .put("id", Conversation.name(conversation.id()))
                .put("object", "conversation")
                .put("created_at", Ids.millis(conversation.id()) / 1000);
        made.set("metadata", JSON.valueToTree(conversation.metadata()));
        return made;
    }

    private static Response ok(ObjectNode body) {
        return Response.ok(body.toString(), MediaType.APPLICATION_JSON).build();
    }

    private static long number(String id) {
        return Conversation.parse(id).orElseThrow(() -> missing(id));
    }

    private static ProblemException missing(String id) {
        return new ProblemException(ErrorCode.NOT_FOUND, Conversations.missing(id));
    }

    private static ProblemException missingItem(String id, String item) {
        return new ProblemException(
                ErrorCode.NOT_FOUND,
                "There is no item '" + StoredResponse.shortened(item) + "' in the conversation '"
                        + Conversation.name(number(id)) + "', or no such conversation.");
    }

    private Principal key() {
        return presented.get().within(SCOPE);
    }
}
