package ai.doubleword.translation;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;

/// JSON as this package reads it: bounded in depth, no name twice in an object, numbers as they were written.
final class Json {
    static final int MAX_DEPTH = 128;

    private static final ObjectMapper STRICT = mapper(JsonFactory.builder()
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNestingDepth(MAX_DEPTH)
                    .maxStringLength(Integer.MAX_VALUE)
                    .build())
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .build());

    private static final ObjectMapper LENIENT = mapper(JsonFactory.builder()
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNestingDepth(512)
                    .maxStringLength(Integer.MAX_VALUE)
                    .build())
            .build());

    private Json() {}

    private static ObjectMapper mapper(JsonFactory factory) {
        return JsonMapper.builder(factory)
                .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
                .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
                .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                .build();
    }

    /// For what clients send.
    static ObjectMapper strict() {
        return STRICT;
    }

    /// For what models answer.
    static ObjectMapper lenient() {
        return LENIENT;
    }

    static ObjectNode object() {
        return LENIENT.createObjectNode();
    }

    static ArrayNode array() {
        return LENIENT.createArrayNode();
    }

    static byte[] bytes(JsonNode tree) {
        return tree.toString().getBytes(StandardCharsets.UTF_8);
    }

    /// A member that is there and not null.
    static boolean has(JsonNode tree, String name) {
        return tree.hasNonNull(name);
    }

    /// A member's text; empty where it is absent or no string.
    static String text(JsonNode tree, String name) {
        JsonNode value = tree.get(name);
        return value != null && value.isTextual() ? value.textValue() : "";
    }
}
