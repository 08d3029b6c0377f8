package ai.doubleword.providers;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;

/// Reads what model servers say of a model, each in its own words.
final class ModelListing {
    static final String CHAT = "chat";
    static final String EMBEDDING = "embedding";
    static final String RERANK = "rerank";

    private static final Pattern EMBEDDING_NAME = Pattern.compile("embed|minilm|(^|[^a-z0-9])(bge|e5|gte)([^a-z]|$)");
    private static final Pattern RERANK_NAME = Pattern.compile("rerank");

    private ModelListing() {}

    /// One model from all that is known of it.
    ///
    /// @param entry its element in the list of models
    /// @param details what the server's own interface says of it, or a missing node: Ollama's api/show, LM Studio's
    /// api/v0/models, TGI's info, llama.cpp's props
    static Discovered read(JsonNode entry, JsonNode details) {
        String id = entry.path("id").asText();
        Optional<String> type = type(entry).or(() -> type(details));
        TreeSet<String> capabilities = new TreeSet<>();
        capabilities(entry, capabilities);
        capabilities(details, capabilities);
        int maxOutput = first(entry, "/top_provider/max_completion_tokens", "/max_output_tokens", "/max_output_length");
        return new Discovered(
                id,
                type.orElseGet(() -> typeByName(id)),
                type.isEmpty(),
                List.copyOf(capabilities),
                context(entry, details),
                maxOutput);
    }

    /// What a name says: embedding, rerank, or else chat.
    static String typeByName(String name) {
        String lower = name.toLowerCase(Locale.ROOT);
        if (RERANK_NAME.matcher(lower).find()) {
            return RERANK;
        }
        return EMBEDDING_NAME.matcher(lower).find() ? EMBEDDING : CHAT;
    }

    private static Optional<String> type(JsonNode said) {
        // LM Studio, Together, and servers of our own kind.
        Optional<String> named = word(said.path("type").asText(""))
                .or(() -> word(said.path("model_type").asText("")));
        if (named.isPresent()) {
            return named;
        }
        // Ollama and llama.cpp list what a model can do.
        if (holds(said.path("capabilities"), "completion")) {
            return Optional.of(CHAT);
        }
        if (holds(said.path("capabilities"), "embedding")) {
            return Optional.of(EMBEDDING);
        }
        // OpenRouter says what goes out.
        JsonNode architecture = said.path("architecture");
        if (holds(architecture.path("output_modalities"), "text")) {
            return Optional.of(CHAT);
        }
        if (holds(architecture.path("output_modalities"), "embeddings")) {
            return Optional.of(EMBEDDING);
        }
        // TEI's /info, TGI's /info.
        if (said.path("model_type").has("embedding")) {
            return Optional.of(EMBEDDING);
        }
        if (said.path("model_type").has("reranker")) {
            return Optional.of(RERANK);
        }
        return said.has("max_total_tokens") && said.has("max_input_tokens") ? Optional.of(CHAT) : Optional.empty();
    }

    private static Optional<String> word(String type) {
        return switch (type) {
            case "chat", "llm", "vlm", "language" -> Optional.of(CHAT);
            case "embedding", "embeddings" -> Optional.of(EMBEDDING);
            case "rerank", "reranker" -> Optional.of(RERANK);
            default -> Optional.empty();
        };
    }

    private static void capabilities(JsonNode said, Set<String> into) {
        JsonNode own = said.path("capabilities");
        JsonNode parameters = said.path("supported_parameters");
        addIf(holds(own, "tools") || holds(own, "tool_use") || holds(parameters, "tools"), "tools", into);
        addIf(
                holds(own, "vision")
                        || holds(own, "multimodal")
                        || said.path("type").asText().equals("vlm")
                        || holds(said.path("architecture").path("input_modalities"), "image"),
                "vision",
                into);
        addIf(holds(own, "thinking") || holds(own, "reasoning") || holds(parameters, "reasoning"), "reasoning", into);
        addIf(holds(own, "json_schema") || holds(parameters, "structured_outputs"), "json_schema", into);
    }

    private static void addIf(boolean has, String capability, Set<String> into) {
        if (has) {
            into.add(capability);
        }
    }

    private static int context(JsonNode entry, JsonNode details) {
        int said = first(
                entry,
                "/max_model_len", // vLLM, SGLang
                "/context_length", // OpenRouter, Together, Doubleword
                "/context_window", // Groq
                "/max_context_length", // Mistral
                "/meta/n_ctx", // llama.cpp
                "/meta/n_ctx_train");
        int serving = first(
                details,
                "/default_generation_settings/n_ctx", // llama.cpp: what it was started with
                "/loaded_context_length", // LM Studio
                "/max_context_length",
                "/max_total_tokens", // TGI
                "/max_input_length"); // TEI
        int shown = said > 0 ? said : ollamaContext(details.path("model_info"));
        // What the server was started with counts, not what the model was trained for.
        return serving > 0 ? serving : shown;
    }

    /// Ollama names it by the architecture: `llama.context_length`.
    private static int ollamaContext(JsonNode info) {
        for (var field : info.properties()) {
            if (field.getKey().endsWith(".context_length")) {
                return positive(field.getValue());
            }
        }
        return 0;
    }

    private static int first(JsonNode said, String... pointers) {
        for (String pointer : pointers) {
            int number = positive(said.at(pointer));
            if (number > 0) {
                return number;
            }
        }
        return 0;
    }

    private static int positive(JsonNode number) {
        return number.canConvertToInt() ? Math.max(0, number.intValue()) : 0;
    }

    private static boolean holds(JsonNode array, String word) {
        for (JsonNode element : array) {
            if (element.isTextual() && element.textValue().equals(word)) {
                return true;
            }
        }
        return false;
    }
}
