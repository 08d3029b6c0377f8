package ai.doubleword.responses;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// A piece of what was said, as pages show it: text of users and models, which templates escape.
///
/// @param place its id in the page
/// @param kind `said`, `reasoning`, `call`, or `item` for what is shown as the JSON that it is
/// @param name what stands above it
public record ItemPart(String place, String kind, String name, String text) {
    /// Items in order, piece by piece.
    ///
    /// @param prefix of their ids in the page
    static List<ItemPart> of(Iterable<? extends JsonNode> items, String prefix) {
        List<ItemPart> parts = new ArrayList<>();
        for (JsonNode item : items) {
            add(item, prefix, parts);
        }
        return parts;
    }

    private static void add(JsonNode item, String prefix, List<ItemPart> parts) {
        String type = item.path("type").asText();
        String place = prefix + "-" + parts.size();
        switch (type) {
            case "message" -> said(item, prefix, parts);
            case "reasoning" -> {
                reasoned(item.path("summary"), prefix, parts);
                reasoned(item.path("content"), prefix, parts);
            }
            case "function_call", "custom_tool_call" -> {
                String input = item.path("arguments").asText(item.path("input").asText());
                parts.add(
                        new ItemPart(place, "call", "Calls " + item.path("name").asText(), input));
            }
            case "function_call_output", "custom_tool_call_output" -> {
                JsonNode output = item.path("output");
                parts.add(new ItemPart(place, "call", "Result", output.asText(output.toString())));
            }
            // What ran at the provider.
            default -> parts.add(new ItemPart(place, "item", spoken(type), item.toPrettyString()));
        }
    }

    private static void said(JsonNode message, String prefix, List<ItemPart> parts) {
        String role = spoken(message.path("role").asText("assistant"));
        for (JsonNode part : message.path("content")) {
            String place = prefix + "-" + parts.size();
            if (part.has("text")) {
                parts.add(new ItemPart(place, "said", role, part.path("text").asText()));
            } else if (part.has("refusal")) {
                parts.add(new ItemPart(
                        place, "said", "Refusal", part.path("refusal").asText()));
            } else {
                String name = role + ", " + part.path("type").asText().replaceFirst("^input_", "");
                parts.add(new ItemPart(place, "item", name, part.toPrettyString()));
            }
        }
    }

    private static void reasoned(JsonNode texts, String prefix, List<ItemPart> parts) {
        texts.forEach(text -> parts.add(new ItemPart(
                prefix + "-" + parts.size(),
                "reasoning",
                "Reasoning",
                text.path("text").asText())));
    }

    private static String spoken(String wire) {
        String words = wire.replace('_', ' ');
        return words.isEmpty() ? "Item" : words.substring(0, 1).toUpperCase(Locale.ROOT) + words.substring(1);
    }
}
