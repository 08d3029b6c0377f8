import com.openai.client.OpenAIClient;
import com.openai.client.okhttp.OpenAIOkHttpClient;
import com.openai.models.chat.completions.ChatCompletionCreateParams;

static class Port {
    public String name;
    public int berths;
}

void main() {
    OpenAIClient client = OpenAIOkHttpClient.builder()
            .baseUrl(System.getenv("DOUBLEWORD_API_BASE"))
            .apiKey(System.getenv("DOUBLEWORD_API_KEY"))
            .build();

    Port port = client.chat()
            .completions()
            .create(ChatCompletionCreateParams.builder()
                    .model("doubleword-demo")
                    .addUserMessage("Describe a port.")
                    .responseFormat(Port.class)
                    .build())
            .choices().getFirst().message().content().orElseThrow();
    IO.println(port.name + " has " + port.berths + " berths");
    client.close();
}
