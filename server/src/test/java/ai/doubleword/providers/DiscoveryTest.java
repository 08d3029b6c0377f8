package ai.doubleword.providers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.doubleword.platform.Egress;
import ai.doubleword.platform.ProblemException;
import ai.doubleword.platform.Secret;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import java.net.URI;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Answers of real servers, shortened to the fields that say something.
class DiscoveryTest {
    private final Vertx vertx = Vertx.vertx();
    private final Map<String, String> answers = new HashMap<>();
    private final Map<String, Integer> statuses = new HashMap<>();
    private HttpServer server;

    @BeforeEach
    void start() throws Exception {
        server = vertx.createHttpServer()
                .requestHandler(request -> request.body().onSuccess(body -> {
                    String asked = request.path() + body;
                    String answer = answers.get(asked);
                    int status = statuses.getOrDefault(asked, answer == null ? 404 : 200);
                    request.response().setStatusCode(status).end(answer == null ? "{}" : answer);
                }))
                .listen(0, "127.0.0.1")
                .toCompletionStage()
                .toCompletableFuture()
                .get();
    }

    @AfterEach
    void stop() throws Exception {
        vertx.close().toCompletionStage().toCompletableFuture().get();
    }

    @Test
    void vllm() throws Exception {
        answers.put("/v1/models", """
                {"object":"list","data":[{"id":"Qwen/Qwen2.5-7B-Instruct","object":"model","created":1731600000,
                "owned_by":"vllm","root":"Qwen/Qwen2.5-7B-Instruct","parent":null,"max_model_len":32768}]}""");
        assertThat(discover())
                .containsExactly(new Discovered("Qwen/Qwen2.5-7B-Instruct", "chat", true, List.of(), 32_768, 0));
    }

    @Test
    void ollama() throws Exception {
        answers.put("/v1/models", """
                {"object":"list","data":[{"id":"qwen3:8b","object":"model","created":1746000000,"owned_by":"library"},
                {"id":"nomic-embed-text:latest","object":"model","created":1746000000,"owned_by":"library"}]}""");
        answers.put("/api/show{\"model\":\"qwen3:8b\"}", """
                {"details":{"family":"qwen3"},"model_info":{"general.architecture":"qwen3","qwen3.context_length":40960},
                "capabilities":["completion","tools","thinking"]}""");
        answers.put("/api/show{\"model\":\"nomic-embed-text:latest\"}", """
                {"model_info":{"nomic-bert.context_length":2048},"capabilities":["embedding"]}""");
        assertThat(discover())
                .containsExactly(
                        new Discovered("qwen3:8b", "chat", false, List.of("reasoning", "tools"), 40_960, 0),
                        new Discovered("nomic-embed-text:latest", "embedding", false, List.of(), 2_048, 0));
    }

    @Test
    void llamaCpp() throws Exception {
        answers.put("/v1/models", """
                {"models":[{"name":"/models/tiny.gguf","capabilities":["completion"]}],"object":"list",
                "data":[{"id":"/models/tiny.gguf","object":"model","created":1731600000,"owned_by":"llamacpp",
                "meta":{"vocab_type":1,"n_vocab":32000,"n_ctx_train":131072,"n_embd":2048}}]}""");
        answers.put("/props", """
                {"default_generation_settings":{"n_ctx":8192},"total_slots":1,"model_path":"/models/tiny.gguf"}""");
        assertThat(discover()).containsExactly(new Discovered("/models/tiny.gguf", "chat", true, List.of(), 8_192, 0));
    }

    @Test
    void lmStudio() throws Exception {
        answers.put("/v1/models", """
                {"data":[{"id":"qwen2-vl-7b-instruct","object":"model","owned_by":"organization_owner"},
                {"id":"text-embedding-nomic-embed-text-v1.5","object":"model","owned_by":"organization_owner"}]}""");
        answers.put("/api/v0/models", """
                {"object":"list","data":[{"id":"qwen2-vl-7b-instruct","object":"model","type":"vlm","publisher":"mlx",
                "arch":"qwen2_vl","state":"not-loaded","max_context_length":32768,"capabilities":["tool_use"]},
                {"id":"text-embedding-nomic-embed-text-v1.5","type":"embeddings","max_context_length":2048}]}""");
        assertThat(discover())
                .containsExactly(
                        new Discovered("qwen2-vl-7b-instruct", "chat", false, List.of("tools", "vision"), 32_768, 0),
                        new Discovered(
                                "text-embedding-nomic-embed-text-v1.5", "embedding", false, List.of(), 2_048, 0));
    }

    @Test
    void openRouter() throws Exception {
        answers.put("/v1/models", """
                {"data":[{"id":"anthropic/claude-sonnet-4","name":"Anthropic: Claude Sonnet 4","created":1747930371,
                "context_length":200000,"architecture":{"modality":"text+image->text","input_modalities":["image","text"],
                "output_modalities":["text"],"tokenizer":"Claude"},"top_provider":{"context_length":200000,
                "max_completion_tokens":64000,"is_moderated":true},"supported_parameters":["max_tokens","reasoning",
                "tools","structured_outputs"]}]}""");
        assertThat(discover())
                .containsExactly(new Discovered(
                        "anthropic/claude-sonnet-4",
                        "chat",
                        false,
                        List.of("json_schema", "reasoning", "tools", "vision"),
                        200_000,
                        64_000));
    }

    @Test
    void textGenerationInference() throws Exception {
        answers.put("/v1/models", """
                {"object":"list","data":[{"id":"meta-llama/Llama-3.1-8B-Instruct","object":"model","created":0,
                "owned_by":"meta-llama/Llama-3.1-8B-Instruct"}]}""");
        answers.put("/info", """
                {"model_id":"meta-llama/Llama-3.1-8B-Instruct","max_concurrent_requests":128,"max_input_tokens":4095,
                "max_total_tokens":4096,"version":"3.0.0"}""");
        assertThat(discover())
                .containsExactly(
                        new Discovered("meta-llama/Llama-3.1-8B-Instruct", "chat", false, List.of(), 4_096, 0));
    }

    @ParameterizedTest
    @CsvSource({
        "text-embedding-3-small, embedding",
        "BAAI/bge-m3, embedding",
        "intfloat/e5-mistral-7b-instruct, embedding",
        "thenlper/gte-large, embedding",
        "BAAI/bge-reranker-v2-m3, rerank",
        "gpt-4o, chat",
        "google/gemma-3-27b, chat",
        "phi-3e5x, chat"
    })
    void aNameTellsTheTypeWhereNothingElseDoes(String name, String type) {
        assertThat(ModelListing.typeByName(name)).isEqualTo(type);
    }

    @Test
    void whatIsNoModelListSaysWhatToCheck() {
        assertThatThrownBy(this::discover).isInstanceOf(ProblemException.class).hasMessageContaining("404");
        answers.put("/v1/models", "<html>");
        assertThatThrownBy(this::discover).hasMessageContaining("does the base URL end with /v1");
    }

    @ParameterizedTest
    @CsvSource({
        // vLLM, SGLang, Ollama, llama.cpp and OpenAI of today: whatever is no object is wrong, 400 or 422.
        "400, 400, 404, NATIVE",
        "422, 422, 404, NATIVE",
        "415, 400, 405, NATIVE",
        // Those of a time before they had it.
        "404, 400, 404, NONE",
        "405, 422, 404, NONE",
        "501, 400, 404, NONE",
        "400, 404, 404, ONLY",
        // A proxy that finds any path wrong; a wrong key; a server that breaks on it; one that takes anything.
        "400, 400, 400,",
        "401, 401, 401,",
        "400, 400, 401,",
        "500, 400, 404,",
        "400, 500, 404,",
        "404, 404, 404,",
        "200, 200, 200,"
    })
    void whatAProviderServesIsFoundOutByWhatIsNoRequest(
            int responses, int chat, int other, @org.jspecify.annotations.Nullable ResponsesSupport support)
            throws Exception {
        statuses.put("/v1/responses[]", responses);
        statuses.put("/v1/chat/completions[]", chat);
        statuses.put("/v1/no-api-has-this[]", other);
        assertThat(new Discovery(Egress.on(vertx)).responses(connection()))
                .isEqualTo(java.util.Optional.ofNullable(support));
    }

    @Test
    void aProviderThatDoesNotAnswerTellsNothingOfTheResponsesApi() throws Exception {
        ProviderConnection connection = connection();
        server.close().toCompletionStage().toCompletableFuture().get();
        assertThat(new Discovery(Egress.on(vertx)).responses(connection)).isEmpty();
    }

    private List<Discovered> discover() throws InterruptedException {
        return new Discovery(Egress.on(vertx)).discover(connection());
    }

    private ProviderConnection connection() {
        return new ProviderConnection(
                URI.create("http://localhost:" + server.actualPort() + "/v1"),
                Secret.of("sk-test"),
                Map.of(),
                Provider.Timeouts.DEFAULT);
    }
}
