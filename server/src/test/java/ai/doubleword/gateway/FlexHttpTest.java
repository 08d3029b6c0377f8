package ai.doubleword.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import ai.doubleword.models.ModelType;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.io.IOException;
import java.net.URI;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// `service_tier: flex` over real HTTP, with the engine's own pools and the simulator behind them.
@QuarkusTest
class FlexHttpTest {
    private static final String CHAT = "/v1/chat/completions";

    @TestHTTPResource("/")
    URI server;

    @Inject
    DataPlaneFixture fixture;

    private Wire wire;

    @BeforeEach
    void connect() throws IOException {
        wire = new Wire(server);
    }

    @AfterEach
    void close() throws IOException {
        wire.close();
    }

    @Test
    void chatsCompletionsAndEmbeddingsAreAnswered() throws Exception {
        String key = fixture.key();
        String model = fixture.chat("");
        Wire.Answer chat = wire.post(CHAT, key, chat(model, false));
        assertThat(chat.status()).as(chat.body()).isEqualTo(200);
        assertThat(chat.json().at("/usage/total_tokens").asInt()).isPositive();
        Wire.Answer text = wire.post(
                "/v1/completions",
                key,
                "{\"model\":\"%s\",\"service_tier\":\"flex\",\"prompt\":\"hi\",\"max_tokens\":3}".formatted(model));
        assertThat(text.status()).as(text.body()).isEqualTo(200);
        String embedding = "embed-" + UUID.randomUUID();
        fixture.model(embedding, ModelType.EMBEDDING, fixture.target(0, "sim-embedding"));
        Wire.Answer vector = wire.post(
                "/v1/embeddings",
                key,
                "{\"model\":\"%s\",\"service_tier\":\"flex\",\"input\":\"hi\"}".formatted(embedding));
        assertThat(vector.status()).as(vector.body()).isEqualTo(200);
    }

    @Test
    void aStreamComesLiveAndWhole() throws Exception {
        Wire.Answer answer = wire.post(CHAT, fixture.key(), chat(fixture.chat(""), true));
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.header("content-type")).startsWith("text/event-stream");
        assertThat(answer.body()).endsWith("data: [DONE]\n\n");
    }

    @Test
    void whatARealtimeCallIsRefusedForAFlexCallIsToo() throws Exception {
        assertThat(wire.post(CHAT, fixture.key(), chat("nope", false)).code()).isEqualTo("model_not_found");
    }

    @Test
    void aRepeatAfterACutConnectionGetsTheAnswerOfTheFirst() throws Exception {
        String key = fixture.key();
        String body = chat(fixture.chat("slow-first-byte?ms=1500&message=" + UUID.randomUUID()), false);
        long received = fixture.simulated.counts().received();
        Wire gone = new Wire(server);
        gone.send(Wire.head("POST", CHAT, key, body.length()) + body);
        long end = System.nanoTime() + 60_000_000_000L;
        while (fixture.simulated.counts().received() == received && System.nanoTime() < end) {
            Thread.sleep(5);
        }
        gone.close();
        Wire.Answer answer = wire.post(CHAT, key, body, "x-stainless-retry-count: 1");
        assertThat(answer.status()).as(answer.body()).isEqualTo(200);
        assertThat(fixture.simulated.counts().received()).isEqualTo(received + 1);
    }

    private static String chat(String model, boolean stream) {
        return ("{\"model\":\"%s\",\"service_tier\":\"flex\",\"stream\":%s,\"max_tokens\":3,"
                        + "\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]}")
                .formatted(model, stream);
    }
}
