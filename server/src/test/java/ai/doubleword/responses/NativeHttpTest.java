package ai.doubleword.responses;

import static org.assertj.core.api.Assertions.assertThat;

import ai.doubleword.models.ModelType;
import ai.doubleword.platform.Ids;
import ai.doubleword.providers.ResponsesSupport;
import ai.doubleword.providers.Target;
import ai.doubleword.simulator.ReceivedRequests;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.quarkus.test.junit.QuarkusTest;
import java.io.IOException;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Providers that serve the Responses API themselves, or nothing else, with the simulator behind every model.
@QuarkusTest
class NativeHttpTest extends OverHttp {
    @Test
    void aResponseGoesToTheProviderAsItIsAndIsStoredHere() throws Exception {
        String model = model(speaking("sim-reasoner"));
        ObjectNode request = request(model).put("instructions", "Be short.");
        request.putObject("metadata").put("a", "b");
        Answer made = post("/v1/responses", request);
        assertThat(made.status()).as(made.text()).isEqualTo(200);
        JsonNode response = made.body();
        long id = Ids.parse("resp", response.path("id").asText()).orElseThrow();
        assertThat(response.path("model").asText()).isEqualTo(model);
        assertThat(response.path("store").asBoolean()).isTrue();
        assertThat(response.at("/metadata/a").asText()).isEqualTo("b");
        assertThat(response.at("/output/0/type").asText()).isEqualTo("reasoning");
        assertThat(response.at("/output/1/id").asText())
                .isEqualTo("msg_" + response.path("id").asText().substring("resp_".length()) + "1");
        assertThat(get("/v1/responses/" + response.path("id").asText()).body()).isEqualTo(response);

        Asked asked = asked();
        assertThat(asked.path()).endsWith("/responses");
        assertThat(asked.body().path("model").asText()).isEqualTo("sim-reasoner");
        assertThat(asked.body().path("store").asBoolean(true)).isFalse();
        assertThat(asked.body().path("instructions").asText()).isEqualTo("Be short.");
        assertThat(asked.body().has("metadata")).isFalse();
        await(() -> rows("id = " + id
                        + " AND endpoint = 'responses' AND coalesce(input, 0) + coalesce(cache_read, 0) = "
                        + response.at("/usage/input_tokens").asLong() + " AND reasoning = "
                        + response.at("/usage/output_tokens_details/reasoning_tokens")
                                .asLong())
                == 1);
    }

    @Test
    void itsEventsPassUnderOurNumbersAndIds() throws Exception {
        String model = model(speaking("sim-reasoner"));
        List<JsonNode> events =
                post("/v1/responses", request(model).put("stream", true)).events();
        String id = events.getFirst().at("/response/id").asText();
        assertThat(events)
                .extracting(event -> event.path("type").asText())
                .startsWith("response.created", "response.in_progress", "response.output_item.added")
                .contains("response.reasoning_text.delta", "response.output_text.delta")
                .endsWith("response.completed");
        for (int i = 0; i < events.size(); i++) {
            assertThat(events.get(i).path("sequence_number").asInt(-1)).isEqualTo(i);
            if (events.get(i).has("item_id")) {
                assertThat(events.get(i).path("item_id").asText()).contains(id.substring("resp_".length()));
            }
        }
        JsonNode last = events.getLast().path("response");
        assertThat(last.path("id").asText()).isEqualTo(id);
        assertThat(last.path("model").asText()).isEqualTo(model);
        assertThat(get("/v1/responses/" + id).body()).isEqualTo(last);
    }

    @Test
    void theTurnsBeforeArePutIntoTheRequest() throws Exception {
        String model = model(speaking("sim-chat"));
        JsonNode first = post("/v1/responses", request(model)).body();
        ObjectNode next = JSON.createObjectNode().put("model", model).put("input", "And then?");
        JsonNode second = post(
                        "/v1/responses",
                        next.put("previous_response_id", first.path("id").asText()))
                .body();
        assertThat(second.path("previous_response_id")).isEqualTo(first.path("id"));
        JsonNode asked = asked().body();
        assertThat(asked.has("previous_response_id")).isFalse();
        assertThat(asked.path("input").findValuesAsText("text"))
                .containsExactly(own, first.at("/output/0/content/0/text").asText(), "And then?");
    }

    @Test
    void whatRunsAtTheProviderIsAllowedWhereOneSpeaksResponses() throws Exception {
        String model = model(translated(0, "sim-chat"), speaking(1, "sim-chat"));
        JsonNode searched = post("/v1/responses", withSearch(request(model))).body();
        assertThat(searched.at("/output/0/type").asText()).isEqualTo("web_search_call");
        assertThat(asked().path()).endsWith("/responses");
        assertThat(post("/v1/responses", request(model)).status()).isEqualTo(200);
        assertThat(asked().path()).endsWith("/chat/completions");

        Answer refused = post("/v1/responses", withSearch(request(fixture.chat(""))));
        assertThat(refused.status()).isEqualTo(400);
        assertThat(refused.body().at("/error/message").asText()).contains("web_search");
    }

    @Test
    void eachTargetOfARouteGetsWhatItSpeaks() throws Exception {
        String broken = model(speaking(0, "sim-chat!500"), translated(1, "sim-chat"));
        for (boolean stream : new boolean[] {false, true}) {
            Answer answer = post("/v1/responses", request(broken).put("stream", stream));
            assertThat(answer.status()).as(answer.text()).isEqualTo(200);
            assertThat(asked().path()).endsWith("/chat/completions");
        }
        // What it said was only that the response has begun.
        String begun = model(speaking(0, "sim-chat!cut?after=2"), translated(1, "sim-chat"));
        List<JsonNode> events =
                post("/v1/responses", request(begun).put("stream", true)).events();
        assertThat(events.getLast().path("type").asText()).isEqualTo("response.completed");
        String other = model(translated(0, "sim-chat!500"), speaking(1, "sim-chat"));
        JsonNode answered = post("/v1/responses", request(other)).body();
        assertThat(answered.path("status").asText()).isEqualTo("completed");
        assertThat(asked().path()).endsWith("/responses");
    }

    @Test
    void aStreamThatBreaksEndsWithWhatHadCome() throws Exception {
        String model = model(speaking("sim-chat!cut?after=8"));
        List<JsonNode> events =
                post("/v1/responses", request(model).put("stream", true)).events();
        assertThat(events.get(events.size() - 2).path("code").asText()).isEqualTo("upstream_disconnected");
        assertThat(events.getLast().path("type").asText()).isEqualTo("response.failed");
    }

    @Test
    void anAnswerThatIsCutIsIncomplete() throws Exception {
        String model = model(speaking("sim-chat"));
        JsonNode response = post("/v1/responses", request(model).put("max_output_tokens", 2))
                .body();
        assertThat(response.path("status").asText()).isEqualTo("incomplete");
        assertThat(response.at("/incomplete_details/reason").asText()).isEqualTo("max_output_tokens");
    }

    @Test
    void theBackgroundSpeaksResponsesToo() throws Exception {
        String model = model(speaking("sim-chat"));
        JsonNode made = post("/v1/responses", withSearch(request(model)).put("background", true))
                .body();
        JsonNode done = ended(made);
        assertThat(done.path("status").asText()).as(done.toString()).isEqualTo("completed");
        assertThat(done.path("id")).isEqualTo(made.path("id"));
        assertThat(done.at("/output/0/type").asText()).isEqualTo("web_search_call");
        assertThat(asked().body().has("background")).isFalse();
        JsonNode refused = post(
                        "/v1/responses", withSearch(request(fixture.chat(""))).put("background", true))
                .body();
        assertThat(refused.at("/error/param").asText()).isEqualTo("tools[0].type");
    }

    @ParameterizedTest
    @EnumSource(
            value = ResponsesSupport.class,
            names = {"NATIVE", "ONLY"})
    void theBackgroundTellsTheProvidersEventsAsTheyComeAndAgain(ResponsesSupport support) throws Exception {
        String model = model(fixture.target(0, "sim-reasoner", support));
        List<JsonNode> live;
        try (Reader reader = stream(withSearch(request(model)).put("background", true))) {
            live = reader.rest();
        }
        assertThat(live)
                .extracting(event -> event.path("type").asText())
                .startsWith("response.created", "response.queued", "response.in_progress")
                .contains("response.reasoning_text.delta", "response.output_text.delta", "response.output_item.done")
                .endsWith("response.completed");
        JsonNode last = live.getLast().path("response");
        String id = last.path("id").asText();
        for (int i = 0; i < live.size(); i++) {
            assertThat(live.get(i).path("sequence_number").asInt(-1)).isEqualTo(i);
            if (live.get(i).has("item_id")) {
                assertThat(live.get(i).path("item_id").asText()).contains(id.substring("resp_".length()));
            }
        }
        assertThat(last.findValuesAsText("type")).contains("reasoning", "web_search_call", "message");
        String path = "/v1/responses/" + id;
        assertThat(get(path).body()).isEqualTo(last);
        assertThat(get(path + "?stream=true").events()).isEqualTo(live);
        assertThat(get(path + "?stream=true&starting_after=7").events()).isEqualTo(live.subList(8, live.size()));
        assertThat(asksOf(own)).hasSize(1);
        assertThat(asked().path()).endsWith("/responses");
        assertThat(asked().body().path("stream").asBoolean()).isTrue();
        assertThat(asked().body().has("background")).isFalse();
        assertThat(rows("endpoint = 'responses' AND stream AND output > 0")).isEqualTo(1);
    }

    @Test
    void eventsOfWhatRunsAtTheProviderPass() throws Exception {
        ObjectNode request = request(model(speaking("sim-chat"))).put("stream", true);
        List.of("web_search", "file_search", "code_interpreter", "image_generation", "shell", "mcp")
                .forEach(tool -> request.withArray("/tools").addObject().put("type", tool));
        request.withArray("/tools").addObject().put("type", "mcp").put("server_label", "failing");
        request.withArray("/tools").addObject().put("type", "mcp").put("server_url", "https://nobody.invalid/mcp");
        request.putArray("context_management").addObject().put("type", "compaction");
        request.putArray("modalities").add("text").add("audio");
        List<JsonNode> events = post("/v1/responses", request).events();
        assertThat(events)
                .extracting(event -> event.path("type").asText().replaceFirst("^response\\.", ""))
                .contains(
                        "web_search_call.in_progress",
                        "web_search_call.searching",
                        "web_search_call.completed",
                        "file_search_call.searching",
                        "file_search_call.completed",
                        "code_interpreter_call_code.delta",
                        "code_interpreter_call_code.done",
                        "code_interpreter_call.interpreting",
                        "code_interpreter_call.completed",
                        "image_generation_call.generating",
                        "image_generation_call.partial_image",
                        "image_generation_call.completed",
                        "shell_call_command.added",
                        "shell_call_command.delta",
                        "shell_call_command.done",
                        "shell_call_output_content.delta",
                        "shell_call_output_content.done",
                        "mcp_list_tools.in_progress",
                        "mcp_list_tools.completed",
                        "mcp_list_tools.failed",
                        "mcp_call.in_progress",
                        "mcp_call_arguments.delta",
                        "mcp_call_arguments.done",
                        "mcp_call.completed",
                        "mcp_call.failed",
                        "compaction.compacting",
                        "output_text.annotation.added",
                        "audio.delta",
                        "audio.done",
                        "audio.transcript.delta",
                        "audio.transcript.done");
        for (int i = 0; i < events.size(); i++) {
            assertThat(events.get(i).path("sequence_number").asInt(-1)).isEqualTo(i);
        }
        JsonNode output = events.getLast().at("/response/output");
        assertThat(output)
                .extracting(item -> item.path("type").asText())
                .containsExactly(
                        "compaction",
                        "web_search_call",
                        "file_search_call",
                        "code_interpreter_call",
                        "image_generation_call",
                        "shell_call",
                        "shell_call_output",
                        "mcp_list_tools",
                        "mcp_call",
                        "mcp_list_tools",
                        "mcp_call",
                        "mcp_list_tools",
                        "message");
        assertThat(output.path(12).at("/content/0/annotations/0/title").asText())
                .isEqualTo("Harbours");
        String id = events.getLast().at("/response/id").asText();
        assertThat(get("/v1/responses/" + id).body().path("output")).isEqualTo(output);
    }

    @Test
    void aStreamOfTheBackgroundThatTheProviderCutsBeginsAgain() throws Exception {
        String model = model(speaking("sim-chat!cut?after=8&times=1&of=" + UUID.randomUUID()));
        List<JsonNode> live;
        try (Reader reader = stream(request(model).put("background", true))) {
            live = reader.rest();
        }
        assertThat(live)
                .filteredOn(event -> event.path("type").asText().equals("response.in_progress"))
                .hasSize(2);
        assertThat(live.getLast().path("type").asText()).isEqualTo("response.completed");
        assertThat(asksOf(own)).hasSize(2);
        JsonNode last = live.getLast().path("response");
        List<JsonNode> told = get("/v1/responses/" + last.path("id").asText() + "?stream=true")
                .events();
        assertThat(told)
                .filteredOn(event -> event.path("type").asText().equals("response.output_text.delta"))
                .extracting(event -> event.path("delta").asText())
                .satisfies(deltas -> assertThat(String.join("", deltas))
                        .isEqualTo(last.at("/output/0/content/0/text").asText()));
    }

    @Test
    void chatCompletionsComeOfAProviderThatServesResponsesAlone() throws Exception {
        String model = model(alone("sim-responses"));
        JsonNode whole = post("/v1/chat/completions", chat(model)).body();
        assertThat(whole.path("object").asText()).isEqualTo("chat.completion");
        assertThat(whole.path("model").asText()).isEqualTo(model);
        String said = whole.at("/choices/0/message/content").asText();
        assertThat(said).isNotEmpty();
        assertThat(whole.at("/choices/0/finish_reason").asText()).isEqualTo("stop");
        assertThat(whole.at("/usage/prompt_tokens").asInt()).isPositive();
        assertThat(asked().path()).endsWith("/responses");

        ObjectNode streamed = chat(model).put("stream", true);
        streamed.putObject("stream_options").put("include_usage", true);
        Answer answer = post("/v1/chat/completions", streamed);
        assertThat(answer.text()).endsWith("data: [DONE]\n\n");
        StringBuilder text = new StringBuilder();
        answer.chunks()
                .forEach(chunk ->
                        text.append(chunk.at("/choices/0/delta/content").asText("")));
        assertThat(text.toString()).isEqualTo(said);
        assertThat(answer.chunks().getLast().at("/usage/completion_tokens"))
                .isEqualTo(whole.at("/usage/completion_tokens"));
        await(() -> rows("endpoint = 'chat/completions' AND output > 0") == 2);
    }

    @Test
    void toolsAndSchemasGoThereAndBack() throws Exception {
        String model = model(alone("sim-responses"));
        ObjectNode request = chat(model);
        ObjectNode function =
                request.putArray("tools").addObject().put("type", "function").putObject("function");
        function.put("name", "weather").putObject("parameters").put("type", "object");
        JsonNode message = post("/v1/chat/completions", request).body().at("/choices/0/message");
        assertThat(message.at("/tool_calls/0/function/name").asText()).isEqualTo("weather");
        request.withArray("messages").add(message);
        request.withArray("messages")
                .addObject()
                .put("role", "tool")
                .put("tool_call_id", message.at("/tool_calls/0/id").asText())
                .put("content", "sun");
        JsonNode answer = post("/v1/chat/completions", request).body();
        assertThat(answer.at("/choices/0/message/content").asText()).isNotEmpty();
        assertThat(asked().body().path("input").findValuesAsText("type"))
                .containsSubsequence("message", "function_call", "function_call_output");

        ObjectNode schema = chat(model);
        schema.putObject("response_format")
                .put("type", "json_schema")
                .putObject("json_schema")
                .put("name", "port")
                .putObject("schema")
                .put("type", "object")
                .putObject("properties")
                .putObject("berths")
                .put("type", "integer");
        String json = post("/v1/chat/completions", schema)
                .body()
                .at("/choices/0/message/content")
                .asText();
        assertThat(JSON.readTree(json).isObject()).as(json).isTrue();
    }

    @Test
    void whatResponsesHasNoWordForIsRefusedByName() throws Exception {
        Answer refused =
                post("/v1/chat/completions", chat(model(alone("sim-responses"))).put("n", 2));
        assertThat(refused.status()).isEqualTo(400);
        assertThat(refused.body().at("/error/param").asText()).isEqualTo("n");
        assertThat(refused.body().at("/error/message").asText()).contains("Responses API alone");
        assertThat(asksOf(own)).isEmpty();
    }

    @Test
    void whatOneTargetHasNoWordForGoesToTheNextThatHas() throws Exception {
        String model = model(alone(0, "sim-responses"), translated(1, "sim-chat"));
        assertThat(post("/v1/chat/completions", chat(model)).status()).isEqualTo(200);
        assertThat(asked().path()).endsWith("/responses");
        for (boolean stream : new boolean[] {false, true}) {
            Answer two = post("/v1/chat/completions", chat(model).put("n", 2).put("stream", stream));
            assertThat(two.status()).as(two.text()).isEqualTo(200);
            assertThat(asked().path()).endsWith("/chat/completions");
        }
        ObjectNode stopped = chat(model);
        stopped.putArray("stop").add("never said");
        assertThat(post("/v1/chat/completions", stopped).status()).isEqualTo(200);
        assertThat(asked().path()).endsWith("/chat/completions");
        await(() -> rows("status = 200 AND attempts IS NULL") == 4);

        String behind = model(translated(0, "sim-chat!500"), alone(1, "sim-responses"));
        Answer failed = post("/v1/chat/completions", chat(behind).put("n", 2));
        assertThat(failed.status()).as("it could have been said there").isEqualTo(502);
        String nowhere = model(alone(0, "sim-responses"), alone(1, "sim-responses"));
        assertThat(post("/v1/chat/completions", chat(nowhere).put("n", 2)).status())
                .isEqualTo(400);
    }

    @Test
    void aProviderThatServesResponsesAloneFailsAsAnyOther() throws Exception {
        assertThat(post("/v1/chat/completions", chat(model(alone("sim-responses!500"))))
                        .status())
                .isEqualTo(502);
        for (String fault : List.of("empty", "html", "error-body", "close")) {
            Answer answer = post("/v1/chat/completions", chat(model(alone("sim-responses!" + fault))));
            assertThat(answer.status()).as(fault + answer.text()).isEqualTo(502);
        }
        Answer cut = post(
                "/v1/chat/completions",
                chat(model(alone("sim-responses!cut?after=8"))).put("stream", true));
        assertThat(cut.text()).contains("upstream_disconnected").doesNotContain("[DONE]");
        Answer malformed = post(
                "/v1/chat/completions",
                chat(model(alone("sim-responses!malformed-sse?after=8"))).put("stream", true));
        assertThat(malformed.text()).contains("\"error\"").doesNotContain("[DONE]");
        for (String fault : List.of("crlf", "cr", "bytewise", "no-space", "comments")) {
            Answer answer = post(
                    "/v1/chat/completions",
                    chat(model(alone("sim-responses!" + fault))).put("stream", true));
            assertThat(answer.text()).as(fault).endsWith("data: [DONE]\n\n").doesNotContain("\"error\"");
        }
    }

    @Test
    void responsesFlexAndTheBackgroundRunThereToo() throws Exception {
        String model = model(alone("sim-responses"));
        assertThat(post("/v1/responses", request(model)).body().path("status").asText())
                .isEqualTo("completed");
        assertThat(ended(post("/v1/responses", request(model).put("background", true))
                                .body())
                        .path("status")
                        .asText())
                .isEqualTo("completed");
        Answer flex = post("/v1/chat/completions", chat(model).put("service_tier", "flex"));
        assertThat(flex.status()).as(flex.text()).isEqualTo(200);
    }

    private String model(Target... targets) {
        return fixture.model("native-" + UUID.randomUUID(), ModelType.CHAT, targets);
    }

    private Target speaking(String upstream) {
        return speaking(0, upstream);
    }

    private Target speaking(int index, String upstream) {
        return fixture.target(index, upstream, ResponsesSupport.NATIVE);
    }

    private Target translated(int index, String upstream) {
        return fixture.target(index, upstream, ResponsesSupport.NONE);
    }

    private Target alone(String upstream) {
        return alone(0, upstream);
    }

    private Target alone(int index, String upstream) {
        return fixture.target(index, upstream, ResponsesSupport.ONLY);
    }

    private ObjectNode request(String model) {
        return JSON.createObjectNode().put("model", model).put("input", own);
    }

    private ObjectNode chat(String model) {
        ObjectNode request = JSON.createObjectNode().put("model", model);
        request.putArray("messages").addObject().put("role", "user").put("content", own);
        return request;
    }

    private static ObjectNode withSearch(ObjectNode request) {
        request.putArray("tools").addObject().put("type", "web_search");
        return request;
    }

    private record Asked(String path, JsonNode body) {}

    /// The last request of this test that came to the simulator.
    private Asked asked() throws IOException {
        ReceivedRequests.Received received = asksOf(own).getLast();
        return new Asked(received.path(), JSON.readTree(received.body().toString()));
    }
}
