package ai.doubleword.responses;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/// A background response as pages show it. What is in it is text of users and models: templates escape it.
///
/// @param tier in the console's words
/// @param input what was asked last, in one text
/// @param parts of the answer, in order
/// @param error why it failed; empty if it did not
/// @param json the whole object, laid out
record ResponseRow(
        String id,
        String model,
        String status,
        String tier,
        Instant created,
        String instructions,
        String input,
        List<Part> parts,
        String error,
        long inputTokens,
        long outputTokens,
        String json) {
    private static final Set<String> OPEN = Set.of("queued", "in_progress");
    private static final int PREVIEW = 160;

    /// A piece of an answer.
    ///
    /// @param kind `text`, `reasoning`, `refusal` or `call`
    /// @param name of the function that is called; empty otherwise
    public record Part(String kind, String name, String text) {}

    static ResponseRow of(StoredResponse stored) {
        JsonNode response = stored.response();
        return new ResponseRow(
                StoredResponse.name(stored.id()),
                stored.request().model(),
                response.path("status").asText(),
                tier(stored.request().body().path("service_tier").asText("")),
                Instant.ofEpochSecond(response.path("created_at").asLong()),
                stored.request().body().path("instructions").asText(""),
                asked(stored.request().input()),
                parts(response.path("output")),
                response.at("/error/message").asText(""),
                response.at("/usage/input_tokens").asLong(),
                response.at("/usage/output_tokens").asLong(),
                response.toPrettyString());
    }

    public boolean open() {
        return OPEN.contains(status);
    }

    /// The status as people say it.
    public String words() {
        return status.replace('_', ' ');
    }

    /// The colour of its badge.
    public String colour() {
        return switch (status) {
            case "completed" -> "good";
            case "failed" -> "bad";
            case "incomplete", "cancelled" -> "warn";
            default -> "";
        };
    }

    /// The beginning of what was asked.
    public String preview() {
        String line = input.replaceAll("\\s+", " ").strip();
        return line.length() <= PREVIEW ? line : line.substring(0, PREVIEW) + "…";
    }

    /// The form that would ask the same again.
    ResponsesPage.Draft draft() {
        String wire = switch (tier) {
            case "Async" -> "flex";
            case "Background" -> "background";
            default -> "default";
        };
        return new ResponsesPage.Draft(model, wire, instructions, input);
    }

    private static String tier(String wire) {
        return switch (wire) {
            case "flex" -> "Async";
            case "background" -> "Background";
            default -> "Realtime";
        };
    }

    private static String asked(JsonNode items) {
        StringBuilder text = new StringBuilder();
        for (JsonNode item : items) {
            for (JsonNode part : item.path("content")) {
                text.append(text.isEmpty() ? "" : "\n\n")
                        .append(part.path("text").asText("(" + part.path("type").asText() + ")"));
            }
            if (item.has("output")) {
                text.append(text.isEmpty() ? "" : "\n\n")
                        .append(item.path("output").asText(item.path("output").toString()));
            }
        }
        return text.toString();
    }

    private static List<Part> parts(JsonNode output) {
        List<Part> parts = new ArrayList<>();
        for (JsonNode item : output) {
            switch (item.path("type").asText()) {
                case "reasoning" -> {
                    add(parts, "reasoning", item.path("summary"));
                    add(parts, "reasoning", item.path("content"));
                }
                case "function_call" ->
                    parts.add(new Part(
                            "call",
                            item.path("name").asText(),
                            item.path("arguments").asText()));
                case "custom_tool_call" ->
                    parts.add(new Part(
                            "call",
                            item.path("name").asText(),
                            item.path("input").asText()));
                default -> {
                    for (JsonNode part : item.path("content")) {
                        parts.add(
                                part.has("refusal")
                                        ? new Part(
                                                "refusal",
                                                "",
                                                part.path("refusal").asText())
                                        : new Part("text", "", part.path("text").asText()));
                    }
                }
            }
        }
        return parts;
    }

    private static void add(List<Part> parts, String kind, JsonNode texts) {
        texts.forEach(text -> parts.add(new Part(kind, "", text.path("text").asText())));
    }
}
