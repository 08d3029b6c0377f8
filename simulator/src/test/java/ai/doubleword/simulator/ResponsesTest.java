package ai.doubleword.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class ResponsesTest {
    private static final String RESPONSES = "/v1/responses";
    private static final String CHAT = "/v1/chat/completions";

    private static SimulatorHttp simulator;

    @BeforeAll
    static void start() {
        simulator = new SimulatorHttp(SimulatorConfig.defaults());
    }

    @AfterAll
    static void stop() {
        simulator.close();
    }

    private static String ask(String model, String fields) {
        return "{\"model\":\"" + model + "\",\"input\":\"What is a ledger?\"" + fields + "}";
    }

    @Test
    void aResponseSaysWhatAChatCompletionSays() throws Exception {
        JsonNode response = simulator.json(RESPONSES, ask("sim-chat", ""));
        JsonNode chat = simulator.json(
                CHAT, "{\"model\":\"sim-chat\",\"messages\":[{\"role\":\"user\",\"content\":\"What is a ledger?\"}]}");
        assertThat(response.path("status").asText()).isEqualTo("completed");
        assertThat(response.at("/output/0/content/0/text")).isEqualTo(chat.at("/choices/0/message/content"));
        assertThat(response.at("/usage/input_tokens")).isEqualTo(chat.at("/usage/prompt_tokens"));
        assertThat(response.at("/usage/output_tokens")).isEqualTo(chat.at("/usage/completion_tokens"));
    }

    @Test
    void itsEventsAreNumberedAndEndWithTheResponse() throws Exception {
        List<JsonNode> events = simulator.events(RESPONSES, ask("sim-chat", ",\"stream\":true"));
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < events.size(); i++) {
            assertThat(events.get(i).path("sequence_number").asInt(-1)).isEqualTo(i);
            text.append(events.get(i).path("delta").asText(""));
        }
        JsonNode last = events.getLast();
        assertThat(last.path("type").asText()).isEqualTo("response.completed");
        assertThat(last.at("/response/output/0/content/0/text").asText()).isEqualTo(text.toString());
        JsonNode whole = simulator.json(RESPONSES, ask("sim-chat", ""));
        assertThat(last.at("/response/output")).isEqualTo(whole.path("output"));
    }

    @Test
    void anAnswerThatIsCutIsIncomplete() throws Exception {
        JsonNode response = simulator.json(RESPONSES, ask("sim-chat", ",\"max_output_tokens\":2"));
        assertThat(response.path("status").asText()).isEqualTo("incomplete");
        assertThat(response.at("/incomplete_details/reason").asText()).isEqualTo("max_output_tokens");
    }

    @Test
    void thoughtsFunctionsAndToolsOfTheProviderAreItems() throws Exception {
        JsonNode thinks = simulator.json(RESPONSES, ask("sim-reasoner", ""));
        assertThat(thinks.path("output").findValuesAsText("type")).contains("reasoning", "message");
        assertThat(thinks.at("/usage/output_tokens_details/reasoning_tokens").asInt())
                .isPositive();
        String function = ",\"tools\":[{\"type\":\"function\",\"name\":\"f\",\"parameters\":{\"type\":\"object\"}}]";
        assertThat(simulator
                        .json(RESPONSES, ask("sim-chat", function))
                        .at("/output/0/type")
                        .asText())
                .isEqualTo("function_call");
        JsonNode searched = simulator.json(RESPONSES, ask("sim-chat", ",\"tools\":[{\"type\":\"web_search\"}]"));
        assertThat(searched.at("/output/0/type").asText()).isEqualTo("web_search_call");
        assertThat(searched.at("/output/1/type").asText()).isEqualTo("message");
    }

    @Test
    void whatRunsAtTheProviderMayFail() throws Exception {
        String away = ",\"tools\":[{\"type\":\"mcp\",\"server_label\":\"a\",\"server_url\":\"https://a.invalid/mcp\"}]";
        JsonNode notListed = simulator.json(RESPONSES, ask("sim-chat", away));
        assertThat(notListed.path("output").findValuesAsText("type")).startsWith("mcp_list_tools", "message");
        assertThat(notListed.at("/output/0/error").asText()).isNotEmpty();
        String failing = ",\"tools\":[{\"type\":\"mcp\",\"server_label\":\"failing\"}]";
        JsonNode notCalled = simulator.json(RESPONSES, ask("sim-chat", failing));
        assertThat(notCalled.at("/output/0/status").asText()).isEqualTo("completed");
        assertThat(notCalled.at("/output/1/status").asText()).isEqualTo("failed");
        assertThat(notCalled.at("/output/1/error/type").asText()).isEqualTo("http_error");
    }

    @Test
    void aConversationIsCompactedAndAnAnswerSpokenWhereThatIsAskedFor() throws Exception {
        String options =
                ",\"stream\":true,\"context_management\":[{\"type\":\"compaction\"}],\"modalities\":[\"audio\"]";
        assertThat(simulator.events(RESPONSES, ask("sim-chat", options)))
                .extracting(event -> event.path("type").asText())
                .contains("response.compaction.compacting", "response.audio.delta", "response.audio.done");
    }

    @Test
    void aModelMayServeResponsesAlone() throws Exception {
        assertThat(simulator
                        .json(RESPONSES, ask("sim-responses", ""))
                        .path("status")
                        .asText())
                .isEqualTo("completed");
        assertThat(simulator
                        .post(
                                CHAT,
                                "{\"model\":\"sim-responses\",\"messages\":[{\"role\":\"user\",\"content\":\"x\"}]}")
                        .statusCode())
                .isEqualTo(404);
    }
}
