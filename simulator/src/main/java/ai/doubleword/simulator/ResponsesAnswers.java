package ai.doubleword.simulator;

import ai.doubleword.simulator.AnswerPlan.Step;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// `/v1/responses`: the same words as `/v1/chat/completions` for the same conversation, as items and events. A tool
/// that runs at the provider is said to have run, before the answer. Nothing is stored.
final class ResponsesAnswers {
    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
    private static final ObjectMapper MAPPER = new ObjectMapper();

    /// The events of tools that run at the provider, between the beginning and the end of their item.
    private static final Map<String, List<String>> HOSTED = Map.of(
            "web_search",
            List.of("web_search_call.in_progress", "web_search_call.searching", "web_search_call.completed"),
            "file_search",
            List.of("file_search_call.in_progress", "file_search_call.searching", "file_search_call.completed"),
            "code_interpreter",
            List.of(
                    "code_interpreter_call.in_progress",
                    "code_interpreter_call_code.delta",
                    "code_interpreter_call_code.done",
                    "code_interpreter_call.interpreting",
                    "code_interpreter_call.completed"),
            "image_generation",
            List.of(
                    "image_generation_call.in_progress",
                    "image_generation_call.generating",
                    "image_generation_call.partial_image",
                    "image_generation_call.completed"),
            "mcp_list_tools",
            List.of("mcp_list_tools.in_progress", "mcp_list_tools.completed"),
            "mcp",
            List.of(
                    "mcp_call.in_progress",
                    "mcp_call_arguments.delta",
                    "mcp_call_arguments.done",
                    "mcp_call.completed"));

    private final Work work;
    private final JsonNode request;
    private final Generation said;
    private final List<Step> steps = new ArrayList<>();
    private final ArrayNode output = JSON.arrayNode();
    private long due;
    private long sequence;

    private ResponsesAnswers(Work work, Generation said, long firstToken) {
        this.work = work;
        this.request = work.request().path(ResponsesPrompt.ORIGINAL);
        this.said = said;
        this.due = firstToken;
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
            return AnswerPlan.events(answers.steps);
        }
        return AnswerPlan.json(
                ChatAnswers.wholeTime(work, firstToken, usage.completion()),
                200,
                Buffer.buffer(answers.response(answers.status(), usage).toString()));
    }

    private void tell(Usage usage) {
        event("response.created", "response", response("in_progress", usage));
        event("response.in_progress", "response", response("in_progress", usage));
        reasoning();
        hostedTools();
        if (said.call() == null) {
            message();
        } else {
            call(said.call());
        }
        event("response." + status(), "response", response(status(), usage));
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
        added(item);
        String index = summary ? "summary_index" : "content_index";
        String kind = summary ? "summary_text" : "reasoning_text";
        String family = summary ? "response.reasoning_summary_text" : "response.reasoning_text";
        String part = summary ? "response.reasoning_summary_part" : "response.content_part";
        part(part + ".added", id, index, JSON.objectNode().put("type", kind).put("text", ""));
        for (String piece : said.reasoning()) {
            at(family + ".delta", id, index, event -> event.put("delta", piece));
            pace();
        }
        String whole = String.join("", said.reasoning());
        at(family + ".done", id, index, event -> event.put("text", whole));
        ObjectNode text = JSON.objectNode().put("type", kind).put("text", whole);
        part(part + ".done", id, index, text);
        ObjectNode done = item.deepCopy();
        done.withArray(summary ? "/summary" : "/content").add(text);
        done(done);
    }

    private void hostedTools() {
        for (JsonNode tool : request.path("tools")) {
            String type = tool.path("type").asText();
            if (type.equals("function") || type.equals("custom")) {
                continue;
            }
            String kind = type.startsWith("web_search") ? "web_search" : type;
            if (kind.equals("mcp")) {
                hostedTool("mcp_list_tools", "mcp_list_tools");
            }
            hostedTool(kind, kind + "_call");
        }
    }

    /// What a tool does that runs at the provider, as it tells of it.
    private void hostedTool(String kind, String type) {
        String id = work.id(kind.equals("web_search") ? "ws_" : "ht_") + output.size();
        ObjectNode item = JSON.objectNode().put("id", id).put("type", type).put("status", "in_progress");
        switch (type) {
            case "web_search_call" ->
                item.putObject("action").put("type", "search").put("query", "harbours");
            case "file_search_call" -> item.putArray("queries").add("harbours");
            case "code_interpreter_call" ->
                item.put("code", "harbours").put("container_id", "cntr_1").putNull("outputs");
            case "image_generation_call" -> item.putNull("result");
            case "mcp_call" ->
                item.put("arguments", "harbours").put("name", "search").put("server_label", "lab");
            case "mcp_list_tools" -> item.put("server_label", "lab").putArray("tools");
            default -> {
                // No field of its own that a client needs.
            }
        }
        added(item);
        for (String told : HOSTED.getOrDefault(kind, List.of())) {
            step("response." + told, id, event -> {
                switch (told.substring(told.indexOf('.') + 1)) {
                    case "delta" -> event.put("delta", "harb");
                    case "done" -> event.put(kind.equals("mcp") ? "arguments" : "code", "harbours");
                    case "partial_image" ->
                        event.put("partial_image_b64", "AA==").put("partial_image_index", 0);
                    default -> {
                        // Its name says it all.
                    }
                }
            });
        }
        done(item.deepCopy().put("status", "completed"));
    }

    private void message() {
        String id = work.id("msg_");
        ObjectNode item = JSON.objectNode()
                .put("id", id)
                .put("type", "message")
                .put("status", "in_progress")
                .put("role", "assistant");
        item.putArray("content");
        added(item);
        boolean refuses = Fault.has(work.faults(), Fault.Kind.REFUSAL);
        String field = refuses ? "refusal" : "text";
        String family = refuses ? "response.refusal" : "response.output_text";
        String whole = said.wholeContent();
        part("response.content_part.added", id, "content_index", text(refuses, "", JSON.arrayNode()));
        for (String piece : said.content()) {
            at(family + ".delta", id, "content_index", event -> {
                event.put("delta", piece);
                if (!refuses) {
                    event.set("logprobs", logprobs(List.of(piece)));
                }
            });
            pace();
        }
        ArrayNode logprobs = logprobs(said.content());
        at(family + ".done", id, "content_index", event -> {
            event.put(field, whole);
            if (!refuses) {
                event.set("logprobs", logprobs);
            }
        });
        ObjectNode part = text(refuses, whole, logprobs);
        if (!refuses && !output.isEmpty() && output.get(0).path("type").asText().equals("web_search_call")) {
            ObjectNode citation = JSON.objectNode()
                    .put("type", "url_citation")
                    .put("url", "https://harbours.example/")
                    .put("title", "Harbours")
                    .put("start_index", 0)
                    .put("end_index", 1);
            at("response.output_text.annotation.added", id, "content_index", event -> {
                event.put("annotation_index", 0);
                event.set("annotation", citation);
            });
            part.withArray("/annotations").add(citation);
        }
        part("response.content_part.done", id, "content_index", part);
        ObjectNode done = item.deepCopy().put("status", status());
        done.withArray("/content").add(part);
        done(done);
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
        added(item);
        List<String> pieces = custom ? List.of(input(call.wholeArguments())) : call.arguments();
        for (String piece : pieces) {
            step(family + ".delta", id, event -> event.put("delta", piece));
            pace();
        }
        String whole = String.join("", pieces);
        step(family + ".done", id, event -> {
            if (!custom) {
                event.put("name", call.name());
            }
            event.put(field, whole);
        });
        done(item.deepCopy().put("status", status()).put(field, whole));
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

    private interface Filler {
        void fill(ObjectNode event);
    }

    private void added(ObjectNode item) {
        ObjectNode event = begin("response.output_item.added").put("output_index", output.size());
        event.set("item", item);
        end(event);
    }

    private void done(ObjectNode item) {
        ObjectNode event = begin("response.output_item.done").put("output_index", output.size());
        event.set("item", item);
        end(event);
        output.add(item);
    }

    private void part(String type, String item, String index, ObjectNode part) {
        at(type, item, index, event -> event.set("part", part));
    }

    private void at(String type, String item, String index, Filler filler) {
        step(type, item, event -> {
            event.put(index, 0);
            filler.fill(event);
        });
    }

    private void step(String type, String item, Filler filler) {
        ObjectNode event = begin(type).put("item_id", item).put("output_index", output.size());
        filler.fill(event);
        end(event);
    }

    private void event(String type, String name, ObjectNode value) {
        ObjectNode event = begin(type);
        event.set(name, value);
        end(event);
    }

    private ObjectNode begin(String type) {
        return JSON.objectNode().put("type", type).put("sequence_number", sequence++);
    }

    private void end(ObjectNode event) {
        steps.add(new Step(due, Buffer.buffer("event: " + event.path("type").asText() + "\ndata: " + event + "\n\n")));
    }

    private void pace() {
        due += work.model().pace().betweenTokens().sampleNanos(work.pacing());
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
        response.set("output", ended ? output.deepCopy() : JSON.arrayNode());
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
