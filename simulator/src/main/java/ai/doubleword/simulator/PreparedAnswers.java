package ai.doubleword.simulator;

import ai.doubleword.simulator.AnswerPlan.Step;
import ai.doubleword.simulator.SimulatedModel.Kind;
import io.vertx.core.buffer.Buffer;
import java.util.ArrayList;
import java.util.List;

/// Answers made beforehand, for benchmarks: no tokenizer, no tree, the same bytes every time but for the stamps.
final class PreparedAnswers {
    private static final String TEXT =
            "The quiet harbour measures the steady engine, and the ledger keeps it. ".repeat(9);
    private static final String USAGE =
            "{\"prompt_tokens\":200,\"completion_tokens\":120,\"total_tokens\":320,\"prompt_tokens_details\":{\"cached_tokens\":64}}";
    private static final String ENVELOPE =
            "{\"id\":\"chatcmpl-00000000000000000000000000000000\",\"object\":\"%s\",\"created\":1767225600,\"model\":\"%s\",";

    private PreparedAnswers() {}

    static AnswerPlan plan(Work work) {
        String model = work.publicName();
        if (!work.streamed()) {
            long due = work.model().pace().firstToken().sampleNanos(work.pacing());
            return AnswerPlan.json(due, 200, Buffer.buffer(body(model)));
        }
        long due = work.model().pace().firstToken().sampleNanos(work.pacing());
        List<Step> steps = new ArrayList<>();
        boolean stamped = work.model().kind() == Kind.STAMPED;
        for (int i = 0; i < work.model().size().maxTokens(); i++) {
            String content = stamped ? "#" + i + " " + "0".repeat(AnswerPlan.STAMP_DIGITS) + " " : "word ";
            Buffer event = event(
                    model,
                    "[{\"index\":0,\"delta\":{\"content\":\"" + content + "\"},\"finish_reason\":null}]",
                    "null");
            int stampAt = stamped ? event.toString().indexOf("0".repeat(AnswerPlan.STAMP_DIGITS) + " \"}") : -1;
            steps.add(new Step(due, event, stampAt));
            due += work.model().pace().betweenTokens().sampleNanos(work.pacing());
        }
        steps.add(new Step(due, event(model, "[{\"index\":0,\"delta\":{},\"finish_reason\":\"stop\"}]", "null")));
        if (work.usageInStream()) {
            steps.add(new Step(due, event(model, "[]", USAGE)));
        }
        steps.add(new Step(due, Events.DONE));
        return AnswerPlan.events(steps);
    }

    /// About 1 KB of a whole chat completion.
    static String body(String model) {
        return ENVELOPE.formatted("chat.completion", model)
                + "\"choices\":[{\"index\":0,\"message\":{\"role\":\"assistant\",\"content\":\"" + TEXT.strip()
                + "\"},\"logprobs\":null,\"finish_reason\":\"stop\"}],\"usage\":" + USAGE + "}";
    }

    private static Buffer event(String model, String choices, String usage) {
        return Buffer.buffer("data: " + ENVELOPE.formatted("chat.completion.chunk", model) + "\"choices\":" + choices
                + ",\"usage\":" + usage + "}\n\n");
    }
}
