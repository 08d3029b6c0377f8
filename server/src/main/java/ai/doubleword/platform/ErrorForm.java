package ai.doubleword.platform;

import java.util.List;

/// The two shapes of an error body: OpenAI's envelope for whoever calls models, a flat one for whoever manages.
public enum ErrorForm {
    /// `{"error":{"message","type","param","code","request_id"}}`
    OPENAI,
    /// `{"error":"<code>","message","retry_after_seconds","request_id"}`
    FLAT;

    /// Sent by the command-line client, which reads flat errors everywhere.
    public static final String CLI_HEADER = "x-dw-cli-version";

    /// Where the AI API begins: every raw route of it is under each.
    public static final List<String> AI_BASES = List.of("/v1", "/ai/v1");

    /// The form for a request.
    ///
    /// @param path the normalized path that was routed on
    /// @param cli whether [#CLI_HEADER] is present
    public static ErrorForm of(String path, boolean cli) {
        return !cli && isAiPath(path) ? OPENAI : FLAT;
    }

    /// Whether a normalized path belongs to the AI API: its first segment is `v1`, or its first two are `ai` and `v1`.
    public static boolean isAiPath(String path) {
        int from = path.startsWith("/ai/") ? "/ai".length() : 0;
        return path.startsWith("/v1", from)
                && (path.length() == from + "/v1".length() || path.charAt(from + "/v1".length()) == '/');
    }
}
