package ai.doubleword.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class ChatTest {
    private static final String CHAT = "/v1/chat/completions";
    private static final String WEATHER = """
            {"type":"object","properties":{"city":{"type":"string","minLength":3},
            "unit":{"enum":["celsius","fahrenheit"]},"days":{"type":"integer","minimum":1,"maximum":7}},
            "required":["city","unit"],"additionalProperties":false}""";

    private static SimulatorHttp simulator;

    @BeforeAll
    static void start() {
        simulator = new SimulatorHttp(SimulatorConfig.defaults());
    }

    @AfterAll
    static void stop() {
        simulator.close();
    }

    private static String ask(String fields) {
        return "{\"model\":\"sim-chat\",\"messages\":[{\"role\":\"user\",\"content\":\"What is a ledger?\"}]" + fields
                + "}";
    }

    private static String content(JsonNode answer) {
        return answer.at("/choices/0/message/content").asText();
    }

    @Test
    void theSameRequestHasTheSameAnswerAndAnotherHasAnother() throws Exception {
        String first = content(simulator.json(CHAT, ask("")));
        assertThat(content(simulator.json(CHAT, ask("")))).isEqualTo(first).isNotBlank();
        assertThat(content(simulator.json(CHAT, ask(",\"seed\":7")))).isNotEqualTo(first);
    }

    @Test
    void aStreamSaysWhatAWholeAnswerSays() throws Exception {
        StringBuilder streamed = new StringBuilder();
        for (JsonNode event : simulator.events(CHAT, ask(",\"stream\":true"))) {
            streamed.append(event.at("/choices/0/delta/content").asText(""));
            assertThat(event.has("usage")).isFalse();
        }
        assertThat(streamed.toString()).isEqualTo(content(simulator.json(CHAT, ask(""))));
    }

    @Test
    void tokensHaveTheirProbabilitiesWhereTheyAreAskedFor() throws Exception {
        JsonNode answer = simulator.json(CHAT, ask(",\"logprobs\":true,\"top_logprobs\":1"));
        StringBuilder tokens = new StringBuilder();
        answer.at("/choices/0/logprobs/content")
                .forEach(token -> tokens.append(token.path("token").asText()));
        assertThat(tokens.toString()).isEqualTo(content(answer));
        assertThat(answer.at("/choices/0/logprobs/content/0/top_logprobs")).hasSize(1);
        assertThat(simulator.json(CHAT, ask("")).at("/choices/0/logprobs").isNull())
                .isTrue();
    }

    @Test
    void usageStandsInAStreamOnlyWhenAskedFor() throws Exception {
        List<JsonNode> events =
                simulator.events(CHAT, ask(",\"stream\":true,\"stream_options\":{\"include_usage\":true}"));
        JsonNode last = events.getLast();
        assertThat(last.path("choices")).isEmpty();
        assertThat(last.at("/usage/completion_tokens").asInt()).isPositive();
        assertThat(events.getFirst().path("usage").isNull()).isTrue();
    }

    @Test
    void tokensAreCountedAsCl100kCountsThem() throws Exception {
        JsonNode answer = simulator.json(CHAT, ask(""));
        assertThat(answer.at("/usage/completion_tokens").asInt()).isEqualTo(Tokens.count(content(answer)));
        // "What is a ledger?" is 5 tokens, the role 1; 3 stand around the message, 3 open the answer.
        assertThat(answer.at("/usage/prompt_tokens").asInt()).isEqualTo(12);
    }

    @Test
    void aLimitEndsTheAnswerWithLength() throws Exception {
        for (String field : new String[] {"max_tokens", "max_completion_tokens"}) {
            JsonNode answer = simulator.json(CHAT, ask(",\"" + field + "\":5"));
            assertThat(answer.at("/choices/0/finish_reason").asText()).isEqualTo("length");
            assertThat(answer.at("/usage/completion_tokens").asInt()).isEqualTo(5);
        }
    }

    @Test
    void aStopWordEndsTheAnswerBeforeIt() throws Exception {
        String whole = content(simulator.json(CHAT, ask("")));
        String word = whole.split(" ", -1)[3];
        JsonNode stopped = simulator.json(CHAT, ask(",\"stop\":[\"" + word + "\"]"));
        assertThat(content(stopped)).isEqualTo(whole.substring(0, whole.indexOf(word)));
        assertThat(stopped.at("/choices/0/finish_reason").asText()).isEqualTo("stop");
    }

    @Test
    void manyChoicesDiffer() throws Exception {
        JsonNode choices = simulator.json(CHAT, ask(",\"n\":3")).path("choices");
        assertThat(choices).hasSize(3);
        assertThat(choices.findValuesAsText("content")).doesNotHaveDuplicates();
    }

    @Test
    void aToolIsCalledWithArgumentsItsSchemaAccepts() throws Exception {
        String tools = ",\"tools\":[{\"type\":\"function\",\"function\":{\"name\":\"weather\",\"parameters\":" + WEATHER
                + "}}],\"tool_choice\":\"required\"";
        JsonNode choice = simulator.json(CHAT, ask(tools)).at("/choices/0");
        assertThat(choice.path("finish_reason").asText()).isEqualTo("tool_calls");
        assertThat(choice.at("/message/tool_calls/0/function/name").asText()).isEqualTo("weather");
        String arguments = choice.at("/message/tool_calls/0/function/arguments").asText();
        assertThat(complaints(WEATHER, arguments)).isEmpty();

        StringBuilder streamed = new StringBuilder();
        for (JsonNode event : simulator.events(CHAT, ask(tools + ",\"stream\":true"))) {
            streamed.append(
                    event.at("/choices/0/delta/tool_calls/0/function/arguments").asText(""));
        }
        assertThat(streamed.toString()).isEqualTo(arguments);
    }

    @Test
    void aToolsResultIsAnsweredWithText() throws Exception {
        String conversation = """
                {"model":"sim-chat","tools":[{"type":"function","function":{"name":"weather"}}],"messages":[
                {"role":"user","content":"Weather?"},
                {"role":"assistant","content":null,"tool_calls":[{"id":"call_1","type":"function",
                "function":{"name":"weather","arguments":"{}"}}]},
                {"role":"tool","tool_call_id":"call_1","content":"sunny"}]}""";
        assertThat(content(simulator.json(CHAT, conversation))).isNotBlank();
    }

    @Test
    void anAnswerFollowsTheSchemaAskedFor() throws Exception {
        String format = ",\"response_format\":{\"type\":\"json_schema\",\"json_schema\":{\"name\":\"w\",\"schema\":"
                + WEATHER + "}}";
        assertThat(complaints(WEATHER, content(simulator.json(CHAT, ask(format)))))
                .isEmpty();
        String object = content(simulator.json(CHAT, ask(",\"response_format\":{\"type\":\"json_object\"}")));
        assertThat(SimulatorHttp.MAPPER.readTree(object).isObject()).isTrue();
    }

    static List<String> complaints(String schema, String value) throws Exception {
        return JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V202012)
                .getSchema(schema)
                .validate(SimulatorHttp.MAPPER.readTree(value))
                .stream()
                .map(Object::toString)
                .toList();
    }

    @Test
    void aReasoningModelThinksFirst() throws Exception {
        JsonNode answer = simulator.json(CHAT, ask("").replace("sim-chat", "sim-reasoner"));
        assertThat(answer.at("/choices/0/message/reasoning_content").asText()).isNotBlank();
        assertThat(answer.at("/usage/completion_tokens_details/reasoning_tokens")
                        .asInt())
                .isPositive();
    }

    @Test
    void aPromptSeenBeforeIsCachedInBlocks() throws Exception {
        String prompt = "{\"model\":\"sim-chat\",\"messages\":[{\"role\":\"user\",\"content\":\""
                + "one two ".repeat(40) + "\"}]}";
        assertThat(cached(simulator.json(CHAT, prompt))).isZero();
        assertThat(cached(simulator.json(CHAT, prompt))).isEqualTo(80);
    }

    private static int cached(JsonNode answer) {
        return answer.at("/usage/prompt_tokens_details/cached_tokens").asInt();
    }

    @Test
    void anUnknownModelIs404AndATooLongPrompt400() throws Exception {
        assertThat(simulator.post(CHAT, ask("").replace("sim-chat", "nobody")).statusCode())
                .isEqualTo(404);
        try (SimulatorHttp small = new SimulatorHttp(new SimulatorConfig(
                1,
                List.of(SimulatedModel.of("small", SimulatedModel.Kind.CHAT)
                        .sized(new SimulatedModel.Size(4, 8, 10, 8)))))) {
            JsonNode answer = small.json(CHAT, ask("").replace("sim-chat", "small"));
            assertThat(answer.at("/error/code").asText()).isEqualTo("context_length_exceeded");
        }
    }

    @Test
    void completionsEchoAndCountSixteenTokensByDefault() throws Exception {
        JsonNode answer = simulator.json("/v1/completions", "{\"model\":\"sim-chat\",\"prompt\":[\"a\",\"b\"]}");
        assertThat(answer.path("choices")).hasSize(2);
        assertThat(answer.at("/usage/completion_tokens").asInt()).isEqualTo(32);
        JsonNode echoed =
                simulator.json("/v1/completions", "{\"model\":\"sim-chat\",\"prompt\":\"Once\",\"echo\":true}");
        assertThat(echoed.at("/choices/0/text").asText()).startsWith("Once ");
    }

    @Test
    void modelsAreListed() throws Exception {
        assertThat(simulator.get("/v1/models").path("data").findValuesAsText("id"))
                .contains("sim-chat", "sim-embedding");
        assertThat(simulator.get("/v1/models/sim-chat").path("object").asText()).isEqualTo("model");
    }
}
