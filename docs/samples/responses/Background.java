import com.openai.client.OpenAIClient;
import com.openai.client.okhttp.OpenAIOkHttpClient;
import com.openai.models.responses.Response;
import com.openai.models.responses.ResponseCreateParams;
import com.openai.models.responses.ResponseStatus;
import java.time.Duration;

void main() throws InterruptedException {
    OpenAIClient client = OpenAIOkHttpClient.builder()
            .baseUrl(System.getenv("DOUBLEWORD_API_BASE"))
            .apiKey(System.getenv("DOUBLEWORD_API_KEY"))
            .build();

    Response response = client.responses().create(ResponseCreateParams.builder()
            .model("doubleword-demo")
            .input("Write about the history of harbours.")
            .background(true)
            // Cheaper, when there is room; leave it out for as soon as possible.
            .serviceTier(ResponseCreateParams.ServiceTier.FLEX)
            .build());
    var open = Set.of(ResponseStatus.QUEUED, ResponseStatus.IN_PROGRESS);
    while (open.contains(response.status().orElseThrow())) {
        Thread.sleep(Duration.ofSeconds(1));
        response = client.responses().retrieve(response.id());
    }

    IO.println(response.status().orElseThrow());
    response.output().stream()
            .flatMap(item -> item.message().stream())
            .flatMap(message -> message.content().stream())
            .flatMap(content -> content.outputText().stream())
            .forEach(text -> IO.println(text.text()));
    client.close();
}
