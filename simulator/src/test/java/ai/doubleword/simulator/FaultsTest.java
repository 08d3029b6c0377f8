package ai.doubleword.simulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FaultsTest {
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

    @BeforeEach
    void reset() throws Exception {
        simulator.post("/sim/reset", "");
    }

    private static String ask(String model, boolean stream) {
        return "{\"model\":\"" + model + "\",\"stream\":" + stream
                + ",\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]}";
    }

    private static String streamed(String fault) throws Exception {
        return new String(simulator.post(CHAT, ask("sim-chat!" + fault, true)).body(), StandardCharsets.UTF_8);
    }

    @Test
    void aFaultIsChosenByTheModelsName() throws Exception {
        HttpResponse<byte[]> answer = simulator.post(CHAT, ask("sim-chat!429?retry-after=2", false));
        assertThat(answer.statusCode()).isEqualTo(429);
        assertThat(answer.headers().firstValue("retry-after")).contains("2");
    }

    @Test
    void aFaultIsChosenByAHeader() throws Exception {
        assertThat(simulator
                        .post(CHAT, ask("sim-chat", false), "x-sim-fault", "503; retry-after=1")
                        .statusCode())
                .isEqualTo(503);
    }

    @Test
    void aFaultMayStrikeOnlyTheFirstRequests() throws Exception {
        String body = ask("sim-chat!500?times=2", false);
        assertThat(simulator.post(CHAT, body).statusCode()).isEqualTo(500);
        assertThat(simulator.post(CHAT, body).statusCode()).isEqualTo(500);
        assertThat(simulator.post(CHAT, body).statusCode()).isEqualTo(200);
    }

    @Test
    void aScriptGivesEachRequestItsFault() throws Exception {
        simulator.post("/sim/script", "{\"model\":\"sim-chat\",\"faults\":[\"ok\",\"500\",\"429\"]}");
        assertThat(simulator.post(CHAT, ask("sim-chat", false)).statusCode()).isEqualTo(200);
        assertThat(simulator.post(CHAT, ask("sim-reasoner", false)).statusCode())
                .isEqualTo(200);
        assertThat(simulator.post(CHAT, ask("sim-chat", false)).statusCode()).isEqualTo(500);
        assertThat(simulator.post(CHAT, ask("sim-chat", false)).statusCode()).isEqualTo(429);
        assertThat(simulator.post(CHAT, ask("sim-chat", false)).statusCode()).isEqualTo(200);
    }

    @Test
    void whatArrivedCanBeSeen() throws Exception {
        simulator.post(CHAT, ask("sim-chat", false), "x-own", "7");
        JsonNode seen = simulator.get("/sim/requests");
        assertThat(seen.path("count").asInt()).isEqualTo(1);
        assertThat(seen.at("/requests/0/headers/x-own").asText()).isEqualTo("7");
        assertThat(seen.at("/requests/0/body").asText()).isEqualTo(ask("sim-chat", false));
    }

    @ParameterizedTest
    @ValueSource(strings = {"cut", "close", "wrong-length"})
    void aBrokenConnectionIsSeenByTheClient(String fault) {
        for (boolean stream : new boolean[] {true, false}) {
            assertThatIOException().isThrownBy(() -> simulator.post(CHAT, ask("sim-chat!" + fault, stream)));
        }
    }

    @Test
    void aSuccessMayHoldAnErrorOrNothing() throws Exception {
        assertThat(simulator
                        .json(CHAT, ask("sim-chat!error-body", false))
                        .at("/error/code")
                        .asText())
                .isEqualTo("internal_error");
        HttpResponse<byte[]> empty = simulator.post(CHAT, ask("sim-chat!empty", false));
        assertThat(empty.statusCode()).isEqualTo(200);
        assertThat(empty.body()).isEmpty();
    }

    @Test
    void linesEndAsTheFaultSays() throws Exception {
        String plain = streamed("ok");
        assertThat(streamed("crlf").replace("\r\n", "\n")).hasSameSizeAs(plain.replace("sim-chat!ok", "sim-chat!crlf"));
        assertThat(streamed("cr")).doesNotContain("\n").contains("\r\r");
        assertThat(streamed("no-space")).doesNotContain("data: ").contains("data:{");
        assertThat(streamed("multi-line")).contains(",\ndata: \"choices\"");
        assertThat(streamed("comments")).contains(": still here\n\n");
    }

    @Test
    void charactersSplitAcrossPacketsArriveWhole() throws Exception {
        String text = streamed("split-utf8+cr");
        assertThat(text).doesNotContain("\uFFFD");
        assertThat(text.chars().anyMatch(c -> c > 127)).isTrue();
    }

    @Test
    void aStreamMayEndBadly() throws Exception {
        assertThat(streamed("no-done")).doesNotContain("[DONE]");
        assertThat(streamed("error-event")).endsWith("\"internal_error\"}}\n\n");
        assertThat(streamed("malformed-sse?after=0")).startsWith("data: {\"choices\":[{\"delta\":\n\n");
        assertThat(streamed("huge-event?bytes=100000")).contains("x".repeat(100_000));
    }

    @Test
    void usageMayBeMissing() throws Exception {
        assertThat(simulator.json(CHAT, ask("sim-chat!no-usage", false)).has("usage"))
                .isFalse();
    }

    @Test
    void aRefusalSaysWhatTheAnswerWouldHaveSaid() throws Exception {
        JsonNode message = simulator.json(CHAT, ask("sim-chat!refusal", false)).at("/choices/0/message");
        assertThat(message.path("content").isNull()).isTrue();
        StringBuilder streamed = new StringBuilder();
        for (JsonNode event : simulator.events(CHAT, ask("sim-chat!refusal", true))) {
            streamed.append(event.at("/choices/0/delta/refusal").asText(""));
            assertThat(event.at("/choices/0/delta/content").asText("")).isIn("", "null");
        }
        assertThat(message.path("refusal").asText()).isNotBlank().isEqualTo(streamed.toString());
    }

    @Test
    void anUnknownFaultIsExplained() throws Exception {
        JsonNode answer = simulator.json(CHAT, ask("sim-chat!explode", false));
        assertThat(answer.at("/error/message").asText()).contains("explode", "slow-first-byte");
        assertThatThrownBy(() -> Fault.parseAll("explode")).isInstanceOf(IllegalArgumentException.class);
        assertThat(Fault.parseAll("ok")).isEqualTo(List.of());
    }
}
