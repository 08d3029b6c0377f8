package ai.doubleword.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import com.openai.core.JsonValue;
import java.util.Map;
import org.junit.jupiter.api.Test;

class UnknownFieldsTest {
    @Test
    void reachTheUpstreamAsTheyWere() throws Exception {
        World.client()
                .chat()
                .completions()
                .create(World.question("hi")
                        .maxCompletionTokens(2)
                        .putAdditionalBodyProperty("marker", JsonValue.from("java-extra"))
                        .putAdditionalBodyProperty("top_k", JsonValue.from(40))
                        .putAdditionalBodyProperty("chat_template_kwargs", JsonValue.from(Map.of("a", "é")))
                        .build());
        var body = Simulator.lastBody("java-extra");
        assertThat(body.path("top_k").asInt()).isEqualTo(40);
        assertThat(body.path("chat_template_kwargs").path("a").asText()).isEqualTo("é");
    }
}
