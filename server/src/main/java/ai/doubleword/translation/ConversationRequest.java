package ai.doubleword.translation;

import ai.doubleword.platform.Problem;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// What a client sends about a conversation, each known field of its right type.
///
/// @param items to add, at most 20
/// @param metadata to keep with it; absent where it says none
public record ConversationRequest(List<ObjectNode> items, Optional<Map<String, String>> metadata) {
    private static final int MOST_ITEMS = 20;

    /// What reading came to.
    public sealed interface Reading {
        record Good(ConversationRequest request) implements Reading {}

        record Refused(Problem problem) implements Reading {}
    }

    /// Reads a request and proves the type of each field.
    ///
    /// @param json may be empty, which is an empty object
    /// @return the request, or what is wrong with it and where
    public static Reading read(byte[] json) {
        try {
            ObjectNode body = json.length == 0 ? Json.object() : RequestReader.parse(json);
            return new Reading.Good(new ConversationRequest(items(body.path("items")), metadata(body)));
        } catch (Refusal refusal) {
            return new Reading.Refused(refusal.problem());
        }
    }

    private static List<ObjectNode> items(JsonNode given) {
        List<ObjectNode> items = new ArrayList<>();
        if (given.isMissingNode() || given.isNull()) {
            return items;
        }
        RequestReader.require(given.isArray(), "items", "a list of items");
        RequestReader.require(given.size() <= MOST_ITEMS, "items", "at most " + MOST_ITEMS + " items at once");
        for (int i = 0; i < given.size(); i++) {
            String path = "items[" + i + "]";
            RequestReader.require(given.get(i).isObject(), path, "an object");
            ObjectNode item = InputItems.checked((ObjectNode) given.get(i), path);
            if (Json.text(item, "type").equals("item_reference")) {
                throw Refusal.unsupported(path + ".type", "A conversation holds items, not references; send the item.");
            }
            items.add(item);
        }
        return items;
    }

    private static Optional<Map<String, String>> metadata(ObjectNode body) {
        if (!body.has("metadata")) {
            return Optional.empty();
        }
        Map<String, String> metadata = new LinkedHashMap<>();
        if (Json.has(body, "metadata")) {
            RequestReader.metadata(body.get("metadata"), "metadata");
            body.get("metadata")
                    .properties()
                    .forEach(pair -> metadata.put(pair.getKey(), pair.getValue().textValue()));
        }
        return Optional.of(metadata);
    }
}
