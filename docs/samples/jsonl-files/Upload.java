import com.openai.client.OpenAIClient;
import com.openai.client.okhttp.OpenAIOkHttpClient;
import com.openai.models.files.FileCreateParams;
import com.openai.models.files.FilePurpose;

void main() throws Exception {
    OpenAIClient client = OpenAIOkHttpClient.builder()
            .baseUrl(System.getenv("DOUBLEWORD_API_BASE"))
            .apiKey(System.getenv("DOUBLEWORD_API_KEY"))
            .build();

    var lines = java.nio.file.Files.writeString(java.nio.file.Files.createTempFile("questions", ".jsonl"), """
            {"custom_id": "tide", "method": "POST", "url": "/v1/chat/completions", "body": {"model": "doubleword-demo", \
            "messages": [{"role": "user", "content": "What is a tide?"}]}}
            """);
    var file = client.files().create(FileCreateParams.builder()
            .file(lines)
            .purpose(FilePurpose.BATCH)
            .build());
    IO.println(file.id() + " " + file.bytes() + " bytes");
    client.files().delete(file.id());
    client.close();
}
