package ai.doubleword.batch;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;

/// What a person reads in requests and answers of any endpoint. Stateless.
final class ResultText {
    private static final int LONGEST = 20_000;

    private ResultText() {}

    /// What a request asks: the last message of a user, the prompt, or the text to embed.
    static String question(JsonNode body) {
        JsonNode messages = body.has("messages") ? body.path("messages") : body.path("input");
        for (int i = messages.size() - 1; i >= 0; i--) {
            if (messages.get(i).path("role").asText().equals("user")) {
                return cut(text(messages.get(i).path("content")));
            }
        }
        JsonNode prompt = body.path("prompt");
        return cut(text(prompt.isMissingNode() ? body.path("input") : prompt));
    }

    /// What an answer says: its text, the calls of tools, or that it is so many vectors.
    static String answer(JsonNode body) {
        List<String> parts = new ArrayList<>();
        for (JsonNode choice : body.path("choices")) {
            add(parts, choice.path("text").asText(""));
            add(parts, text(choice.path("message").path("content")));
            add(parts, choice.path("message").path("refusal").asText(""));
            for (JsonNode call : choice.path("message").path("tool_calls")) {
                JsonNode function = call.path("function");
                add(
                        parts,
                        function.path("name").asText() + "("
                                + function.path("arguments").asText() + ")");
            }
        }
        for (JsonNode item : body.path("output")) {
            add(parts, text(item.path("content")));
        }
        JsonNode vectors = body.path("data");
        if (parts.isEmpty() && vectors.isArray() && !vectors.isEmpty()) {
            int size = vectors.get(0).path("embedding").size();
            String each = size == 0 ? "" : " of " + size + " numbers";
            return vectors.size() == 1 ? "1 vector" + each : vectors.size() + " vectors" + each;
        }
        return cut(String.join("\n\n", parts));
    }

    private static void add(List<String> parts, String text) {
        if (!text.isBlank()) {
            parts.add(text);
        }
    }

    /// A text, or the texts of parts.
    private static String text(JsonNode content) {
        if (content.isTextual()) {
            return content.asText();
        }
        List<String> parts = new ArrayList<>();
        for (JsonNode part : content) {
            add(parts, part.isTextual() ? part.asText() : part.path("text").asText(""));
        }
        return String.join("\n", parts);
    }

    private static String cut(String text) {
        return text.length() <= LONGEST ? text : text.substring(0, LONGEST) + "…";
    }
}
