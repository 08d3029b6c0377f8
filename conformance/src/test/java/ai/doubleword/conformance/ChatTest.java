package ai.doubleword.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import com.openai.models.chat.completions.ChatCompletion;
import com.openai.models.chat.completions.ChatCompletionCreateParams;
import org.junit.jupiter.api.Test;

@SuppressWarnings("deprecation") // users still send max_tokens and seed
class ChatTest {
    private static ChatCompletion ask(ChatCompletionCreateParams.Builder question) {
        return World.client().chat().completions().create(question.build()).validate();
    }

    @Test
    void answerHasTextUsageAndThePublicModelName() {
        ChatCompletion answer = ask(World.question("Say something about rivers."));
        assertThat(answer.model()).isEqualTo(World.CHAT);
        assertThat(answer.choices().getFirst().message().content().orElseThrow())
                .isNotEmpty();
        var usage = answer.usage().orElseThrow();
        assertThat(usage.totalTokens()).isEqualTo(usage.promptTokens() + usage.completionTokens());
    }

    @Test
    void nGivesThatManyChoices() {
        assertThat(ask(World.question("Three times").n(3).maxTokens(4)).choices())
                .hasSize(3);
    }

    @Test
    void tokenLimitsEndWithLength() {
        for (var question : new ChatCompletionCreateParams.Builder[] {
            World.question("Long").maxTokens(3), World.question("Long").maxCompletionTokens(3)
        }) {
            assertThat(ask(question).choices().getFirst().finishReason())
                    .isEqualTo(ChatCompletion.Choice.FinishReason.LENGTH);
        }
    }

    @Test
    void stopEndsBeforeTheStopWord() {
        String whole = text(ask(World.question("Seeded").seed(7).maxTokens(64)));
        String word = whole.split("\\s+", -1)[4];
        String cut = text(ask(World.question("Seeded").seed(7).maxTokens(64).stop(word)));
        assertThat(cut).doesNotContain(word);
    }

    private static String text(ChatCompletion answer) {
        return answer.choices().getFirst().message().content().orElseThrow();
    }
}
