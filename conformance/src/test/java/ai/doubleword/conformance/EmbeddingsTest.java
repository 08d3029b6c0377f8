package ai.doubleword.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.openai.models.embeddings.CreateEmbeddingResponse;
import com.openai.models.embeddings.EmbeddingCreateParams;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class EmbeddingsTest {
    static List<String> models() {
        return List.of(World.EMBEDDING, World.LOCAL_EMBEDDING);
    }

    private static CreateEmbeddingResponse embed(EmbeddingCreateParams.Builder params) {
        return World.client().embeddings().create(params.build());
    }

    private static EmbeddingCreateParams.Builder of(String model) {
        return EmbeddingCreateParams.builder().model(model);
    }

    private static double length(List<Float> vector) {
        return Math.sqrt(vector.stream().mapToDouble(x -> x * x).sum());
    }

    @ParameterizedTest
    @MethodSource("models")
    void theDefaultOfTheSdkDecodesToAUnitVector(String model) {
        var answer = embed(of(model).input("The quick brown fox"));
        assertThat(length(answer.data().getFirst().embedding())).isCloseTo(1, within(1e-3));
        assertThat(answer.usage().promptTokens()).isPositive();
    }

    @ParameterizedTest
    @MethodSource("models")
    void floatAndBase64AreTheSameNumbers(String model) {
        var floats = embed(of(model).input("same").encodingFormat(EmbeddingCreateParams.EncodingFormat.FLOAT));
        var base64 = embed(of(model).input("same").encodingFormat(EmbeddingCreateParams.EncodingFormat.BASE64));
        List<Float> expected = floats.data().getFirst().embedding();
        List<Float> actual = base64.data().getFirst().embedding();
        assertThat(actual).hasSameSizeAs(expected);
        for (int i = 0; i < expected.size(); i++) {
            assertThat(actual.get(i)).isCloseTo(expected.get(i), within(1e-6f));
        }
    }

    @ParameterizedTest
    @MethodSource("models")
    void manyInputsTokenIdsAndDimensionsAreTaken(String model) {
        assertThat(embed(of(model).inputOfArrayOfStrings(List.of("one", "two", "three")))
                        .data())
                .extracting(item -> item.index())
                .containsExactly(0L, 1L, 2L);
        assertThat(embed(of(model).inputOfArrayOfTokens(List.of(15339L, 1917L))).data())
                .hasSize(1);
        assertThat(embed(of(model).inputOfArrayOfTokenArrays(List.of(List.of(15339L, 1917L), List.of(15339L))))
                        .data())
                .hasSize(2);
        assertThat(embed(of(model).input("short").dimensions(64))
                        .data()
                        .getFirst()
                        .embedding())
                .hasSize(64);
    }
}
