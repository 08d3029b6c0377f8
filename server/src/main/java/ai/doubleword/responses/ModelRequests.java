package ai.doubleword.responses;

import ai.doubleword.gateway.AsWritten;
import ai.doubleword.models.Model;
import ai.doubleword.models.RoutingTable;
import ai.doubleword.platform.Problem;
import ai.doubleword.providers.ResponsesSupport;
import ai.doubleword.translation.ResponsesRequest;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vertx.core.buffer.Buffer;
import jakarta.inject.Singleton;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Makes what models are asked of requests of Responses: a chat completion, and the request itself for those that speak
/// Responses. Never blocks; thread-safe.
@Singleton
final class ModelRequests {
    private final RoutingTable routing;

    ModelRequests(RoutingTable routing) {
        this.routing = routing;
    }

    /// What a request came to.
    sealed interface Made {
        /// @param body for models that speak chat completions; the request itself where it cannot be translated
        /// @param asWritten for providers that serve Responses; absent where the model has none
        record Good(Buffer body, @Nullable AsWritten asWritten) implements Made {}

        record Refused(Problem problem) implements Made {}
    }

    /// @param history items of earlier turns, oldest first
    /// @param events whether its events are wanted
    Made of(ResponsesRequest request, List<ObjectNode> history, boolean events) {
        Buffer asWritten = isSpokenBy(request.model()) ? Buffer.buffer(request.asWritten(history, events)) : null;
        return switch (request.toChat(history)) {
            case ResponsesRequest.Translation.Good(byte[] chat) ->
                new Made.Good(Buffer.buffer(chat), asWritten == null ? null : new AsWritten(asWritten, null));
            case ResponsesRequest.Translation.Refused(Problem problem) ->
                asWritten == null
                        ? new Made.Refused(problem)
                        : new Made.Good(asWritten, new AsWritten(asWritten, problem));
        };
    }

    /// Whether one of a model's providers serves Responses.
    private boolean isSpokenBy(String name) {
        Model model = routing.current().model(name);
        return model != null
                && model.route().targets().stream()
                        .anyMatch(target -> target.quirks().responses() != ResponsesSupport.NONE);
    }
}
