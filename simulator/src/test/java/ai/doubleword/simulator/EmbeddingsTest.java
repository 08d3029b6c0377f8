package ai.doubleword.simulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Base64;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class EmbeddingsTest {
    private static SimulatorHttp simulator;

    @BeforeAll
    static void start() {
        simulator = new SimulatorHttp(SimulatorConfig.defaults());
    }

    @AfterAll
    static void stop() {
        simulator.close();
    }

    private static JsonNode embed(String fields) throws Exception {
        return simulator.json("/v1/embeddings", "{\"model\":\"sim-embedding\"," + fields + "}");
    }

    private static float[] vector(JsonNode answer, int index) {
        JsonNode numbers = answer.at("/data/" + index + "/embedding");
        float[] vector = new float[numbers.size()];
        for (int i = 0; i < vector.length; i++) {
            vector[i] = (float) numbers.get(i).asDouble();
        }
        return vector;
    }

    private static double dot(float[] a, float[] b) {
        double sum = 0;
        for (int i = 0; i < a.length; i++) {
            sum += a[i] * b[i];
        }
        return sum;
    }

    @Test
    void aVectorHasUnitLengthAndTheDimensionsAskedFor() throws Exception {
        float[] whole = vector(embed("\"input\":\"the quiet harbour\""), 0);
        assertThat(whole).hasSize(384);
        assertThat(dot(whole, whole)).isCloseTo(1, within(1e-5));
        assertThat(vector(embed("\"input\":\"the quiet harbour\",\"dimensions\":8"), 0))
                .hasSize(8);
    }

    @Test
    void textsWithWordsInCommonAreNearerThanOthers() throws Exception {
        JsonNode answer = embed("\"input\":[\"the quiet harbour\",\"the steady harbour\",\"seven green bottles\"]");
        float[] first = vector(answer, 0);
        assertThat(dot(first, vector(answer, 1))).isGreaterThan(dot(first, vector(answer, 2)) + 0.3);
    }

    @Test
    void tokenIdsAndTheirTextAreTheSame() throws Exception {
        String ids = Arrays.toString(Tokens.encode("the quiet harbour"));
        float[] text = vector(embed("\"input\":\"the quiet harbour\""), 0);
        assertThat(vector(embed("\"input\":" + ids), 0)).isEqualTo(text);
        JsonNode many = embed("\"input\":[" + ids + ",[1,2]]");
        assertThat(vector(many, 0)).isEqualTo(text);
        assertThat(many.path("data")).hasSize(2);
    }

    @Test
    void base64IsLittleEndianFloats() throws Exception {
        String encoded = embed("\"input\":\"hello\",\"encoding_format\":\"base64\"")
                .at("/data/0/embedding")
                .asText();
        float[] decoded = new float[384];
        ByteBuffer.wrap(Base64.getDecoder().decode(encoded))
                .order(ByteOrder.LITTLE_ENDIAN)
                .asFloatBuffer()
                .get(decoded);
        assertThat(decoded).isEqualTo(vector(embed("\"input\":\"hello\""), 0));
    }
}
