package ai.doubleword.translation;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

/// The words of chat completions for what a response says. Stateless.
final class ChatAnswer {
    private ChatAnswer() {}

    /// A whole response as a chat completion.
    static ObjectNode of(ObjectNode response) {
        ObjectNode message = Json.object().put("role", "assistant");
        StringBuilder text = new StringBuilder();
        StringBuilder refusal = new StringBuilder();
        StringBuilder thought = new StringBuilder();
        ArrayNode calls = Json.array();
        ArrayNode logprobs = Json.array();
        for (JsonNode item : response.path("output")) {
            switch (Json.text(item, "type")) {
                case "message" ->
                    item.path("content").forEach(part -> {
                        text.append(Json.text(part, "text"));
                        refusal.append(Json.text(part, "refusal"));
                        part.path("logprobs").forEach(logprobs::add);
                    });
                case "reasoning" -> thought.append(thought(item));
                case "function_call", "custom_tool_call" -> calls.add(call(item));
                default -> {}
            }
        }
        message.put("content", text.isEmpty() && !calls.isEmpty() ? null : text.toString());
        message.put("refusal", refusal.isEmpty() ? null : refusal.toString());
        if (!thought.isEmpty()) {
            message.put("reasoning_content", thought.toString());
        }
        if (!calls.isEmpty()) {
            message.set("tool_calls", calls);
        }
        ObjectNode completion = envelope(response, "chat.completion");
        ObjectNode choice = completion.putArray("choices").addObject().put("index", 0);
        choice.set("message", message);
        if (logprobs.isEmpty()) {
            choice.putNull("logprobs");
        } else {
            choice.putObject("logprobs").set("content", logprobs);
        }
        choice.put("finish_reason", finishReason(response, !calls.isEmpty()));
        if (Json.has(response, "usage")) {
            completion.set("usage", usage(response.get("usage")));
        }
        return completion;
    }

    static ObjectNode envelope(JsonNode response, String object) {
        String id = Json.text(response, "id");
        ObjectNode made = Json.object();
        made.put("id", "chatcmpl-" + id.substring(id.indexOf('_') + 1));
        made.put("object", object);
        made.put("created", response.path("created_at").asLong());
        made.put("model", Json.text(response, "model"));
        if (Json.has(response, "service_tier")) {
            made.set("service_tier", response.get("service_tier"));
        }
        return made;
    }

    static String finishReason(JsonNode response, boolean calls) {
        if (Json.text(response, "status").equals("incomplete")) {
            return Json.text(response.path("incomplete_details"), "reason").equals("content_filter")
                    ? "content_filter"
                    : "length";
        }
        return calls ? "tool_calls" : "stop";
    }

    static ObjectNode usage(JsonNode used) {
        ObjectNode usage = Json.object();
        usage.set("prompt_tokens", used.path("input_tokens"));
        usage.set("completion_tokens", used.path("output_tokens"));
        usage.set("total_tokens", used.path("total_tokens"));
        if (used.path("input_tokens_details").isObject()) {
            usage.set("prompt_tokens_details", used.get("input_tokens_details"));
        }
        if (used.path("output_tokens_details").isObject()) {
            usage.set("completion_tokens_details", used.get("output_tokens_details"));
        }
        return usage;
    }

    /// The error of a response that failed, in the envelope of all errors.
    static ObjectNode error(JsonNode failed) {
        JsonNode error = failed.path("error").isObject() ? failed.path("error") : failed;
        String code = Json.text(error, "code");
        String message = Json.text(error, "message");
        ObjectNode envelope = Json.object();
        envelope.putObject("error")
                .put("message", message.isEmpty() ? "The model gave no answer." : message)
                .put("type", "server_error")
                .putNull("param")
                .put("code", code.isEmpty() ? "server_error" : code);
        return envelope;
    }

    /// Its own text where the model shows it, else the summary.
    private static String thought(JsonNode reasoning) {
        StringBuilder text = new StringBuilder();
        reasoning.path("content").forEach(part -> text.append(Json.text(part, "text")));
        if (text.isEmpty()) {
            for (JsonNode part : reasoning.path("summary")) {
                text.append(text.isEmpty() ? "" : "\n\n").append(Json.text(part, "text"));
            }
        }
        return text.toString();
    }

    private static ObjectNode call(JsonNode item) {
        boolean custom = Json.text(item, "type").equals("custom_tool_call");
        ObjectNode call = Json.object().put("id", Json.text(item, "call_id"));
        call.put("type", custom ? "custom" : "function");
        call.putObject(custom ? "custom" : "function")
                .put("name", Json.text(item, "name"))
                .put(custom ? "input" : "arguments", Json.text(item, custom ? "input" : "arguments"));
        return call;
    }
}
