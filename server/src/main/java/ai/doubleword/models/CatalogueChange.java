package ai.doubleword.models;

import ai.doubleword.platform.JsonFormat;
import ai.doubleword.providers.ProviderSpec;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/// One difference between two states of the catalogue, for people to read.
///
/// @param action `add`, `change` or `remove`
/// @param kind `provider` or `model`
/// @param name of the object
/// @param details what changes about it, a line each: `description: "old" → "new"`
public record CatalogueChange(String action, String kind, String name, List<String> details) {
    private static final ObjectMapper JSON = JsonFormat.mapper();

    static List<CatalogueChange> between(
            CatalogueDocument before,
            Map<String, String> secretsBefore,
            CatalogueDocument after,
            Map<String, String> secretsAfter) {
        List<CatalogueChange> changes = new ArrayList<>();
        compare("provider", byName(before.providers()), byName(after.providers()), changes);
        compare("model", byName(before.models()), byName(after.models()), changes);
        secretsAfter.forEach((name, version) -> {
            if (!version.equals(secretsBefore.getOrDefault(name, version))) {
                changes.add(new CatalogueChange("change", "provider", name, List.of("secrets: (changed)")));
            }
        });
        return changes;
    }

    private static Map<String, JsonNode> byName(@org.jspecify.annotations.Nullable List<?> objects) {
        Map<String, JsonNode> byName = new LinkedHashMap<>();
        for (Object object : objects == null ? List.of() : objects) {
            String name = object instanceof ProviderSpec provider
                    ? String.valueOf(provider.name())
                    : String.valueOf(((ModelSpec) object).name());
            byName.put(name, JSON.valueToTree(object));
        }
        return byName;
    }

    private static void compare(
            String kind, Map<String, JsonNode> before, Map<String, JsonNode> after, List<CatalogueChange> changes) {
        after.forEach((name, object) -> {
            JsonNode old = before.get(name);
            if (old == null) {
                changes.add(new CatalogueChange("add", kind, name, List.of()));
            } else if (!old.equals(object)) {
                changes.add(new CatalogueChange("change", kind, name, fields(old, object)));
            }
        });
        before.keySet().stream()
                .filter(name -> !after.containsKey(name))
                .forEach(name -> changes.add(new CatalogueChange("remove", kind, name, List.of())));
    }

    private static List<String> fields(JsonNode before, JsonNode after) {
        TreeSet<String> names = new TreeSet<>();
        before.fieldNames().forEachRemaining(names::add);
        after.fieldNames().forEachRemaining(names::add);
        List<String> lines = new ArrayList<>();
        for (String name : names) {
            JsonNode old = before.path(name);
            JsonNode now = after.path(name);
            if (old.isArray() && now.isArray()) {
                elements(name, old, now, lines);
            } else if (!old.equals(now)) {
                lines.add(name + ": " + shown(old) + " → " + shown(now));
            }
        }
        return lines;
    }

    /// What is taken out of a list and what comes in, an element a line; only the order of a list that holds the
    /// same.
    private static void elements(String name, JsonNode old, JsonNode now, List<String> lines) {
        Set<JsonNode> before = new LinkedHashSet<>();
        Set<JsonNode> after = new LinkedHashSet<>();
        old.forEach(before::add);
        now.forEach(after::add);
        before.stream().filter(one -> !after.contains(one)).forEach(one -> lines.add(name + ": − " + shown(one)));
        after.stream().filter(one -> !before.contains(one)).forEach(one -> lines.add(name + ": + " + shown(one)));
        if (before.equals(after) && !old.equals(now)) {
            lines.add(name + ": " + shown(old) + " → " + shown(now));
        }
    }

    private static String shown(JsonNode value) {
        return value.isMissingNode() ? "(none)" : value.toString();
    }
}
