package ai.doubleword.translation;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class AnswerTranslationTest {
    private static final TokenCounts USAGE = new TokenCounts(10, 4, 1, 20, 7);
    private static final long AT = 1_800_000_000;

    @Test
    void anAnswerInTextIsOneMessage() throws IOException {
        JsonNode response = draft("{}").answered(completion("""
                {"role":"assistant","content":"Hi"}""", "stop"), USAGE, AT + 1);
        assertThat(response.path("status").asText()).isEqualTo("completed");
        assertThat(response.path("output")).isEqualTo(Json.strict().readTree("""
                [{"id":"msg_abc0","type":"message","status":"completed","role":"assistant",
                  "content":[{"type":"output_text","text":"Hi","annotations":[],"logprobs":[]}]}]"""));
        assertThat(response.path("usage").toString())
                .isEqualTo(Json.strict().readTree("""
                {"input_tokens":10,"input_tokens_details":{"cached_tokens":4,"cache_write_tokens":1},
                 "output_tokens":20,"output_tokens_details":{"reasoning_tokens":7},"total_tokens":30}""").toString());
        assertThat(response.path("created_at").asLong()).isEqualTo(AT);
        assertThat(response.path("completed_at").asLong()).isEqualTo(AT + 1);
    }

    @Test
    void anAnswerCutForLengthIsIncomplete() {
        JsonNode response = draft("{}").answered(completion("""
                {"role":"assistant","content":"Hi"}""", "length"), USAGE, AT);
        assertThat(response.path("status").asText()).isEqualTo("incomplete");
        assertThat(response.at("/incomplete_details/reason").asText()).isEqualTo("max_output_tokens");
        assertThat(response.at("/output/0/status").asText()).isEqualTo("incomplete");
    }

    @Test
    void whatWasAskedForStandsInTheResponse() {
        JsonNode response = draft("""
                {"instructions":"i","metadata":{"a":"b"},"tools":[{"type":"function","name":"f"}],"temperature":0.5,
                 "reasoning":{"effort":"low"},"text":{"verbosity":"high"},"previous_response_id":"resp_1"}""").object("queued");
        assertThat(response.path("instructions").asText()).isEqualTo("i");
        assertThat(response.at("/metadata/a").asText()).isEqualTo("b");
        assertThat(response.at("/tools/0/name").asText()).isEqualTo("f");
        assertThat(response.path("temperature").decimalValue()).isEqualByComparingTo("0.5");
        assertThat(response.at("/reasoning/effort").asText()).isEqualTo("low");
        assertThat(response.at("/text/format/type").asText()).isEqualTo("text");
        assertThat(response.at("/text/verbosity").asText()).isEqualTo("high");
        assertThat(response.path("previous_response_id").asText()).isEqualTo("resp_1");
        assertThat(response.path("usage").isNull()).isTrue();
    }

    @Test
    void aStreamTellsTextStepByStep() {
        List<ObjectNode> events = new ArrayList<>();
        ResponseStream stream = new ResponseStream(draft("{}"), events::add);
        stream.begin();
        stream.chunk(chunk("{\"role\":\"assistant\",\"content\":\"\"}", null));
        stream.chunk(chunk("{\"content\":\"Hel\"}", null));
        stream.chunk(chunk("{\"content\":\"lo\"}", null));
        stream.chunk(chunk("{}", "stop"));
        ObjectNode response = stream.finish(USAGE, AT);
        assertThat(types(events))
                .containsExactly(
                        "response.created",
                        "response.in_progress",
                        "response.output_item.added",
                        "response.content_part.added",
                        "response.output_text.delta",
                        "response.output_text.delta",
                        "response.output_text.done",
                        "response.content_part.done",
                        "response.output_item.done",
                        "response.completed");
        assertThat(events.getLast().get("response")).isSameAs(response);
        assertThat(events.get(6).path("text").asText()).isEqualTo("Hello");
        assertNumbered(events);
    }

    @Test
    void reasoningIsASummaryOnlyWhereOneIsAskedFor() {
        String thinking = "{\"reasoning_content\":\"Hm.\"}";
        List<ObjectNode> events = streamed(draft("{}"), List.of(thinking, "{\"content\":\"Yes\"}"), "stop");
        assertThat(types(events)).contains("response.reasoning_text.delta", "response.reasoning_text.done");
        assertThat(events.getLast().at("/response/output/0/content/0/text").asText())
                .isEqualTo("Hm.");
        events = streamed(
                draft("{\"reasoning\":{\"summary\":\"auto\"}}"), List.of(thinking, "{\"content\":\"Yes\"}"), "stop");
        assertThat(types(events))
                .contains(
                        "response.reasoning_summary_part.added",
                        "response.reasoning_summary_text.delta",
                        "response.reasoning_summary_text.done",
                        "response.reasoning_summary_part.done");
        assertThat(events.getLast().at("/response/output/0/summary/0/text").asText())
                .isEqualTo("Hm.");
        assertThat(events.getLast().at("/response/output/1/content/0/text").asText())
                .isEqualTo("Yes");
    }

    @Test
    void callsWhosePartsComeInTurnStayApart() {
        List<ObjectNode> events = streamed(
                draft("{}"),
                List.of(
                        "{\"tool_calls\":[{\"index\":0,\"id\":\"a\",\"function\":{\"name\":\"f\",\"arguments\":\"\"}}]}",
                        "{\"tool_calls\":[{\"index\":1,\"id\":\"b\",\"function\":{\"name\":\"g\",\"arguments\":\"{\\\"x\\\"\"}}]}",
                        "{\"tool_calls\":[{\"index\":0,\"function\":{\"arguments\":\"{}\"}}]}",
                        "{\"tool_calls\":[{\"index\":1,\"function\":{\"arguments\":\":1}\"}}]}"),
                "tool_calls");
        ArrayNode output = (ArrayNode) events.getLast().at("/response/output");
        assertThat(output.findValuesAsText("call_id")).containsExactly("a", "b");
        assertThat(output.findValuesAsText("arguments")).containsExactly("{}", "{\"x\":1}");
        assertThat(types(events))
                .contains("response.function_call_arguments.delta", "response.function_call_arguments.done");
    }

    @Test
    void aCustomToolsCallIsItsPlainText() {
        List<ObjectNode> events = streamed(
                draft("{\"tools\":[{\"type\":\"custom\",\"name\":\"code\"}]}"),
                List.of("{\"tool_calls\":[{\"index\":0,\"id\":\"a\",\"function\":{\"name\":\"code\","
                        + "\"arguments\":\"{\\\"input\\\":\\\"1+1\\\"}\"}}]}"),
                "tool_calls");
        assertThat(types(events))
                .contains("response.custom_tool_call_input.delta", "response.custom_tool_call_input.done");
        assertThat(events.getLast().at("/response/output/0/input").asText()).isEqualTo("1+1");
    }

    @Test
    void aRefusalIsAPartOfItsOwn() {
        List<ObjectNode> events =
                streamed(draft("{}"), List.of("{\"refusal\":\"I will\"}", "{\"refusal\":\" not.\"}"), "stop");
        assertThat(types(events)).contains("response.refusal.delta", "response.refusal.done");
        assertThat(events.getLast().at("/response/output/0/content/0/refusal").asText())
                .isEqualTo("I will not.");
    }

    @Test
    void aStreamThatBreaksEndsWithWhatHadCome() {
        List<ObjectNode> events = new ArrayList<>();
        ResponseStream stream = new ResponseStream(draft("{}"), events::add);
        stream.begin();
        stream.chunk(chunk("{\"content\":\"Hel\"}", null));
        ObjectNode response =
                stream.fail("upstream_disconnected", ResponseDraft.Fault.of(502, "It was cut."), null, AT);
        assertThat(types(events)).endsWith("response.output_item.done", "error", "response.failed");
        assertThat(response.path("status").asText()).isEqualTo("failed");
        assertThat(response.at("/error/code").asText()).isEqualTo("server_error");
        assertThat(response.at("/output/0/content/0/text").asText()).isEqualTo("Hel");
        assertNumbered(events);
    }

    @Test
    void tokensWithoutBytesGetThem() {
        ObjectNode chunk = Json.object();
        ObjectNode choice = chunk.putArray("choices").addObject().put("index", 0);
        choice.putObject("delta").put("content", "é");
        choice.putObject("logprobs")
                .putArray("content")
                .addObject()
                .put("token", "é")
                .put("logprob", -0.5);
        ResponseStream stream = new ResponseStream(draft("{}"), event -> {});
        stream.begin();
        stream.chunk(Json.bytes(chunk));
        JsonNode token = stream.finish(USAGE, AT).at("/output/0/content/0/logprobs/0");
        assertThat(token.path("bytes").toString()).isEqualTo("[195,169]");
        assertThat(token.path("top_logprobs").isArray()).isTrue();
    }

    /// Over random answers: streamed in random pieces they come to the response that they are in one piece, the events
    /// are well formed, and the response told again has the same texts.
    @Test
    void streamedAndWholeAnswersAgree() {
        SplittableRandom random = new SplittableRandom(6);
        for (int round = 0; round < 2_000; round++) {
            ResponseDraft draft = draft(random.nextBoolean() ? "{}" : "{\"reasoning\":{\"summary\":\"auto\"}}");
            ObjectNode message = message(random);
            String reason = random.nextInt(4) == 0 ? "length" : "stop";
            ObjectNode whole = draft.answered(completion(message.toString(), reason), USAGE, AT);
            List<ObjectNode> events = streamed(draft, pieces(message, random), reason);
            assertThat(events.getLast().get("response").path("output").toString())
                    .isEqualTo(whole.path("output").toString());
            assertNumbered(events);
            assertItemsOpenAndClose(events);
            List<ObjectNode> again = ResponseReplay.of(whole);
            assertNumbered(again);
            assertItemsOpenAndClose(again);
            assertThat(again.getLast().get("response")).isEqualTo(whole);
            assertThat(told(again)).isEqualTo(told(events));
        }
    }

    /// Over random answers: put back in as input, they are the message that the model wrote.
    @Test
    void answersComeBackAsTheMessageThatTheyWere() throws IOException {
        SplittableRandom random = new SplittableRandom(7);
        for (int round = 0; round < 2_000; round++) {
            ObjectNode message = message(random);
            ObjectNode response = draft("{}").answered(completion(message.toString(), "stop"), USAGE, AT);
            ObjectNode next = Json.object().put("model", "m");
            next.set("input", response.get("output"));
            ResponsesRequest request = RequestTranslationTest.good(next.toString());
            JsonNode chat =
                    Json.strict().readTree(((ResponsesRequest.Translation.Good) request.toChat(List.of())).body());
            JsonNode back = chat.path("messages").path(0);
            assertThat(chat.path("messages")).hasSize(1);
            assertThat(back.path("content").asText(""))
                    .isEqualTo(message.path("content").asText(""));
            assertThat(back.path("refusal").asText(""))
                    .isEqualTo(message.path("refusal").asText(""));
            assertThat(back.path("tool_calls")).isEqualTo(message.path("tool_calls"));
            if (message.has("tool_calls")) {
                assertThat(back.path("reasoning_content").asText(""))
                        .isEqualTo(message.path("reasoning_content").asText(""));
            }
        }
    }

    static ObjectNode message(SplittableRandom random) {
        ObjectNode message = Json.object().put("role", "assistant");
        int kind = random.nextInt(6);
        if (random.nextBoolean()) {
            message.put("reasoning_content", text(random));
        }
        if (kind == 0) {
            message.put("refusal", text(random));
        } else if (kind < 4) {
            message.put("content", text(random));
        }
        if (kind > 2) {
            ArrayNode calls = message.putArray("tool_calls");
            for (int i = random.nextInt(3); i >= 0; i--) {
                ObjectNode call =
                        calls.addObject().put("id", "call_" + calls.size()).put("type", "function");
                call.putObject("function").put("name", "f" + i).put("arguments", "{\"a\":" + i + "}");
            }
        }
        return message;
    }

    static String text(SplittableRandom random) {
        StringBuilder text = new StringBuilder();
        for (int i = random.nextInt(8); i >= 0; i--) {
            text.appendCodePoint("ab \n\"\\é漢😀".codePointAt(random.nextInt(4))).append((char) ('a' + i));
        }
        return text.toString();
    }

    static List<String> pieces(ObjectNode message, SplittableRandom random) {
        List<String> pieces = new ArrayList<>();
        for (String name : new String[] {"reasoning_content", "content", "refusal"}) {
            for (String part : split(message.path(name).asText(""), random)) {
                pieces.add(Json.object().put(name, part).toString());
            }
        }
        JsonNode calls = message.path("tool_calls");
        for (int i = 0; i < calls.size(); i++) {
            List<String> parts = split(calls.get(i).at("/function/arguments").asText(), random);
            for (int part = 0; part < parts.size(); part++) {
                ObjectNode delta = Json.object();
                ObjectNode call = delta.putArray("tool_calls").addObject().put("index", i);
                ObjectNode function = call.putObject("function");
                if (part == 0) {
                    call.put("id", calls.get(i).path("id").asText());
                    function.put("name", calls.get(i).at("/function/name").asText());
                }
                function.put("arguments", parts.get(part));
                pieces.add(delta.toString());
            }
        }
        return pieces;
    }

    private static List<String> split(String text, SplittableRandom random) {
        List<String> parts = new ArrayList<>();
        for (int from = 0; from < text.length(); ) {
            int to = text.offsetByCodePoints(
                    from, Math.min(text.codePointCount(from, text.length()), 1 + random.nextInt(4)));
            parts.add(text.substring(from, to));
            from = to;
        }
        return parts;
    }

    private static List<ObjectNode> streamed(ResponseDraft draft, List<String> deltas, String reason) {
        List<ObjectNode> events = new ArrayList<>();
        ResponseStream stream = new ResponseStream(draft, events::add);
        stream.begin();
        deltas.forEach(delta -> stream.chunk(chunk(delta, null)));
        stream.chunk(chunk("{}", reason));
        stream.finish(USAGE, AT);
        return events;
    }

    private static void assertNumbered(List<ObjectNode> events) {
        for (int i = 0; i < events.size(); i++) {
            assertThat(events.get(i).path("sequence_number").asInt(-1)).isEqualTo(i);
        }
    }

    private static void assertItemsOpenAndClose(List<ObjectNode> events) {
        Set<Integer> open = new HashSet<>();
        for (ObjectNode event : events) {
            int index = event.path("output_index").asInt(-1);
            switch (event.path("type").asText()) {
                case "response.output_item.added" -> assertThat(open.add(index)).isTrue();
                case "response.output_item.done" ->
                    assertThat(open.remove(index)).isTrue();
                default -> assertThat(index < 0 || open.contains(index)).isTrue();
            }
        }
        assertThat(open).isEmpty();
    }

    private static List<String> told(List<ObjectNode> events) {
        return events.stream()
                .filter(event -> event.path("type").asText().endsWith(".done"))
                .filter(event -> event.has("text") || event.has("refusal") || event.has("arguments"))
                .map(event -> event.without("sequence_number").toString())
                .sorted()
                .toList();
    }

    private static List<String> types(List<ObjectNode> events) {
        return events.stream().map(event -> event.path("type").asText()).toList();
    }

    static ResponseDraft draft(String fields) {
        try {
            ObjectNode body = (ObjectNode) Json.strict().readTree(fields);
            body.put("model", "m").put("input", "x");
            return new ResponseDraft("resp_abc", AT, "default", RequestTranslationTest.good(body.toString()));
        } catch (IOException e) {
            throw new IllegalArgumentException(fields, e);
        }
    }

    static byte[] completion(String message, String reason) {
        return ("{\"id\":\"x\",\"object\":\"chat.completion\",\"choices\":[{\"index\":0,\"message\":" + message
                        + ",\"finish_reason\":\"" + reason + "\"}]}")
                .getBytes(StandardCharsets.UTF_8);
    }

    static byte[] chunk(String delta, @org.jspecify.annotations.Nullable String reason) {
        return ("{\"choices\":[{\"index\":0,\"delta\":" + delta + ",\"finish_reason\":"
                        + (reason == null ? "null" : "\"" + reason + "\"") + "}]}")
                .getBytes(StandardCharsets.UTF_8);
    }
}
