import com.openai.client.OpenAIClient;
import com.openai.client.okhttp.OpenAIOkHttpClient;
import com.openai.errors.OpenAIServiceException;
import com.openai.errors.RateLimitException;
import com.openai.models.chat.completions.ChatCompletionCreateParams;

void main() {
    OpenAIClient client = OpenAIOkHttpClient.builder()
            .baseUrl(System.getenv("DOUBLEWORD_API_BASE"))
            .apiKey(System.getenv("DOUBLEWORD_API_KEY"))
            .maxRetries(4) // of 429, 5xx and lost connections; Retry-After is honoured
            .build();
    try {
        client.chat().completions().create(ChatCompletionCreateParams.builder()
                .model("no-such-model")
                .addUserMessage("Hello!")
                .build());
    } catch (RateLimitException e) {
        IO.println("still over the limit after four retries: " + e.code().orElse(""));
    } catch (OpenAIServiceException e) {
        IO.println(e.statusCode() + " " + e.code().orElse("") + " request "
                + e.headers().values("x-request-id"));
    } finally {
        client.close();
    }
}
