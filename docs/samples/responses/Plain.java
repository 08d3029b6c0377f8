import com.openai.client.OpenAIClient;
import com.openai.client.okhttp.OpenAIOkHttpClient;
import com.openai.models.responses.Response;
import com.openai.models.responses.ResponseCreateParams;

void main() {
    OpenAIClient client = OpenAIOkHttpClient.builder()
            .baseUrl(System.getenv("DOUBLEWORD_API_BASE"))
            .apiKey(System.getenv("DOUBLEWORD_API_KEY"))
            .build();

    Response first = client.responses().create(ResponseCreateParams.builder()
            .model("doubleword-demo")
            .instructions("You are brief.")
            .input("Why is the sea salty?")
            .build());
    print(first);

    Response second = client.responses().create(ResponseCreateParams.builder()
            .model("doubleword-demo")
            .previousResponseId(first.id())
            .input("And why are lakes not?")
            .build());
    print(second);
    IO.println(second.usage().orElseThrow().totalTokens() + " tokens");
    client.close();
}

void print(Response response) {
    response.output().stream()
            .flatMap(item -> item.message().stream())
            .flatMap(message -> message.content().stream())
            .flatMap(content -> content.outputText().stream())
            .forEach(text -> IO.println(text.text()));
}
