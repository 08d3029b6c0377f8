import com.openai.client.OpenAIClient;
import com.openai.client.okhttp.OpenAIOkHttpClient;
import com.openai.core.http.HttpResponse;
import com.openai.models.batches.Batch;
import com.openai.models.batches.BatchCreateParams;
import com.openai.models.batches.BatchRetrieveParams;
import com.openai.models.files.FileCreateParams;
import com.openai.models.files.FilePurpose;

void main() throws Exception {
    OpenAIClient client = OpenAIOkHttpClient.builder()
            .baseUrl(System.getenv("DOUBLEWORD_API_BASE"))
            .apiKey(System.getenv("DOUBLEWORD_API_KEY"))
            .build();

    var lines = java.nio.file.Files.writeString(java.nio.file.Files.createTempFile("texts", ".jsonl"), """
            {"custom_id": "cat", "method": "POST", "url": "/v1/embeddings", \
            "body": {"model": "all-minilm-l6-v2", "input": "a cat on a mat"}}
            {"custom_id": "kitten", "method": "POST", "url": "/v1/embeddings", \
            "body": {"model": "all-minilm-l6-v2", "input": "a kitten on a rug"}}
            """);
    var file = client.files().create(FileCreateParams.builder()
            .file(lines)
            .purpose(FilePurpose.BATCH)
            .build());
    Batch batch = client.batches().create(BatchCreateParams.builder()
            .inputFileId(file.id())
            .endpoint(BatchCreateParams.Endpoint.V1_EMBEDDINGS)
            .completionWindow(BatchCreateParams.CompletionWindow._24H)
            .build());

    // Each call answers when the batch has ended, or after 30 seconds.
    while (!List.of("completed", "failed", "expired", "cancelled").contains(batch.status().asString())) {
        batch = client.batches().retrieve(BatchRetrieveParams.builder()
                .batchId(batch.id())
                .putAdditionalHeader("Prefer", "wait=30")
                .build());
    }
    try (HttpResponse output = client.files().content(batch.outputFileId().orElseThrow())) {
        IO.println(new String(output.body().readAllBytes()));
    }
    client.close();
}
