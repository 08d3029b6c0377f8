package ai.doubleword.simulator;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Map;
import java.util.Random;

/// A JSON value that a JSON schema accepts, drawn with a seeded generator.
///
/// Understood: `type` (also a list), `enum`, `const`, `properties`, `required`, `items`, `prefixItems`, the minima and
/// maxima of numbers, strings, arrays, `multipleOf`, `format`, `pattern` (see [PatternSample]), `anyOf`, `oneOf`,
/// `allOf`, and `$ref` within the document. Properties that are not required are left out below depth 4, so that
/// recursive schemas end.
final class SchemaSample {
    private static final int SHALLOW = 4;
    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

    private final JsonNode root;
    private final Random random;

    private SchemaSample(JsonNode root, Random random) {
        this.root = root;
        this.random = random;
    }

    static JsonNode of(JsonNode schema, Random random) {
        return new SchemaSample(schema, random).value(schema, 0);
    }

    private JsonNode value(JsonNode schema, int depth) {
        if (depth > 64) {
            return JSON.nullNode();
        }
        if (schema.has("$ref")) {
            return value(resolve(schema.path("$ref").asText()), depth + 1);
        }
        if (schema.has("const")) {
            return schema.path("const");
        }
        JsonNode choices = schema.path("enum");
        if (!choices.isEmpty()) {
            return choices.get(random.nextInt(choices.size()));
        }
        for (String union : new String[] {"anyOf", "oneOf"}) {
            JsonNode options = schema.path(union);
            if (!options.isEmpty()) {
                return value(
                        depth < SHALLOW ? options.get(random.nextInt(options.size())) : simplest(options), depth + 1);
            }
        }
        JsonNode all = schema.path("allOf");
        if (!all.isEmpty()) {
            return value(merged(schema, all), depth + 1);
        }
        return typed(type(schema, depth), schema, depth);
    }

    private JsonNode typed(String type, JsonNode schema, int depth) {
        return switch (type) {
            case "object" -> object(schema, depth);
            case "array" -> array(schema, depth);
            case "string" -> JSON.textNode(string(schema));
            case "integer" -> JSON.numberNode((long) number(schema, 1));
            case "number" ->
                JSON.numberNode(number(schema, schema.path("multipleOf").asDouble(0.25)));
            case "boolean" -> JSON.booleanNode(random.nextBoolean());
            default -> JSON.nullNode();
        };
    }

    private String type(JsonNode schema, int depth) {
        JsonNode type = schema.path("type");
        if (type.isTextual()) {
            return type.asText();
        }
        if (type.isArray()) {
            for (JsonNode option : type) {
                if (depth >= SHALLOW && option.asText().equals("null")) {
                    return "null";
                }
            }
            return type.get(random.nextInt(type.size())).asText();
        }
        return schema.has("properties") ? "object" : schema.has("items") ? "array" : "string";
    }

    private ObjectNode object(JsonNode schema, int depth) {
        ObjectNode object = JSON.objectNode();
        JsonNode required = schema.path("required");
        for (Map.Entry<String, JsonNode> property : schema.path("properties").properties()) {
            boolean needed = false;
            for (JsonNode name : required) {
                needed |= name.asText().equals(property.getKey());
            }
            if (needed || depth < SHALLOW) {
                object.set(property.getKey(), value(property.getValue(), depth + 1));
            }
        }
        return object;
    }

    private ArrayNode array(JsonNode schema, int depth) {
        ArrayNode array = JSON.arrayNode();
        for (JsonNode item : schema.path("prefixItems")) {
            array.add(value(item, depth + 1));
        }
        int min = schema.path("minItems").asInt(0);
        int max = schema.path("maxItems").asInt(Math.max(min, 3));
        int size = depth < SHALLOW ? Math.max(min, Math.min(max, 1 + random.nextInt(3))) : min;
        JsonNode items = schema.path("items");
        while (array.size() < size && !(items.isBoolean() && !items.asBoolean())) {
            array.add(value(items, depth + 1));
        }
        return array;
    }

    private double number(JsonNode schema, double step) {
        double grain = schema.path("multipleOf").asDouble(step);
        double min = schema.path("minimum").asDouble(Double.NEGATIVE_INFINITY);
        double max = schema.path("maximum").asDouble(Double.POSITIVE_INFINITY);
        min = Math.max(min, schema.path("exclusiveMinimum").asDouble(Double.NEGATIVE_INFINITY) + grain);
        max = Math.min(max, schema.path("exclusiveMaximum").asDouble(Double.POSITIVE_INFINITY) - grain);
        if (Double.isInfinite(min)) {
            min = Double.isInfinite(max) ? 0 : max - 100 * grain;
        }
        if (Double.isInfinite(max)) {
            max = min + 100 * grain;
        }
        double first = Math.ceil(min / grain);
        double last = Math.floor(max / grain);
        if (last < first) {
            return min;
        }
        return (first + Math.floor(random.nextDouble() * (last - first + 1))) * grain;
    }

    private String string(JsonNode schema) {
        if (schema.has("pattern")) {
            return PatternSample.of(schema.path("pattern").asText(), random);
        }
        int min = schema.path("minLength").asInt(0);
        int max = schema.path("maxLength").asInt(Integer.MAX_VALUE);
        String text = formatted(schema.path("format").asText());
        if (text.isEmpty()) {
            text = Prose.words(random, 2);
        }
        StringBuilder padded = new StringBuilder(text);
        while (padded.length() < min) {
            padded.append(' ').append(Prose.words(random, 3));
        }
        if (padded.length() > Math.max(min, max)) {
            padded.setLength(Math.max(min, max));
        }
        return padded.toString();
    }

    private String formatted(String format) {
        int a = 10 + random.nextInt(18);
        int b = 10 + random.nextInt(50);
        return switch (format) {
            case "date-time" -> "2026-03-%dT%d:%d:00Z".formatted(a, a % 14 + 10, b);
            case "date" -> "2026-03-" + a;
            case "time" -> "%d:%d:00Z".formatted(a % 14 + 10, b);
            case "duration" -> "PT" + a + "M";
            case "email" -> "reader" + b + "@example.com";
            case "hostname" -> "host" + b + ".example.com";
            case "ipv4" -> "192.0.2." + b;
            case "ipv6" -> "2001:db8::" + b;
            case "uri" -> "https://example.com/" + b;
            case "uuid" -> "%08x-0000-4000-8000-%012x".formatted(random.nextInt(), random.nextInt(1 << 30));
            default -> "";
        };
    }

    private JsonNode resolve(String reference) {
        if (reference.equals("#")) {
            return root;
        }
        return reference.startsWith("#/") ? root.at(reference.substring(1)) : JSON.objectNode();
    }

    private JsonNode simplest(JsonNode options) {
        JsonNode best = options.get(0);
        for (JsonNode option : options) {
            String type = option.path("type").asText();
            if (!type.isEmpty() && !type.equals("object") && !type.equals("array")) {
                best = option;
            }
        }
        return best;
    }

    private JsonNode merged(JsonNode schema, JsonNode all) {
        ObjectNode merged = schema.deepCopy();
        merged.remove("allOf");
        for (JsonNode part : all) {
            JsonNode whole = part.has("$ref") ? resolve(part.path("$ref").asText()) : part;
            for (Map.Entry<String, JsonNode> entry : whole.properties()) {
                JsonNode existing = merged.path(entry.getKey());
                if (existing.isObject() && entry.getValue().isObject()) {
                    ((ObjectNode) existing).setAll((ObjectNode) entry.getValue());
                } else if (existing.isArray() && entry.getValue().isArray()) {
                    ((ArrayNode) existing).addAll((ArrayNode) entry.getValue());
                } else {
                    merged.set(entry.getKey(), entry.getValue().deepCopy());
                }
            }
        }
        return merged;
    }
}
