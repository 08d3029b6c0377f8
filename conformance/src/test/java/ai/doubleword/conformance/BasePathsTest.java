package ai.doubleword.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import com.openai.models.embeddings.EmbeddingCreateParams;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BasePathsTest {
    @ParameterizedTest
    @ValueSource(strings = {"/v1", "/ai/v1"})
    void bothServeTheSameApi(String path) {
        var client = World.client(World.ORIGIN + path);
        assertThat(client.models().retrieve(World.CHAT).id()).isEqualTo(World.CHAT);
        var question = World.question("hi").maxCompletionTokens(4).build();
        assertThat(client.chat().completions().create(question).choices()).hasSize(1);
        try (var stream = client.chat().completions().createStreaming(question)) {
            assertThat(stream.stream().count()).isGreaterThan(1);
        }
        assertThat(client.embeddings()
                        .create(EmbeddingCreateParams.builder()
                                .model(World.EMBEDDING)
                                .input("hi")
                                .build())
                        .data())
                .hasSize(1);
    }
}
