package ai.doubleword.providers;

import java.util.Locale;
import java.util.Optional;

/// The kinds of upstream. The names are part of the API and the database.
public enum ProviderKind {
    /// vLLM, SGLang, llama.cpp server, Ollama, TGI, LM Studio, OpenAI, OpenRouter and whatever speaks like them.
    OPENAI_COMPATIBLE,
    /// The embedding model in this process.
    LOCAL_EMBEDDING,
    /// The deterministic demo in this process.
    SIMULATOR;

    /// The value on the wire: `openai-compatible`.
    public String wire() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    public static Optional<ProviderKind> of(String wire) {
        for (ProviderKind kind : values()) {
            if (kind.wire().equals(wire)) {
                return Optional.of(kind);
            }
        }
        return Optional.empty();
    }
}
