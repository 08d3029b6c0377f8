package ai.doubleword.simulator;

import ai.doubleword.simulator.AnswerPlan.Step;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vertx.core.buffer.Buffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// `/v1/chat/completions`.
final class ChatAnswers {
    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

    private ChatAnswers() {}

    static AnswerPlan plan(Work work) {
        JsonNode messages = work.request().path("messages");
        if (!messages.isArray() || messages.isEmpty()) {
            throw new Refusal(400, "missing_required_parameter", "messages", "messages must be a list with a message");
        }
        int[] prompt = ChatPrompt.tokens(work.request());
        int limit = limit(work, prompt.length, work.request().path("max_completion_tokens"));
        long firstToken = work.model().pace().firstToken().sampleNanos(work.pacing());
        int cached = work.cache().cached(work.model().name(), prompt, firstToken);
        List<Generation> choices = new ArrayList<>();
        int completion = 0;
        int reasoning = 0;
        for (int i = 0; i < choiceCount(work.request()); i++) {
            Generation choice = Generation.chat(work, i, limit);
            choices.add(choice);
            completion += choice.tokens();
            reasoning += choice.reasoningTokens();
        }
        Usage usage = new Usage(prompt.length, cached, completion, reasoning);
        return work.streamed() ? streamed(work, choices, usage, firstToken) : whole(work, choices, usage, firstToken);
    }

    static int choiceCount(ObjectNode request) {
        int count = request.path("n").asInt(1);
        if (count < 1 || count > 128) {
            throw new Refusal(400, "invalid_value", "n", "n must be from 1 to 128");
        }
        return count;
    }

    /// Tokens the answer may have: what the request says, within the context.
    static int limit(Work work, int promptTokens, JsonNode preferred) {
        JsonNode asked = preferred.isNumber() ? preferred : work.request().path("max_tokens");
        int left = work.model().size().contextLength() - promptTokens;
        if (left <= 0) {
            throw new Refusal(
                    400,
                    "context_length_exceeded",
                    "messages",
                    "this model takes " + work.model().size().contextLength() + " tokens, the prompt has "
                            + promptTokens);
        }
        if (asked.isNumber() && asked.asInt() < 1) {
            throw new Refusal(400, "invalid_value", "max_tokens", "max_tokens must be at least 1");
        }
        return asked.isNumber() ? Math.min(asked.asInt(), left) : left;
    }

    private static ObjectNode envelope(Work work, String object) {
        ObjectNode root = JSON.objectNode();
        root.put("id", work.id("chatcmpl-"));
        root.put("object", object);
        root.put("created", work.created());
        root.put("model", work.publicName());
        root.put("system_fingerprint", "fp_simulator");
        return root;
    }

    private static AnswerPlan whole(Work work, List<Generation> generations, Usage usage, long firstToken) {
        ObjectNode root = envelope(work, "chat.completion");
        ArrayNode choices = root.putArray("choices");
        for (Generation generation : generations) {
            ObjectNode choice = choices.addObject();
            choice.put("index", choices.size() - 1);
            ObjectNode message = choice.putObject("message");
            message.put("role", "assistant");
            Generation.ToolCall call = generation.call();
            message.put("content", call == null ? generation.wholeContent() : null);
            message.putNull("refusal");
            if (!generation.reasoning().isEmpty()) {
                message.put("reasoning_content", String.join("", generation.reasoning()));
            }
            if (call != null) {
                ObjectNode tool = message.putArray("tool_calls").addObject();
                tool.put("id", call.id()).put("type", "function");
                tool.putObject("function").put("name", call.name()).put("arguments", call.wholeArguments());
            }
            choice.set("logprobs", logprobs(work, generation.content()));
            choice.put("finish_reason", generation.finish());
        }
        if (!work.withoutUsage()) {
            root.set("usage", usage.toJson());
        }
        return AnswerPlan.json(wholeTime(work, firstToken, usage.completion()), 200, Buffer.buffer(root.toString()));
    }

    /// Of each piece, where the request asks for them; the likeliest other one is the piece itself.
    static JsonNode logprobs(Work work, List<String> pieces) {
        if (!work.request().path("logprobs").asBoolean() || pieces.isEmpty()) {
            return JSON.nullNode();
        }
        ObjectNode logprobs = JSON.objectNode();
        ArrayNode content = logprobs.putArray("content");
        for (String piece : pieces) {
            ObjectNode token = content.addObject().put("token", piece).put("logprob", -0.25);
            ArrayNode bytes = token.putArray("bytes");
            for (byte b : piece.getBytes(StandardCharsets.UTF_8)) {
                bytes.add(b & 0xff);
            }
            ObjectNode same = token.deepCopy();
            ArrayNode top = token.putArray("top_logprobs");
            if (work.request().path("top_logprobs").asInt() > 0) {
                top.add(same);
            }
        }
        return logprobs;
    }

    /// How long a whole answer takes. Choices are generated side by side.
    static long wholeTime(Work work, long firstToken, int tokens) {
        long time = firstToken;
        for (int i = 1; i < tokens; i++) {
            time += work.model().pace().betweenTokens().sampleNanos(work.pacing());
        }
        return time;
    }

    private static AnswerPlan streamed(Work work, List<Generation> generations, Usage usage, long firstToken) {
        long due = firstToken;
        List<Step> steps = new ArrayList<>();
        List<List<ObjectNode>> deltas = new ArrayList<>();
        int longest = 0;
        for (int i = 0; i < generations.size(); i++) {
            ObjectNode opening = JSON.objectNode().put("role", "assistant").put("content", "");
            steps.add(new Step(due, event(work, i, opening, null)));
            deltas.add(generations.get(i).deltas());
            longest = Math.max(longest, deltas.get(i).size());
        }
        for (int at = 0; at < longest; at++) {
            due += at == 0 ? 0 : work.model().pace().betweenTokens().sampleNanos(work.pacing());
            for (int i = 0; i < generations.size(); i++) {
                if (at < deltas.get(i).size()) {
                    steps.add(new Step(due, event(work, i, deltas.get(i).get(at), null)));
                }
            }
        }
        for (int i = 0; i < generations.size(); i++) {
            steps.add(new Step(
                    due, event(work, i, JSON.objectNode(), generations.get(i).finish())));
        }
        if (work.usageInStream()) {
            ObjectNode last = envelope(work, "chat.completion.chunk");
            last.putArray("choices");
            last.set("usage", usage.toJson());
            steps.add(new Step(due, Events.data(last)));
        }
        steps.add(new Step(due, Events.DONE));
        return AnswerPlan.events(steps);
    }

    private static Buffer event(Work work, int index, ObjectNode delta, @Nullable String finish) {
        ObjectNode root = envelope(work, "chat.completion.chunk");
        ObjectNode choice = root.putArray("choices").addObject();
        choice.put("index", index);
        choice.set("delta", delta);
        String piece = delta.path("content").asText("");
        choice.set("logprobs", logprobs(work, piece.isEmpty() ? List.of() : List.of(piece)));
        choice.put("finish_reason", finish);
        if (work.usageInStream()) {
            root.putNull("usage");
        }
        return Events.data(root);
    }
}
