package ai.doubleword.platform;

import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/// Writes a [Problem] as the bytes of an error body. One builder and one array per error, no JSON tree: refusals are
/// what an overloaded or attacked server answers most. Stateless and thread-safe; callable on an event loop.
public final class ErrorBody {
    /// The content type of every error.
    public static final String CONTENT_TYPE = "application/json";

    private static final char[] HEX = "0123456789abcdef".toCharArray();

    private ErrorBody() {}

    /// The body of an error answer, in UTF-8.
    ///
    /// @param requestId as users see it: `req_…`
    public static byte[] render(ErrorForm form, Problem problem, String requestId) {
        return switch (form) {
            case OPENAI -> openAi(problem, requestId);
            case FLAT -> flat(problem, requestId);
        };
    }

    /// `{"error":{"message","type","param","code","request_id"}}`; also the data of an error event in a stream.
    public static byte[] openAi(Problem problem, String requestId) {
        StringBuilder json = new StringBuilder(192 + problem.message().length());
        json.append("{\"error\":{\"message\":");
        string(json, problem.message());
        json.append(",\"type\":");
        string(json, problem.code().type());
        json.append(",\"param\":");
        string(json, problem.param());
        json.append(",\"code\":");
        string(json, problem.code().code());
        json.append(",\"request_id\":");
        string(json, requestId);
        return json.append("}}").toString().getBytes(StandardCharsets.UTF_8);
    }

    /// `{"error","message","param"?,"retry_after_seconds"?,"request_id"}`; optional members are left out, not null.
    public static byte[] flat(Problem problem, String requestId) {
        StringBuilder json = new StringBuilder(128 + problem.message().length());
        json.append("{\"error\":");
        string(json, problem.code().code());
        json.append(",\"message\":");
        string(json, problem.message());
        if (problem.param() != null) {
            json.append(",\"param\":");
            string(json, problem.param());
        }
        if (problem.retryAfterSeconds() > 0) {
            json.append(",\"retry_after_seconds\":").append(problem.retryAfterSeconds());
        }
        json.append(",\"request_id\":");
        string(json, requestId);
        return json.append('}').toString().getBytes(StandardCharsets.UTF_8);
    }

    private static void string(StringBuilder json, @Nullable String text) {
        if (text == null) {
            json.append("null");
            return;
        }
        json.append('"');
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            switch (c) {
                case '"', '\\' -> json.append('\\').append(c);
                case '\n' -> json.append("\\n");
                default -> {
                    if (c < 0x20 || c == 0x7f || c == '\u2028' || c == '\u2029') {
                        json.append("\\u").append(HEX[c >> 12]).append(HEX[(c >> 8) & 15]);
                        json.append(HEX[(c >> 4) & 15]).append(HEX[c & 15]);
                    } else {
                        json.append(c);
                    }
                }
            }
        }
        json.append('"');
    }
}
