package ai.doubleword.batch;

import ai.doubleword.gateway.Dialect;
import ai.doubleword.jsonl.LineEndpoint;

/// What the endpoints of lines are to the gateway. Stateless.
final class Endpoints {
    private Endpoints() {}

    static Dialect dialect(LineEndpoint endpoint) {
        return switch (endpoint) {
            case CHAT -> Dialect.CHAT;
            case COMPLETIONS -> Dialect.COMPLETIONS;
            case EMBEDDINGS -> Dialect.EMBEDDINGS;
        };
    }

    /// @param url of a line that was found right
    static Dialect dialect(String url) {
        return dialect(LineEndpoint.of(url)
                .orElseThrow(() -> new IllegalStateException("a file was accepted with the url " + url)));
    }
}
