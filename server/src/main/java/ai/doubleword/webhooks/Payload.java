package ai.doubleword.webhooks;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.core.util.Separators;
import com.fasterxml.jackson.databind.ObjectMapper;

/// What is sent, for people.
final class Payload {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final DefaultPrettyPrinter LINES = new DefaultPrettyPrinter()
            .withSeparators(Separators.createDefaultInstance().withObjectFieldValueSpacing(Separators.Spacing.AFTER));

    private Payload() {}

    /// The same with a line for each field.
    static String readable(String body) {
        try {
            return JSON.writer(LINES).writeValueAsString(JSON.readTree(body));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("bodies are JSON of ours", e);
        }
    }
}
