package ai.doubleword.responses;

import ai.doubleword.keys.PresentedKey;
import ai.doubleword.keys.Principal;
import ai.doubleword.platform.ErrorCode;
import ai.doubleword.platform.JsonFormat;
import ai.doubleword.platform.Problem;
import ai.doubleword.platform.ProblemException;
import ai.doubleword.platform.RoutePolicy;
import ai.doubleword.platform.RoutePolicy.Authentication;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.quarkus.vertx.http.runtime.CurrentVertxRequest;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.StreamingOutput;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/// Responses of the key's account, after they were made.
@Path("{base:v1|ai/v1}/responses")
@Produces(MediaType.APPLICATION_JSON)
@RunOnVirtualThread
@RoutePolicy(Authentication.INFERENCE_KEY)
@Tag(name = "Responses")
public final class ResponsesResource {
    static final String SCOPE = "responses";
    private static final int MOST = 100;
    private static final ObjectMapper JSON = JsonFormat.trees();

    private final Responses responses;
    private final ResponseTeller teller;
    private final PresentedKey presented;
    private final CurrentVertxRequest request;

    ResponsesResource(Responses responses, ResponseTeller teller, PresentedKey presented, CurrentVertxRequest request) {
        this.responses = responses;
        this.teller = teller;
        this.presented = presented;
        this.request = request;
    }

    @GET
    @Path("{id}")
    @Operation(
            summary = "One response",
            description = "`stream=true` tells it as events, those after `starting_after`, until it has ended.")
    public Response get(
            @PathParam("id") String id,
            @QueryParam("stream") @DefaultValue("false") boolean stream,
            @QueryParam("starting_after") @DefaultValue("-1") long after) {
        StoredResponse found = find(id);
        if (!stream) {
            return json(found.response());
        }
        Principal key = key();
        AtomicBoolean gone = new AtomicBoolean();
        // A write does not tell: what goes to a closed connection is dropped.
        request.getCurrent().addEndHandler(end -> gone.set(true));
        StreamingOutput events = out -> teller.tell(key, found.id(), after, data -> {
            out.write(data);
            out.flush();
            return !gone.get();
        });
        return Response.ok(events, "text/event-stream; charset=utf-8")
                .header("Cache-Control", "no-cache")
                .header("X-Accel-Buffering", "no")
                .build();
    }

    @POST
    @Path("{id}/cancel")
    @Operation(
            summary = "Cancel a response that runs in the background",
            description = "It costs nothing then. One that has ended stays as it is.")
    public Response cancel(@PathParam("id") String id) {
        StoredResponse found = find(id);
        if (!found.request().background()) {
            throw new ProblemException(
                    ErrorCode.INVALID_VALUE, "Only a response with `background: true` can be cancelled.");
        }
        return json(responses
                .cancel(key(), found.id())
                .orElseThrow(() -> missing(id))
                .response());
    }

    @DELETE
    @Path("{id}")
    @Operation(summary = "Delete a response")
    public Response delete(@PathParam("id") String id) {
        Principal key = key();
        OptionalLong number = StoredResponse.parse(id);
        if (number.isEmpty() || !responses.delete(key, number.getAsLong())) {
            throw missing(id);
        }
        return json(JSON.createObjectNode()
                .put("id", StoredResponse.name(number.getAsLong()))
                .put("object", "response")
                .put("deleted", true));
    }

    @GET
    @Path("{id}/input_items")
    @Operation(summary = "What a response was asked, item by item")
    public Response inputItems(
            @PathParam("id") String id,
            @QueryParam("after") @DefaultValue("") String after,
            @QueryParam("limit") @DefaultValue("20") int limit,
            @QueryParam("order") @DefaultValue("desc") String order) {
        if (!order.equals("asc") && !order.equals("desc")) {
            throw new ProblemException(
                    Problem.ofParam(ErrorCode.INVALID_VALUE, "order", "`order` must be asc or desc."));
        }
        List<ObjectNode> items = items(find(id));
        if (order.equals("desc")) {
            Collections.reverse(items);
        }
        int from = after.isEmpty() ? 0 : placeOf(items, after) + 1;
        int to = Math.min(items.size(), from + Math.clamp(limit, 1, MOST));
        return json(ItemList.of(items.subList(from, to), to < items.size()));
    }

    private static int placeOf(List<ObjectNode> items, String id) {
        for (int i = 0; i < items.size(); i++) {
            if (items.get(i).path("id").asText().equals(id)) {
                return i;
            }
        }
        throw new ProblemException(
                Problem.ofParam(ErrorCode.INVALID_VALUE, "after", "`after` names no input item of this response."));
    }

    /// The items with an id each: their own, or one that stays the same.
    private static List<ObjectNode> items(StoredResponse response) {
        List<ObjectNode> items = new ArrayList<>();
        response.request().input().forEach(item -> {
            ObjectNode named = ((ObjectNode) item).deepCopy();
            if (!named.hasNonNull("id")) {
                named.put(
                        "id", "item_" + StoredResponse.name(response.id()).substring("resp_".length()) + items.size());
            }
            if (!named.hasNonNull("status")) {
                named.put("status", "completed");
            }
            items.add(named);
        });
        return items;
    }

    private StoredResponse find(String id) {
        Principal key = key();
        OptionalLong number = StoredResponse.parse(id);
        return (number.isEmpty() ? java.util.Optional.<StoredResponse>empty() : responses.find(key, number.getAsLong()))
                .orElseThrow((Supplier<ProblemException>) () -> missing(id));
    }

    private static ProblemException missing(String id) {
        return new ProblemException(
                ErrorCode.NOT_FOUND, "There is no response '" + StoredResponse.shortened(id) + "'.");
    }

    private static Response json(ObjectNode body) {
        return Response.ok(body.toString(), MediaType.APPLICATION_JSON).build();
    }

    private Principal key() {
        return presented.get().within(SCOPE);
    }
}
