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
            .addSystemMessage("You are brief.")
            .addUserMessage("Why is the sea salty?")
            .maxCompletionTokens(60)
            .build());
    IO.println(reply.choices().getFirst().message().content().orElse(""));
    client.close();
}
