package ai.doubleword.simulator;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.stream.IntStream;

/// A chat request as the tokens a model would read, counted as OpenAI documents it for cl100k models: three per message
/// around role and content, one more for a name, three to open the answer. An image counts 85.
final class ChatPrompt {
    private static final int MARK = -1;
    private static final int IMAGE_TOKENS = 85;

    private ChatPrompt() {}

    static int[] tokens(ObjectNode request) {
        IntStream.Builder tokens = IntStream.builder();
        JsonNode tools = request.path("tools");
        if (!tools.isEmpty()) {
            add(tokens, tools.toString());
        }
        for (JsonNode message : request.path("messages")) {
            marks(tokens, 3);
            add(tokens, message.path("role").asText());
            content(tokens, message.path("content"));
            if (message.has("name")) {
                marks(tokens, 1);
                add(tokens, message.path("name").asText());
            }
            if (!message.path("tool_calls").isEmpty()) {
                add(tokens, message.path("tool_calls").toString());
            }
        }
        marks(tokens, 3);
        return tokens.build().toArray();
    }

    private static void content(IntStream.Builder tokens, JsonNode content) {
        if (content.isTextual()) {
            add(tokens, content.asText());
        }
        for (JsonNode part : content) {
            if (part.path("type").asText().equals("text")) {
                add(tokens, part.path("text").asText());
            } else {
                marks(tokens, IMAGE_TOKENS);
            }
        }
    }

    private static void add(IntStream.Builder tokens, String text) {
        for (int token : Tokens.encode(text)) {
            tokens.add(token);
        }
    }

    private static void marks(IntStream.Builder tokens, int count) {
        for (int i = 0; i < count; i++) {
            tokens.add(MARK);
        }
    }
}
