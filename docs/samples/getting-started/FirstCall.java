import com.openai.client.OpenAIClient;
import com.openai.client.okhttp.OpenAIOkHttpClient;
import com.openai.models.chat.completions.ChatCompletionCreateParams;

void main() {
    OpenAIClient client = OpenAIOkHttpClient.builder()
            .baseUrl(System.getenv("DOUBLEWORD_API_BASE"))
            .apiKey(System.getenv("DOUBLEWORD_API_KEY"))
            .build();

    var reply = client.chat().completions().create(ChatCompletionCreateParams.builder()
            .model("doubleword-demo")
            .addUserMessage("Hello!")
            .build());
    IO.println(reply.choices().getFirst().message().content().orElse(""));
    client.close();
}
