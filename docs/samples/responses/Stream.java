import com.openai.client.OpenAIClient;
import com.openai.client.okhttp.OpenAIOkHttpClient;
import com.openai.models.responses.ResponseCreateParams;

void main() {
    OpenAIClient client = OpenAIOkHttpClient.builder()
            .baseUrl(System.getenv("DOUBLEWORD_API_BASE"))
            .apiKey(System.getenv("DOUBLEWORD_API_KEY"))
            .build();

    var question = ResponseCreateParams.builder()
            .model("doubleword-demo")
            .input("Tell me about tides.")
            .build();
    try (var events = client.responses().createStreaming(question)) {
        events.stream().forEach(event -> {
            event.outputTextDelta().ifPresent(text -> IO.print(text.delta()));
            event.completed()
                    .flatMap(done -> done.response().usage())
                    .ifPresent(usage -> IO.println("\n" + usage.outputTokens() + " tokens"));
        });
    }
    client.close();
}
