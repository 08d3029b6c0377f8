package ai.doubleword.models;

import java.util.Locale;

/// What a model does, and so which endpoints it serves.
public enum ModelType {
    CHAT,
    EMBEDDING,
    RERANK;

    /// The value on the wire: the name in lower case.
    public String wire() {
        return name().toLowerCase(Locale.ROOT);
    }
}
