package ai.doubleword.translation;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.IntNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import org.jspecify.annotations.Nullable;

/// A response before its answer is there: its id, and what of the request stands in it again. Immutable.
///
/// @param id the whole of it: `resp_…`
/// @param createdAt epoch seconds
/// @param serviceTier what it is sold as, in OpenAI's words: `default`, `flex`
/// @param request what was asked for
/// @param run counts the times that the answer is begun, from 0: items of each have ids of their own
public record ResponseDraft(String id, long createdAt, String serviceTier, ResponsesRequest request, int run) {
    /// One whose answer is begun once.
    public ResponseDraft(String id, long createdAt, String serviceTier, ResponsesRequest request) {
        this(id, createdAt, serviceTier, request, 0);
    }

    /// The same, begun again.
    public ResponseDraft again(int count) {
        return new ResponseDraft(id, createdAt, serviceTier, request, count);
    }

    /// Why there is no whole answer.
    ///
    /// @param code one of OpenAI's for responses: `server_error`, `rate_limit_exceeded`, `invalid_prompt`
    public record Fault(String code, String message) {
        /// The code that OpenAI has for an HTTP status.
        public static Fault of(int status, String message) {
            return new Fault(
                    status == 429 ? "rate_limit_exceeded" : status / 100 == 4 ? "invalid_prompt" : "server_error",
                    message);
        }
    }

    /// The object of a response that waits or runs, or that ended without an answer.
    ///
    /// @param status `queued`, `in_progress`, `cancelled`
    public ObjectNode object(String status) {
        return object(status, Json.array(), null, null);
    }

    /// The object of a response that failed.
    ///
    /// @param endedAt epoch seconds
    public ObjectNode failed(Fault fault, long endedAt) {
        return object("failed", Json.array(), null, fault).put("completed_at", endedAt);
    }

    /// Reads a whole answer: a chat completion, or the response of a model that speaks Responses itself.
    ///
    /// @param completedAt epoch seconds
    public ObjectNode answered(byte[] answer, TokenCounts usage, long completedAt) {
        ResponseStream stream = new ResponseStream(this, event -> {});
        stream.whole(answer);
        return stream.finish(usage, completedAt);
    }

    ObjectNode object(String status, ArrayNode output, @Nullable TokenCounts usage, @Nullable Fault fault) {
        ObjectNode body = request.body();
        ObjectNode response = Json.object();
        response.put("id", id);
        response.put("object", "response");
        response.put("created_at", createdAt);
        response.put("status", status);
        response.put("background", request.background());
        response.putNull("completed_at");
        if (fault == null) {
            response.putNull("error");
        } else {
            response.putObject("error").put("code", fault.code()).put("message", fault.message());
        }
        response.putNull("incomplete_details");
        echo(response, body, "instructions", null);
        echo(response, body, "max_output_tokens", null);
        echo(response, body, "max_tool_calls", null);
        echo(response, body, "metadata", Json.object());
        response.put("model", request.model());
        response.set("output", output);
        echo(response, body, "parallel_tool_calls", BooleanNode.TRUE);
        echo(response, body, "previous_response_id", null);
        if (request.conversation() != null) {
            response.putObject("conversation").put("id", request.conversation());
        }
        echo(response, body, "prompt_cache_key", null);
        reasoning(response, body.path("reasoning"));
        echo(response, body, "safety_identifier", null);
        response.put("service_tier", serviceTier);
        response.put("store", request.store());
        echo(response, body, "temperature", IntNode.valueOf(1));
        text(response, body.path("text"));
        echo(response, body, "tool_choice", TextNode.valueOf("auto"));
        echo(response, body, "tools", Json.array());
        echo(response, body, "top_logprobs", IntNode.valueOf(0));
        echo(response, body, "top_p", IntNode.valueOf(1));
        echo(response, body, "truncation", TextNode.valueOf("disabled"));
        if (usage == null) {
            response.putNull("usage");
        } else {
            response.set("usage", usage.toJson());
        }
        echo(response, body, "user", null);
        return response;
    }

    private static void echo(ObjectNode response, ObjectNode body, String name, @Nullable JsonNode otherwise) {
        response.set(name, Json.has(body, name) ? body.get(name) : otherwise);
    }

    private static void reasoning(ObjectNode response, JsonNode asked) {
        ObjectNode reasoning = response.putObject("reasoning");
        reasoning.set("effort", asked.get("effort"));
        reasoning.set("summary", asked.get("summary"));
    }

    private static void text(ObjectNode response, JsonNode asked) {
        ObjectNode text = response.putObject("text");
        if (Json.has(asked, "format")) {
            text.set("format", asked.get("format"));
        } else {
            text.putObject("format").put("type", "text");
        }
        if (Json.has(asked, "verbosity")) {
            text.set("verbosity", asked.get("verbosity"));
        }
    }

    /// The part of an item's id that is this response's own.
    String stem() {
        String own = id.substring(id.indexOf('_') + 1);
        return run == 0 ? own : own + "_" + run + "_";
    }

    boolean wantsSummary() {
        JsonNode reasoning = request.body().path("reasoning");
        return Json.has(reasoning, "summary") || Json.has(reasoning, "generate_summary");
    }
}
