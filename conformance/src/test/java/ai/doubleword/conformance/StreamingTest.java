package ai.doubleword.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import com.openai.helpers.ChatCompletionAccumulator;
import com.openai.models.chat.completions.ChatCompletionChunk;
import com.openai.models.chat.completions.ChatCompletionCreateParams;
import com.openai.models.chat.completions.ChatCompletionStreamOptions;
import java.util.List;
import org.junit.jupiter.api.Test;

class StreamingTest {
    private static List<ChatCompletionChunk> read(ChatCompletionCreateParams question) {
        try (var stream = World.client().chat().completions().createStreaming(question)) {
            return stream.stream().toList();
        }
    }

    @Test
    void chunksJoinToATextAndEndWithOneReason() {
        var chunks = read(World.question("A story").maxCompletionTokens(40).build());
        ChatCompletionAccumulator accumulator = ChatCompletionAccumulator.create();
        chunks.forEach(accumulator::accumulate);
        assertThat(accumulator
                        .chatCompletion()
                        .choices()
                        .getFirst()
                        .message()
                        .content()
                        .orElseThrow())
                .isNotEmpty();
        assertThat(chunks).allSatisfy(chunk -> {
            assertThat(chunk.model()).isEqualTo(World.CHAT);
            assertThat(chunk.usage()).isEmpty();
        });
        assertThat(chunks.stream()
                        .flatMap(chunk -> chunk.choices().stream())
                        .filter(choice -> choice.finishReason().isPresent()))
                .hasSize(1);
    }

    @Test
    void includeUsageAddsOneLastChunk() {
        var options = ChatCompletionStreamOptions.builder().includeUsage(true).build();
        var chunks = read(World.question("A story")
                .maxCompletionTokens(8)
                .streamOptions(options)
                .build());
        assertThat(chunks.getLast().choices()).isEmpty();
        assertThat(chunks.getLast().usage().orElseThrow().completionTokens()).isEqualTo(8);
    }

    @Test
    void aReaderMayLeaveAndTheClientGoesOn() {
        var client = World.client();
        try (var stream = client.chat()
                .completions()
                .createStreaming(World.question("Long").model(World.SLOW).build())) {
            assertThat(stream.stream().findFirst()).isPresent();
        }
        assertThat(client.models().list().data()).isNotEmpty();
    }
}
