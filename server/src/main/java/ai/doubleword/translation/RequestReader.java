package ai.doubleword.translation;

import ai.doubleword.jsonl.MalformedJson;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Reads a request of the Responses API: every known field must have its type, unknown ones are left as they are.
/// Stateless; throws [Refusal] and nothing else.
final class RequestReader {
    private static final int METADATA_PAIRS = 16;
    private static final int METADATA_KEY = 64;
    private static final int METADATA_VALUE = 512;
    private static final int TOP_LOGPROBS = 20;

    /// What is right in a field.
    private interface Rule {
        void check(JsonNode value, String path);
    }

    private static final Rule TEXT = (value, path) -> require(value.isTextual(), path, "a string");
    private static final Rule FLAG = (value, path) -> require(value.isBoolean(), path, "true or false");
    private static final Rule OBJECT = (value, path) -> require(value.isObject(), path, "an object");
    private static final Rule COUNT = (value, path) -> whole(value, path, 1, Integer.MAX_VALUE);
    private static final Rule CHOICE = oneOf("none", "auto", "required");
    private static final Rule TYPED = (value, path) -> {
        require(value.isObject(), path, "an object");
        requireText(value, "type", path);
    };

    private static final Map<String, Rule> RULES = Map.ofEntries(
            Map.entry("instructions", TEXT),
            Map.entry("previous_response_id", TEXT),
            Map.entry("prompt_cache_key", TEXT),
            Map.entry("safety_identifier", TEXT),
            Map.entry("service_tier", TEXT),
            Map.entry("user", TEXT),
            Map.entry("background", FLAG),
            Map.entry("parallel_tool_calls", FLAG),
            Map.entry("store", FLAG),
            Map.entry("stream", FLAG),
            Map.entry("temperature", (value, path) -> number(value, path, 2)),
            Map.entry("top_p", (value, path) -> number(value, path, 1)),
            Map.entry("max_output_tokens", COUNT),
            Map.entry("max_tool_calls", COUNT),
            Map.entry("top_logprobs", (value, path) -> whole(value, path, 0, TOP_LOGPROBS)),
            Map.entry("truncation", oneOf("auto", "disabled")),
            Map.entry("stream_options", OBJECT),
            Map.entry("metadata", RequestReader::metadata),
            Map.entry("include", RequestReader::include),
            Map.entry("context_management", (value, path) -> each(value, path, "a list of objects", TYPED)),
            Map.entry("reasoning", RequestReader::reasoning),
            Map.entry("text", RequestReader::text),
            Map.entry("tools", RequestReader::tools),
            Map.entry("tool_choice", (value, path) -> {
                if (value.isTextual()) {
                    CHOICE.check(value, path);
                } else {
                    require(value.isObject(), path, "a string or an object");
                    TYPED.check(value, path);
                }
            }));

    private RequestReader() {}

    static ResponsesRequest read(byte[] json) {
        ObjectNode body = parse(json);
        body.properties().forEach(field -> {
            Rule rule = RULES.get(field.getKey());
            if (rule != null && !field.getValue().isNull()) {
                rule.check(field.getValue(), field.getKey());
            }
        });
        if (Json.has(body, "prompt")) {
            throw Refusal.unsupported("prompt", "Prompts stored at OpenAI cannot be used here; send `instructions`.");
        }
        JsonNode model = body.get("model");
        if (model == null || model.isNull()) {
            throw Refusal.missing("model");
        }
        require(model.isTextual() && !model.textValue().isEmpty(), "model", "the name of a model, as a string");
        String previous = name(body, "previous_response_id");
        String conversation = conversation(body.get("conversation"));
        if (previous != null && conversation != null) {
            throw Refusal.unsupported(
                    "previous_response_id", "Send `previous_response_id` or `conversation`, not both.");
        }
        return new ResponsesRequest(
                body,
                model.textValue(),
                input(body.get("input"), previous != null || conversation != null),
                body.path("stream").asBoolean(false),
                body.path("background").asBoolean(false),
                body.path("store").asBoolean(true),
                previous,
                conversation);
    }

    static ObjectNode parse(byte[] json) {
        try {
            if (Json.strict().readTree(json) instanceof ObjectNode object) {
                return object;
            }
            throw Refusal.malformed("The body must be a JSON object.");
        } catch (JsonProcessingException e) {
            throw Refusal.malformed("The body is not valid JSON: " + MalformedJson.words(e) + ".");
        } catch (IOException e) {
            throw new IllegalStateException("an array cannot fail to be read", e);
        }
    }

    private static @Nullable String name(ObjectNode body, String field) {
        return Json.has(body, field) ? Json.text(body, field) : null;
    }

    private static @Nullable String conversation(@Nullable JsonNode value) {
        if (value == null || value.isNull()) {
            return null;
        }
        JsonNode id = value.isObject() ? value.path("id") : value;
        require(id.isTextual(), "conversation", "the id of a conversation, or an object with its `id`");
        return id.textValue();
    }

    private static ArrayNode input(@Nullable JsonNode input, boolean mayBeAbsent) {
        ArrayNode items = Json.array();
        if (input == null || input.isNull()) {
            if (!mayBeAbsent) {
                throw Refusal.missing("input");
            }
            return items;
        }
        if (input.isTextual()) {
            ObjectNode message = items.addObject();
            message.put("type", "message");
            message.put("role", "user");
            message.putArray("content").addObject().put("type", "input_text").put("text", input.textValue());
            return items;
        }
        require(input.isArray(), "input", "a string or a list of items");
        require(mayBeAbsent || !input.isEmpty(), "input", "a list of at least one item");
        for (int i = 0; i < input.size(); i++) {
            String path = "input[" + i + "]";
            require(input.get(i).isObject(), path, "an object");
            items.add(InputItems.checked((ObjectNode) input.get(i), path));
        }
        return items;
    }

    static void metadata(JsonNode value, String path) {
        require(value.isObject(), path, "an object of strings");
        require(value.size() <= METADATA_PAIRS, path, "an object of at most " + METADATA_PAIRS + " strings");
        value.properties().forEach(pair -> {
            require(pair.getKey().length() <= METADATA_KEY, path, "an object with keys of at most 64 characters");
            String place = path + "." + pair.getKey();
            require(pair.getValue().isTextual(), place, "a string");
            require(pair.getValue().textValue().length() <= METADATA_VALUE, place, "at most 512 characters long");
        });
    }

    private static void include(JsonNode value, String path) {
        each(value, path, "a list of strings", TEXT);
    }

    private static void each(JsonNode value, String path, String list, Rule rule) {
        require(value.isArray(), path, list);
        for (int i = 0; i < value.size(); i++) {
            rule.check(value.get(i), path + "[" + i + "]");
        }
    }

    private static void reasoning(JsonNode value, String path) {
        require(value.isObject(), path, "an object");
        check(value, "effort", path, TEXT);
        Rule summary = oneOf("auto", "concise", "detailed");
        check(value, "summary", path, summary);
        check(value, "generate_summary", path, summary);
    }

    private static void text(JsonNode value, String path) {
        require(value.isObject(), path, "an object");
        check(value, "verbosity", path, TEXT);
        check(value, "format", path, (format, place) -> {
            require(format.isObject(), place, "an object");
            String type = requireText(format, "type", place);
            switch (type) {
                case "text", "json_object" -> {}
                case "json_schema" -> {
                    requireText(format, "name", place);
                    require(format.path("schema").isObject(), place + ".schema", "a JSON schema, as an object");
                    check(format, "description", place, TEXT);
                    check(format, "strict", place, FLAG);
                }
                default -> throw Refusal.wrong(place + ".type", "text, json_schema or json_object");
            }
        });
    }

    private static void tools(JsonNode value, String path) {
        require(value.isArray(), path, "a list of tools");
        for (int i = 0; i < value.size(); i++) {
            JsonNode tool = value.get(i);
            String place = path + "[" + i + "]";
            require(tool.isObject(), place, "an object");
            String type = requireText(tool, "type", place);
            if (Set.of("function", "custom").contains(type)) {
                requireText(tool, "name", place);
                check(tool, "description", place, TEXT);
                check(tool, "parameters", place, OBJECT);
                check(tool, "strict", place, FLAG);
            }
        }
    }

    private static void check(JsonNode parent, String name, String path, Rule rule) {
        if (Json.has(parent, name)) {
            rule.check(parent.get(name), path + "." + name);
        }
    }

    static String requireText(JsonNode parent, String name, String path) {
        String place = path + "." + name;
        JsonNode value = parent.get(name);
        if (value == null || value.isNull()) {
            throw Refusal.missing(place);
        }
        require(value.isTextual(), place, "a string");
        return value.textValue();
    }

    static void require(boolean right, String path, String expected) {
        if (!right) {
            throw Refusal.wrong(path, expected);
        }
    }

    private static Rule oneOf(String... known) {
        Set<String> values = Set.of(known);
        String last = known[known.length - 1];
        String others = String.join(", ", List.of(known).subList(0, known.length - 1));
        return (value, path) ->
                require(value.isTextual() && values.contains(value.textValue()), path, others + " or " + last);
    }

    private static void number(JsonNode value, String path, int most) {
        boolean right = value.isNumber()
                && value.decimalValue().signum() >= 0
                && value.decimalValue().compareTo(BigDecimal.valueOf(most)) <= 0;
        require(right, path, "a number from 0 to " + most);
    }

    private static void whole(JsonNode value, String path, int least, int most) {
        boolean right = value.isNumber()
                && value.decimalValue().compareTo(BigDecimal.valueOf(least)) >= 0
                && value.decimalValue().compareTo(BigDecimal.valueOf(most)) <= 0
                && value.decimalValue().remainder(BigDecimal.ONE).signum() == 0;
        require(right, path, "a whole number from " + least + " to " + most);
    }
}
