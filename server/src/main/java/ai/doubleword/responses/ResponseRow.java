package ai.doubleword.responses;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Set;

/// A background response as pages show it. What is in it is text of users and models: templates escape it.
///
/// @param tier in the console's words
/// @param input what was asked last, in one text
/// @param asked all that was asked, in order
/// @param parts of the answer, in order
/// @param error why it failed; empty if it did not
/// @param json the whole object, laid out
/// @param conversation that it stands in; empty for none
record ResponseRow(
        String id,
        String model,
        String status,
        String tier,
        Instant created,
        String instructions,
        String input,
        List<ItemPart> asked,
        List<ItemPart> parts,
        String error,
        long inputTokens,
        long outputTokens,
        String json,
        String conversation) {
    private static final Set<String> OPEN = Set.of("queued", "in_progress");
    private static final int PREVIEW = 160;

    static ResponseRow of(StoredResponse stored) {
        JsonNode response = stored.response();
        return new ResponseRow(
                StoredResponse.name(stored.id()),
                stored.request().model(),
                response.path("status").asText(),
                tier(stored.request().body().path("service_tier").asText("")),
                Instant.ofEpochSecond(response.path("created_at").asLong()),
                stored.request().body().path("instructions").asText(""),
                words(stored.request().input()),
                ItemPart.of(stored.request().input(), "asked"),
                ItemPart.of(response.path("output"), "answer"),
                response.at("/error/message").asText(""),
                response.at("/usage/input_tokens").asLong(),
                response.at("/usage/output_tokens").asLong(),
                response.toPrettyString(),
                Objects.requireNonNullElse(stored.request().conversation(), ""));
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

    private static String words(JsonNode items) {
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
}
