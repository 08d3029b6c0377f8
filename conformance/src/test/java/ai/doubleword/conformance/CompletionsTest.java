package ai.doubleword.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import com.openai.models.completions.CompletionCreateParams;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class CompletionsTest {
    private static final CompletionCreateParams PROMPT = CompletionCreateParams.builder()
            .model(World.CHAT)
            .prompt("Once upon a time")
            .maxTokens(12)
            .build();

    @Test
    void plain() {
        var answer = World.client().completions().create(PROMPT).validate();
        assertThat(answer.choices().getFirst().text()).isNotEmpty();
        assertThat(answer.usage().orElseThrow().completionTokens()).isBetween(1L, 12L);
    }

    @Test
    void streamed() {
        try (var stream = World.client().completions().createStreaming(PROMPT)) {
            String text = stream.stream()
                    .flatMap(chunk -> chunk.choices().stream())
                    .map(choice -> choice.text())
                    .collect(Collectors.joining());
            assertThat(text).isNotEmpty();
        }
    }
}
