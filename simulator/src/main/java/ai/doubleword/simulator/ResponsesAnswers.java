package ai.doubleword.simulator;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.util.List;

/// `/v1/responses`: the same words as `/v1/chat/completions` for the same conversation, as items and events. A tool
/// that runs at the provider is said to have run, before the answer. Nothing is stored.
final class ResponsesAnswers {
    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
    private static final ObjectMapper MAPPER = new ObjectMapper();

    private final Work work;
    private final JsonNode request;
    private final Generation said;
    private final ResponseEvents events;

    private ResponsesAnswers(Work work, Generation said, long firstToken) {
        this.work = work;
        this.request = work.request().path(ResponsesPrompt.ORIGINAL);
        this.said = said;
        this.events = new ResponseEvents(firstToken);
    }

    static AnswerPlan plan(Work work) {
        if (work.request().path("messages").isEmpty()) {
            throw new Refusal(400, "missing_required_parameter", "input", "input must be a text or a list of items");
        }
        int[] prompt = ChatPrompt.tokens(work.request());
        int limit = ChatAnswers.limit(work, prompt.length, JSON.missingNode());
        long firstToken = work.model().pace().firstToken().sampleNanos(work.pacing());
        int cached = work.cache().cached(work.model().name(), prompt, firstToken);
        Generation said = Generation.chat(work, 0, limit);
        Usage usage = new Usage(prompt.length, cached, said.tokens(), said.reasoningTokens());
        ResponsesAnswers answers = new ResponsesAnswers(work, said, firstToken);
        answers.tell(usage);
        if (work.streamed()) {
            return AnswerPlan.events(answers.events.steps());
        }
        return AnswerPlan.json(
                ChatAnswers.wholeTime(work, firstToken, usage.completion()),
                200,
                Buffer.buffer(answers.response(answers.status(), usage).toString()));
    }

    private void tell(Usage usage) {
        told("created", response("in_progress", usage));
        told("in_progress", response("in_progress", usage));
        reasoning();
        new HostedTools(events, work).run(request);
        if (said.call() == null) {
            message();
        } else {
            call(said.call());
        }
        told(status(), response(status(), usage));
    }

    private void told(String step, ObjectNode response) {
        events.tell("response." + step, event -> event.set("response", response));
    }

    private String status() {
        return said.finish().equals("length") ? "incomplete" : "completed";
    }

    private void reasoning() {
        if (said.reasoning().isEmpty()) {
            return;
        }
        boolean summary = request.path("reasoning").hasNonNull("summary");
        String id = work.id("rs_");
        ObjectNode item = JSON.objectNode().put("id", id).put("type", "reasoning");
        item.putArray("summary");
        events.added(item);
        String index = summary ? "summary_index" : "content_index";
        String kind = summary ? "summary_text" : "reasoning_text";
        String family = summary ? "response.reasoning_summary_text" : "response.reasoning_text";
        String part = summary ? "response.reasoning_summary_part" : "response.content_part";
        events.part(
                part + ".added", id, index, JSON.objectNode().put("type", kind).put("text", ""));
        for (String piece : said.reasoning()) {
            events.at(family + ".delta", id, index, event -> event.put("delta", piece));
            pace();
        }
        String whole = String.join("", said.reasoning());
        events.at(family + ".done", id, index, event -> event.put("text", whole));
        ObjectNode text = JSON.objectNode().put("type", kind).put("text", whole);
        events.part(part + ".done", id, index, text);
        ObjectNode done = item.deepCopy();
        done.withArray(summary ? "/summary" : "/content").add(text);
        events.done(done);
    }

    private void message() {
        String id = work.id("msg_");
        ObjectNode item = JSON.objectNode()
                .put("id", id)
                .put("type", "message")
                .put("status", "in_progress")
                .put("role", "assistant");
        item.putArray("content");
        events.added(item);
        boolean refuses = Fault.has(work.faults(), Fault.Kind.REFUSAL);
        String field = refuses ? "refusal" : "text";
        String family = refuses ? "response.refusal" : "response.output_text";
        String whole = said.wholeContent();
        events.part("response.content_part.added", id, "content_index", text(refuses, "", JSON.arrayNode()));
        for (String piece : said.content()) {
            events.at(family + ".delta", id, "content_index", event -> {
                event.put("delta", piece);
                if (!refuses) {
                    event.set("logprobs", logprobs(List.of(piece)));
                }
            });
            pace();
        }
        ArrayNode logprobs = logprobs(said.content());
        events.at(family + ".done", id, "content_index", event -> {
            event.put(field, whole);
            if (!refuses) {
                event.set("logprobs", logprobs);
            }
        });
        ObjectNode part = text(refuses, whole, logprobs);
        if (!refuses && events.output().findValuesAsText("type").contains("web_search_call")) {
            ObjectNode citation = JSON.objectNode()
                    .put("type", "url_citation")
                    .put("url", "https://harbours.example/")
                    .put("title", "Harbours")
                    .put("start_index", 0)
                    .put("end_index", 1);
            events.at("response.output_text.annotation.added", id, "content_index", event -> {
                event.put("annotation_index", 0);
                event.set("annotation", citation);
            });
            part.withArray("/annotations").add(citation);
        }
        events.part("response.content_part.done", id, "content_index", part);
        ObjectNode done = item.deepCopy().put("status", status());
        done.withArray("/content").add(part);
        events.done(done);
        speech(whole);
    }

    /// The same, spoken, where that is asked for.
    private void speech(String whole) {
        for (JsonNode way : request.path("modalities")) {
            if (way.asText().equals("audio")) {
                events.tell("response.audio.delta", event -> event.put("delta", "AA=="));
                events.tell("response.audio.transcript.delta", event -> event.put("delta", whole));
                events.tell("response.audio.transcript.done", event -> {});
                events.tell("response.audio.done", event -> {});
            }
        }
    }

    private static ObjectNode text(boolean refuses, String text, ArrayNode logprobs) {
        if (refuses) {
            return JSON.objectNode().put("type", "refusal").put("refusal", text);
        }
        ObjectNode part = JSON.objectNode().put("type", "output_text").put("text", text);
        part.putArray("annotations");
        part.set("logprobs", logprobs);
        return part;
    }

    private ArrayNode logprobs(List<String> pieces) {
        return ChatAnswers.logprobs(work, pieces).path("content") instanceof ArrayNode known ? known : JSON.arrayNode();
    }

    private void call(Generation.ToolCall call) {
        boolean custom = isCustom(call.name());
        String field = custom ? "input" : "arguments";
        String family = custom ? "response.custom_tool_call_input" : "response.function_call_arguments";
        String id = work.id(custom ? "ctc_" : "fc_");
        ObjectNode item = JSON.objectNode()
                .put("id", id)
                .put("type", custom ? "custom_tool_call" : "function_call")
                .put("status", "in_progress")
                .put("call_id", call.id())
                .put("name", call.name())
                .put(field, "");
        events.added(item);
        List<String> pieces = custom ? List.of(input(call.wholeArguments())) : call.arguments();
        for (String piece : pieces) {
            events.step(family + ".delta", id, event -> event.put("delta", piece));
            pace();
        }
        String whole = String.join("", pieces);
        events.step(family + ".done", id, event -> {
            if (!custom) {
                event.put("name", call.name());
            }
            event.put(field, whole);
        });
        events.done(item.deepCopy().put("status", status()).put(field, whole));
    }

    private boolean isCustom(String name) {
        for (JsonNode tool : request.path("tools")) {
            if (tool.path("type").asText().equals("custom")
                    && tool.path("name").asText().equals(name)) {
                return true;
            }
        }
        return false;
    }

    private static String input(String arguments) {
        try {
            return MAPPER.readTree(arguments).path(ResponsesPrompt.INPUT).asText(arguments);
        } catch (IOException cutShort) {
            return arguments;
        }
    }

    private void pace() {
        events.later(work.model().pace().betweenTokens().sampleNanos(work.pacing()));
    }

    private ObjectNode response(String status, Usage usage) {
        boolean ended = !status.equals("in_progress");
        ObjectNode response = JSON.objectNode();
        response.put("id", work.id("resp_"));
        response.put("object", "response");
        response.put("created_at", work.created());
        response.put("status", status);
        response.putNull("error");
        if (status.equals("incomplete")) {
            response.putObject("incomplete_details").put("reason", "max_output_tokens");
        } else {
            response.putNull("incomplete_details");
        }
        response.put("model", work.publicName());
        response.set("output", ended ? events.output().deepCopy() : JSON.arrayNode());
        response.put("parallel_tool_calls", true);
        response.put("store", request.path("store").asBoolean(true));
        response.put("tool_choice", "auto");
        response.set("tools", request.path("tools").isArray() ? request.get("tools") : JSON.arrayNode());
        if (!ended || work.withoutUsage()) {
            response.putNull("usage");
        } else {
            response.set("usage", usage.toResponsesJson());
        }
        return response;
    }
}
