package ai.doubleword.batch;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StrictBodyTest {
    @ParameterizedTest
    @CsvSource(
            nullValues = "null",
            value = {"stop,stop", "length,length", "abort,length", "null,stop", "tool_use,tool_calls", "eos,stop"})
    void finishReasonIsOneThatStrictClientsKnow(String given, String shown) throws Exception {
        String quoted = given == null ? "null" : '"' + given + '"';
        JsonNode body = strict("""
                {"id":"x","choices":[{"index":0,"message":{"content":"a"},"finish_reason":%s}]}""".formatted(quoted));
        assertThat(body.at("/choices/0/finish_reason").textValue()).isEqualTo(shown);
    }

    @Test
    void toolCallsHaveATypeAndAreTheReason() throws Exception {
        JsonNode body = strict("""
                {"choices":[{"message":{"tool_calls":[{"id":"1","function":{"name":"f","arguments":"{}"}}]}}]}""");
        assertThat(body.at("/choices/0/message/tool_calls/0/type").textValue()).isEqualTo("function");
        assertThat(body.at("/choices/0/finish_reason").textValue()).isEqualTo("tool_calls");
    }

    @Test
    void aServiceTierOfTheProvidersOwnIsLeftOut() throws Exception {
        assertThat(strict("{\"service_tier\":\"standard\"}").has("service_tier"))
                .isFalse();
        assertThat(strict("{\"service_tier\":\"default\"}").has("service_tier")).isTrue();
    }

    @Test
    void whatFitsStaysByteForByte() {
        byte[] body = "{ \"x\" : 1.0e2 , \"choices\":[{\"finish_reason\":\"stop\"}]}".getBytes(StandardCharsets.UTF_8);
        assertThat(StrictBody.of(body)).isSameAs(body);
    }

    private static JsonNode strict(String body) throws Exception {
        return new ObjectMapper().readTree(StrictBody.of(body.getBytes(StandardCharsets.UTF_8)));
    }
}
