package ai.doubleword.docs;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/// A schema of an OpenAPI document, as a flat list of fields: `data[].id`.
///
/// @param document that its references lead into
record ApiSchema(JsonNode document, JsonNode schema) {
    private static final int DEEPEST = 3;
    private static final String REFERENCE = "$ref";

    /// Names of Java's types that stand for any value, and for a time.
    private static final Set<String> ANY = Set.of("JsonNode", "Object");

    private static final Set<String> TIMES = Set.of("Instant", "OffsetDateTime");

    /// @param type in words, as `array of string`
    record Field(String name, String type, String description) {}

    /// What a reference leads to; anything else itself.
    static JsonNode follow(JsonNode document, JsonNode node) {
        JsonNode found = node;
        while (found.has(REFERENCE)) {
            found = document.at(found.path(REFERENCE).asText().substring(1));
        }
        return found;
    }

    boolean isEmpty() {
        return schema.isMissingNode();
    }

    List<Field> fields() {
        List<Field> fields = new ArrayList<>();
        if (!isEmpty()) {
            collect(fields, "", schema, 0);
        }
        return fields;
    }

    /// A body with a value for each of its own fields, or for those that must be there.
    String example() {
        JsonNode body = follow(document, schema);
        Set<String> required = required(body);
        List<String> members = new ArrayList<>();
        body.path("properties").properties().forEach(property -> {
            if (required.isEmpty() ? members.size() < 2 : required.contains(property.getKey())) {
                members.add("\"" + property.getKey() + "\": " + value(property.getKey(), property.getValue()));
            }
        });
        return "{" + String.join(", ", members) + "}";
    }

    private void collect(List<Field> fields, String prefix, JsonNode node, int depth) {
        JsonNode object = follow(document, node);
        if (object.path("type").asText().equals("array")) {
            collect(fields, prefix + "[].", object.path("items"), depth);
            return;
        }
        Set<String> required = required(object);
        object.path("properties").properties().forEach(property -> {
            JsonNode value = property.getValue();
            String name = prefix + property.getKey();
            String type = type(value);
            JsonNode described = value.has("description") ? value : follow(document, value);
            String note = described.path("description").asText("");
            if (required.contains(property.getKey())) {
                note = note.isEmpty() ? "required" : "required; " + note;
            }
            fields.add(new Field(name, type, note));
            JsonNode inner = inner(value);
            if (depth < DEEPEST - 1 && inner.path("properties").size() > 0) {
                collect(fields, type.startsWith("array") ? name + "[]." : name + ".", inner, depth + 1);
            }
        });
    }

    /// The object that a field is, or is a list of.
    private JsonNode inner(JsonNode value) {
        if (isAny(value)) {
            return document.path("nothing");
        }
        JsonNode found = follow(document, value);
        return found.path("type").asText().equals("array") && !isAny(found.path("items"))
                ? follow(document, found.path("items"))
                : found;
    }

    private String type(JsonNode value) {
        if (isAny(value)) {
            return "any";
        }
        if (TIMES.contains(referenced(value))) {
            return "time";
        }
        JsonNode found = follow(document, value);
        if (found.has("enum")) {
            List<String> values = new ArrayList<>();
            found.path("enum").forEach(one -> values.add("`" + one.asText() + "`"));
            return String.join(", ", values);
        }
        if (found.path("format").asText().equals("date-time")) {
            return "time";
        }
        JsonNode type = found.path("type");
        String name = type.isArray() ? type.path(0).asText() : type.asText("any");
        return name.equals("array") ? "array of " + type(found.path("items")) : name;
    }

    private String value(String name, JsonNode value) {
        return switch (type(value)) {
            case "string" -> name.equals("model") ? "\"doubleword-demo\"" : "\"…\"";
            case "integer", "number" -> "1";
            case "boolean" -> "true";
            case "time" -> "\"2027-01-31T00:00:00Z\"";
            case "object", "any" -> "{}";
            default -> type(value).startsWith("array") ? "[]" : "\"" + first(value) + "\"";
        };
    }

    private String first(JsonNode value) {
        return follow(document, value).path("enum").path(0).asText();
    }

    private static Set<String> required(JsonNode object) {
        Set<String> required = new HashSet<>();
        object.path("required").forEach(name -> required.add(name.asText()));
        return required;
    }

    private static boolean isAny(JsonNode value) {
        return ANY.contains(referenced(value));
    }

    private static String referenced(JsonNode value) {
        String reference = value.path(REFERENCE).asText("");
        return reference.substring(reference.lastIndexOf('/') + 1);
    }
}
