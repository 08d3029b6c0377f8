package ai.doubleword.gateway;

import ai.doubleword.models.ModelType;

/// The request formats that the gateway relays.
public enum Dialect {
    CHAT("chat/completions", "chat", ModelType.CHAT),
    COMPLETIONS("completions", "completions", ModelType.CHAT),
    EMBEDDINGS("embeddings", "embeddings", ModelType.EMBEDDING),

    /// Comes to the gateway, and goes to models, as the chat completion that a [Translator] made of it; but to targets
    /// that speak it [as it was written][AsWritten].
    RESPONSES("responses", "responses", ModelType.CHAT) {
        @Override
        public String upstreamPath() {
            return CHAT.upstreamPath();
        }
    };

    private final String endpoint;
    private final String upstreamPath;
    private final String scope;
    private final ModelType type;

    Dialect(String endpoint, String scope, ModelType type) {
        this.endpoint = endpoint;
        this.upstreamPath = '/' + endpoint;
        this.scope = scope;
        this.type = type;
    }

    /// The path below `/v1/`.
    public String endpoint() {
        return endpoint;
    }

    /// The path below a provider's base URL.
    public String upstreamPath() {
        return upstreamPath;
    }

    /// The endpoint's name in a key's scopes.
    public String scope() {
        return scope;
    }

    /// The type of model that it needs.
    public ModelType type() {
        return type;
    }
}
