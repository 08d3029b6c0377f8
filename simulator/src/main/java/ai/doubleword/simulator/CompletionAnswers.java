package ai.doubleword.simulator;

import ai.doubleword.simulator.AnswerPlan.Step;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vertx.core.buffer.Buffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/// `/v1/completions`, the older text interface: prompts one or many, as text or token ids; 16 tokens by default.
final class CompletionAnswers {
    private static final int DEFAULT_TOKENS = 16;

    private CompletionAnswers() {}

    static AnswerPlan plan(Work work) {
        List<int[]> prompts = prompts(work.request().path("prompt"));
        int count = ChatAnswers.choiceCount(work.request());
        List<Generation> choices = new ArrayList<>();
        int promptTokens = 0;
        int cached = 0;
        int completion = 0;
        long firstToken = work.model().pace().firstToken().sampleNanos(work.pacing());
        for (int[] prompt : prompts) {
            promptTokens += prompt.length;
            cached += work.cache().cached(work.model().name(), prompt, firstToken);
            JsonNode asked = work.request().path("max_tokens");
            int limit = ChatAnswers.limit(
                    work,
                    prompt.length,
                    asked.isNumber() ? asked : JsonNodeFactory.instance.numberNode(DEFAULT_TOKENS));
            for (int i = 0; i < count; i++) {
                Random random = new Random(Seeds.mix(work.seed() + choices.size()));
                String text = " " + Generation.prose(work, random);
                if (work.request().path("echo").asBoolean(false)) {
                    text = Tokens.decode(prompt) + text;
                    limit += prompt.length;
                }
                Generation choice =
                        Generation.finished(List.of(), text, work.request().path("stop"), limit);
                choices.add(choice);
                completion += choice.tokens();
            }
        }
        Usage usage = new Usage(promptTokens, cached, completion, 0);
        return work.streamed() ? streamed(work, choices, usage, firstToken) : whole(work, choices, usage, firstToken);
    }

    private static List<int[]> prompts(JsonNode prompt) {
        List<int[]> prompts = new ArrayList<>();
        if (prompt.isTextual()) {
            prompts.add(Tokens.encode(prompt.asText()));
        } else if (prompt.path(0).isInt()) {
            prompts.add(ids(prompt));
        } else {
            for (JsonNode item : prompt) {
                prompts.add(item.isTextual() ? Tokens.encode(item.asText()) : ids(item));
            }
        }
        if (prompts.isEmpty()) {
            throw new Refusal(400, "missing_required_parameter", "prompt", "prompt must be a text or a list");
        }
        return prompts;
    }

    private static int[] ids(JsonNode list) {
        int[] ids = new int[list.size()];
        for (int i = 0; i < ids.length; i++) {
            ids[i] = list.path(i).asInt();
        }
        return ids;
    }

    private static ObjectNode envelope(Work work) {
        ObjectNode root = JsonNodeFactory.instance.objectNode();
        root.put("id", work.id("cmpl-"));
        root.put("object", "text_completion");
        root.put("created", work.created());
        root.put("model", work.publicName());
        root.put("system_fingerprint", "fp_simulator");
        return root;
    }

    private static void choice(ArrayNode choices, int index, String text, @Nullable String finish) {
        choices.addObject()
                .put("text", text)
                .put("index", index)
                .putNull("logprobs")
                .put("finish_reason", finish);
    }

    private static AnswerPlan whole(Work work, List<Generation> generations, Usage usage, long firstToken) {
        ObjectNode root = envelope(work);
        ArrayNode choices = root.putArray("choices");
        for (Generation generation : generations) {
            choice(choices, choices.size(), generation.wholeContent(), generation.finish());
        }
        if (!work.withoutUsage()) {
            root.set("usage", usage.toJson());
        }
        long due = ChatAnswers.wholeTime(work, firstToken, usage.completion());
        return AnswerPlan.json(due, 200, Buffer.buffer(root.toString()));
    }

    private static AnswerPlan streamed(Work work, List<Generation> generations, Usage usage, long firstToken) {
        List<Step> steps = new ArrayList<>();
        long due = firstToken;
        for (int i = 0; i < generations.size(); i++) {
            for (String piece : generations.get(i).content()) {
                steps.add(new Step(due, event(work, i, piece, null)));
                due += work.model().pace().betweenTokens().sampleNanos(work.pacing());
            }
            steps.add(new Step(due, event(work, i, "", generations.get(i).finish())));
        }
        if (work.usageInStream()) {
            ObjectNode last = envelope(work);
            last.putArray("choices");
            last.set("usage", usage.toJson());
            steps.add(new Step(due, Events.data(last)));
        }
        steps.add(new Step(due, Events.DONE));
        return AnswerPlan.events(steps);
    }

    private static Buffer event(Work work, int index, String text, @Nullable String finish) {
        ObjectNode root = envelope(work);
        choice(root.putArray("choices"), index, text, finish);
        return Events.data(root);
    }
}
