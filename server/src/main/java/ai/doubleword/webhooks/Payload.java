package ai.doubleword.webhooks;

import ai.doubleword.platform.JsonFormat;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;

/// What is sent, for people.
final class Payload {
    private static final ObjectMapper JSON = JsonFormat.trees();

    private Payload() {}

    /// The same with a line for each field.
    static String readable(String body) {
        try {
            return JsonFormat.readable(JSON.readTree(body));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("bodies are JSON of ours", e);
        }
    }
}
