package ai.doubleword.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import com.openai.models.chat.completions.ChatCompletion;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ConcurrencyTest {
    @Test
    void fiftyCallsAtOnceOverTheAsyncClient() {
        var completions = World.client().async().chat().completions();
        var answers = IntStream.range(0, 50)
                .mapToObj(i -> completions.create(
                        World.question("Question " + i).maxCompletionTokens(8).build()))
                .toList();
        assertThat(answers.stream().map(CompletableFuture::join).map(ChatCompletion::id))
                .hasSize(50)
                .doesNotHaveDuplicates();
    }
}
