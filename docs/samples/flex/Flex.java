import com.openai.client.OpenAIClient;
import com.openai.client.okhttp.OpenAIOkHttpClient;
import com.openai.models.chat.completions.ChatCompletionCreateParams;
import java.time.Duration;

void main() {
    OpenAIClient client = OpenAIOkHttpClient.builder()
            .baseUrl(System.getenv("DOUBLEWORD_API_BASE"))
            .apiKey(System.getenv("DOUBLEWORD_API_KEY"))
            .timeout(Duration.ofHours(1))
            .build();

    var answer = client.chat().completions().create(ChatCompletionCreateParams.builder()
            .model("doubleword-demo")
            .serviceTier(ChatCompletionCreateParams.ServiceTier.FLEX)
            .addUserMessage("Name three rivers.")
            .build());
    answer.choices().getFirst().message().content().ifPresent(IO::println);
    client.close();
}
