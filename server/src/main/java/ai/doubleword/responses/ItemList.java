package ai.doubleword.responses;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;

/// A page of items in the form of OpenAI's lists. Stateless.
final class ItemList {
    private ItemList() {}

    /// @param items with an `id` each, in the order of the page
    /// @param more whether others come behind them
    static ObjectNode of(List<ObjectNode> items, boolean more) {
        ObjectNode page = JsonNodeFactory.instance.objectNode().put("object", "list");
        page.putArray("data").addAll(items);
        page.set("first_id", items.isEmpty() ? null : items.getFirst().get("id"));
        page.set("last_id", items.isEmpty() ? null : items.getLast().get("id"));
        return page.put("has_more", more);
    }
}
