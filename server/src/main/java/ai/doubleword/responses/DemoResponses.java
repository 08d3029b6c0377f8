package ai.doubleword.responses;

import ai.doubleword.demo.DemoPart;
import ai.doubleword.keys.Principal;
import ai.doubleword.platform.Ids;
import ai.doubleword.platform.JsonFormat;
import ai.doubleword.translation.ResponsesRequest;
import com.fasterxml.jackson.databind.node.ObjectNode;
import jakarta.inject.Singleton;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jdbi.v3.core.Handle;

/// A few responses of the background as the people of the demo ask for them, one of them cancelled.
@Singleton
final class DemoResponses implements DemoPart {
    private static final long ENDED_WITHIN_SECONDS = 60;
    private static final List<Plan> PLANS = List.of(
            new Plan("default", "Summarize the minutes of Monday's meeting."),
            new Plan("flex", "Write three questions for a quiz about harbours."),
            new Plan("flex", "Compare two ways to lay out a warehouse."),
            new Plan("background", "Draft a long letter to the harbour master."),
            new Plan("flex", "Explain tides to a child of six."));

    private final Responses responses;
    private final Ids ids;

    DemoResponses(Responses responses, Ids ids) {
        this.responses = responses;
        this.ids = ids;
    }

    private record Plan(String tier, String input) {
        ResponsesRequest request(String model) {
            ObjectNode body = JsonFormat.trees().createObjectNode();
            body.put("model", model).put("input", input).put("service_tier", tier);
            body.put("background", true).put("store", true).put("max_output_tokens", 400);
            return ResponsesRequest.accepted(body);
        }
    }

    @Override
    public void fill(Cast cast) {
        List<CompletableFuture<Void>> ends = new ArrayList<>();
        for (int i = 0; i < PLANS.size(); i++) {
            // Everybody sees their own alone: those of the first are the reader's.
            Principal key = cast.callers().getFirst();
            String model = cast.models().get(i % cast.models().size());
            long id = responses
                    .submit(key, ids.next(), PLANS.get(i).request(model), List.of())
                    .id();
            if (i == PLANS.size() - 1) {
                responses.cancel(key, id);
            }
            ends.add(responses.whenEnded(responses.viewer(key), id));
        }
        CompletableFuture.allOf(ends.toArray(CompletableFuture[]::new))
                .completeOnTimeout(null, ENDED_WITHIN_SECONDS, TimeUnit.SECONDS)
                .join();
    }

    @Override
    public void remove(Handle transaction, long account) {
        ResponseStore.forget(transaction, account);
        ConversationStore.forget(transaction, account);
    }
}
