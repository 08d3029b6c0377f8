import com.openai.client.OpenAIClient;
import com.openai.client.okhttp.OpenAIOkHttpClient;
import com.openai.models.embeddings.EmbeddingCreateParams;

void main() {
    OpenAIClient client = OpenAIOkHttpClient.builder()
            .baseUrl(System.getenv("DOUBLEWORD_API_BASE"))
            .apiKey(System.getenv("DOUBLEWORD_API_KEY"))
            .build();

    var answer = client.embeddings().create(EmbeddingCreateParams.builder()
            .model("all-minilm-l6-v2")
            .inputOfArrayOfStrings(List.of("a cat on a mat", "a kitten on a rug"))
            .build());
    for (var item : answer.data()) {
        IO.println(item.index() + ": " + item.embedding().size() + " dimensions");
    }
    client.close();
}
