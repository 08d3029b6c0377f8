package ai.doubleword.providers;

import java.util.Locale;
import java.util.Optional;

/// Whether a provider serves the Responses API. The names are part of the API and the database.
public enum ResponsesSupport {
    /// It does not: it is asked in chat completions.
    NONE,
    /// It does, beside chat completions: responses go there as they are.
    NATIVE,
    /// It serves nothing else for chat: chat completions are translated, too.
    ONLY;

    /// The value on the wire: `native`.
    public String wire() {
        return name().toLowerCase(Locale.ROOT);
    }

    public static Optional<ResponsesSupport> of(String wire) {
        for (ResponsesSupport support : values()) {
            if (support.wire().equals(wire)) {
                return Optional.of(support);
            }
        }
        return Optional.empty();
    }
}
