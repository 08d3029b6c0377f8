package ai.doubleword.jsonl;

import java.util.Optional;

/// What the `url` of a line may name. The numbers are part of the index's file form: never change one.
public enum LineEndpoint {
    CHAT(0, "/v1/chat/completions"),
    COMPLETIONS(1, "/v1/completions"),
    EMBEDDINGS(2, "/v1/embeddings"),
    RESPONSES(3, "/v1/responses");

    private final int code;
    private final String url;

    LineEndpoint(int code, String url) {
        this.code = code;
        this.url = url;
    }

    /// As it stands in a line: `/v1/chat/completions`.
    public String url() {
        return url;
    }

    int code() {
        return code;
    }

    /// @throws IllegalArgumentException if no endpoint has the number
    static LineEndpoint ofCode(int code) {
        for (LineEndpoint endpoint : values()) {
            if (endpoint.code == code) {
                return endpoint;
            }
        }
        throw new IllegalArgumentException("no endpoint has the number " + code);
    }

    /// The endpoint of a line's `url`; nothing if there is none.
    public static Optional<LineEndpoint> of(String url) {
        for (LineEndpoint endpoint : values()) {
            if (endpoint.url.equals(url)) {
                return Optional.of(endpoint);
            }
        }
        return Optional.empty();
    }
}
