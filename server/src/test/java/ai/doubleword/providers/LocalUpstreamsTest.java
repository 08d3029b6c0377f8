package ai.doubleword.providers;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Base64;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

class LocalUpstreamsTest {
    private static final Vertx VERTX = Vertx.vertx();
    private static final Upstream EMBEDDING = new LocalEmbeddingUpstream(VERTX);
    private static final ObjectMapper JSON = new ObjectMapper();

    private record Answer(int status, JsonNode body) {}

    @AfterAll
    static void stop() {
        VERTX.close().toCompletionStage().toCompletableFuture().join();
    }

    @Test
    void similarTextsAreNearerThanDifferentOnes() throws Exception {
        Answer answer = embed("""
                {"model":"m","input":["A cat sits on the mat.","A kitten rests on a rug.","Quarterly revenue rose."]}""");
        assertThat(answer.status()).isEqualTo(200);
        JsonNode data = answer.body().path("data");
        assertThat(data).hasSize(3);
        assertThat(data.get(0).path("embedding")).hasSize(384);
        assertThat(dot(data.get(0), data.get(1))).isGreaterThan(dot(data.get(0), data.get(2)) + 0.2);
        assertThat(answer.body().path("usage").path("prompt_tokens").asInt()).isGreaterThan(15);
        assertThat(answer.body().path("model").asText()).isEqualTo("m");
    }

    @Test
    void tokenIdsMeanTheirText() throws Exception {
        // "hello world" in cl100k_base.
        Answer ids = embed("{\"model\":\"m\",\"input\":[[15339,1917]]}");
        Answer flat = embed("{\"model\":\"m\",\"input\":[15339,1917]}");
        Answer text = embed("{\"model\":\"m\",\"input\":\"hello world\"}");
        assertThat(ids.body().path("data")).isEqualTo(text.body().path("data"));
        assertThat(flat.body().path("data")).isEqualTo(text.body().path("data"));
    }

    @Test
    void base64IsLittleEndianFloats() throws Exception {
        JsonNode floats = embed("{\"model\":\"m\",\"input\":\"x\"}").body().at("/data/0/embedding");
        String text = embed("{\"model\":\"m\",\"input\":\"x\",\"encoding_format\":\"base64\"}")
                .body()
                .at("/data/0/embedding")
                .asText();
        ByteBuffer bytes = ByteBuffer.wrap(Base64.getDecoder().decode(text)).order(ByteOrder.LITTLE_ENDIAN);
        assertThat(bytes.remaining()).isEqualTo(384 * 4);
        assertThat(bytes.getFloat(0)).isEqualTo(floats.get(0).floatValue());
    }

    @Test
    void fewerDimensionsAreAUnitVectorAgainAndMoreAreRefused() throws Exception {
        JsonNode shortened = embed("{\"model\":\"m\",\"input\":\"x\",\"dimensions\":64}")
                .body()
                .at("/data/0");
        assertThat(shortened.path("embedding")).hasSize(64);
        assertThat(dot(shortened, shortened)).isBetween(0.999, 1.001);
        for (String dimensions : new String[] {"385", "0", "-1", "\"x\"", "1.5e9"}) {
            Answer refused = embed("{\"model\":\"m\",\"input\":\"x\",\"dimensions\":" + dimensions + "}");
            assertThat(refused.status()).isEqualTo(400);
            assertThat(refused.body().at("/error/param").asText()).isEqualTo("dimensions");
        }
    }

    @Test
    void inputThatIsNoneIsRefused() throws Exception {
        for (String input : new String[] {"[]", "\"\"", "{}", "null", "[[]]", "[1,\"a\"]", "[\"a\",1]", "[99999999]"}) {
            Answer refused = embed("{\"model\":\"m\",\"input\":" + input + "}");
            assertThat(refused.status()).as(input).isEqualTo(400);
            assertThat(refused.body().at("/error/param").asText()).as(input).isEqualTo("input");
        }
    }

    @Test
    void theDemoAnswersChat() throws Exception {
        Answer answer = send(
                new SimulatorUpstream(VERTX),
                "/chat/completions",
                "{\"model\":\"doubleword-demo\",\"messages\":[{\"role\":\"user\",\"content\":\"Hello\"}]}");
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.body().at("/choices/0/message/content").asText()).isNotEmpty();
        assertThat(answer.body().at("/usage/total_tokens").asInt()).isPositive();
    }

    private static double dot(JsonNode a, JsonNode b) {
        double sum = 0;
        for (int i = 0; i < a.path("embedding").size(); i++) {
            sum += a.path("embedding").get(i).doubleValue()
                    * b.path("embedding").get(i).doubleValue();
        }
        return sum;
    }

    private static Answer embed(String body) throws Exception {
        return send(EMBEDDING, "/embeddings", body);
    }

    private static Answer send(Upstream upstream, String path, String body) throws Exception {
        CompletableFuture<Answer> done = new CompletableFuture<>();
        VERTX.getOrCreateContext()
                .runOnContext(go ->
                        upstream.send(new Upstream.Request(path, Buffer.buffer(body), null, false), new Collect(done)));
        return done.get(60, TimeUnit.SECONDS);
    }

    private static final class Collect implements Upstream.Listener {
        private final CompletableFuture<Answer> done;
        private final Buffer whole = Buffer.buffer();
        private int status;

        Collect(CompletableFuture<Answer> done) {
            this.done = done;
        }

        @Override
        public void head(int answered, Map<String, String> headers) {
            status = answered;
        }

        @Override
        public void chunk(Buffer data) {
            whole.appendBuffer(data);
        }

        @Override
        public void end() {
            try {
                done.complete(new Answer(status, JSON.readTree(whole.getBytes())));
            } catch (java.io.IOException e) {
                done.completeExceptionally(e);
            }
        }

        @Override
        public void failed(Upstream.Failure failure) {
            done.completeExceptionally(new IllegalStateException(failure.toString()));
        }
    }
}
