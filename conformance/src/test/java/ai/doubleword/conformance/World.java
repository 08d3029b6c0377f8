package ai.doubleword.conformance;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.openai.client.OpenAIClient;
import com.openai.client.okhttp.OpenAIOkHttpClient;
import com.openai.models.chat.completions.ChatCompletionCreateParams;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;

/// Addresses, keys and model names of the server under test, as `conformance/run` passes them in the environment, and
/// clients of it.
final class World {
    static final String API_KEY = need("DOUBLEWORD_API_KEY");
    static final String API_BASE = need("DOUBLEWORD_API_BASE");
    static final String ORIGIN = need("CONFORMANCE_ORIGIN");
    static final String PLATFORM_KEY = need("CONFORMANCE_PLATFORM_KEY");
    static final String CHAT = need("CONFORMANCE_CHAT_MODEL");
    static final String SLOW = need("CONFORMANCE_SLOW_MODEL");
    static final String FRAGILE = need("CONFORMANCE_FRAGILE_MODEL");
    static final String BROKEN = need("CONFORMANCE_BROKEN_MODEL");
    static final String EMBEDDING = need("CONFORMANCE_EMBEDDING_MODEL");
    static final String LOCAL_EMBEDDING = need("CONFORMANCE_LOCAL_EMBEDDING_MODEL");
    static final JsonMapper JSON = new JsonMapper();

    private static final HttpClient HTTP = HttpClient.newHttpClient();

    private World() {}

    private static String need(String name) {
        return Objects.requireNonNull(System.getenv(name), () -> name + " is not set; conformance/run sets it");
    }

    /// The SDK as a user makes it: base URL and key, nothing else.
    static OpenAIClient client() {
        return client(API_BASE);
    }

    static OpenAIClient client(String baseUrl) {
        return OpenAIOkHttpClient.builder().baseUrl(baseUrl).apiKey(API_KEY).build();
    }

    /// A client and the statuses of every answer that came over the wire, retries included.
    static Counted counted(String key, int retries) {
        List<Integer> statuses = new CopyOnWriteArrayList<>();
        OpenAIClient client = OpenAIOkHttpClient.builder()
                .baseUrl(API_BASE)
                .apiKey(key)
                .maxRetries(retries)
                .timeout(Duration.ofSeconds(100))
                .addInterceptor(chain -> {
                    okhttp3.Response answer = chain.proceed(chain.request());
                    statuses.add(answer.code());
                    return answer;
                })
                .build();
        return new Counted(client, statuses);
    }

    record Counted(OpenAIClient client, List<Integer> statuses) {}

    static ChatCompletionCreateParams.Builder question(String text) {
        return ChatCompletionCreateParams.builder().model(CHAT).addUserMessage(text);
    }

    /// Makes a key with these fields and gives its secret.
    static String newKey(Map<String, Object> fields) {
        var body = new java.util.HashMap<String, Object>(fields);
        body.put("name", "conformance-java-" + UUID.randomUUID());
        return send(
                        ORIGIN + "/admin/api/v1/users/current/api-keys",
                        "Bearer " + PLATFORM_KEY,
                        JSON.valueToTree(body).toString())
                .path("key")
                .asText();
    }

    static JsonNode send(String url, String authorization, String body) {
        try {
            HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(url))
                    .header("Authorization", authorization)
                    .header("Content-Type", "application/json");
            HttpResponse<String> answer = HTTP.send(
                    (body.isEmpty() ? request : request.POST(HttpRequest.BodyPublishers.ofString(body))).build(),
                    HttpResponse.BodyHandlers.ofString());
            if (answer.statusCode() >= 300) {
                throw new IllegalStateException(url + ": " + answer.statusCode() + " " + answer.body());
            }
            return JSON.readTree(answer.body());
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
