package ai.doubleword.platform;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.core.util.Separators;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectWriter;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.datatype.jdk8.Jdk8Module;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import io.quarkus.jackson.ObjectMapperCustomizer;
import jakarta.inject.Singleton;

/// How the management API writes and reads JSON: `snake_case`, RFC 3339 times, absent instead of null, no key twice,
/// none that is unknown, nested at most [#MAX_DEPTH] deep.
@Singleton
public final class JsonFormat implements ObjectMapperCustomizer {
    /// How deep a request's JSON may be nested, on every plane.
    public static final int MAX_DEPTH = 128;

    private static final ObjectMapper TREES = new ObjectMapper();

    private static final ObjectWriter LINES = TREES.writer(new DefaultPrettyPrinter()
            .withSeparators(Separators.createDefaultInstance().withObjectFieldValueSpacing(Separators.Spacing.AFTER)));

    @Override
    public void customize(ObjectMapper mapper) {
        mapper.setPropertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
                .setDefaultPropertyInclusion(JsonInclude.Include.NON_ABSENT)
                .disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS)
                .enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION)
                .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES);
        mapper.getFactory()
                .setStreamReadConstraints(StreamReadConstraints.builder()
                        .maxNestingDepth(MAX_DEPTH)
                        .build());
    }

    /// The one mapper for JSON that is not the management API's, such as what models answer: names, values and order
    /// stay as they came. Everybody shares it, so nobody configures it.
    public static ObjectMapper trees() {
        return TREES;
    }

    /// JSON for people: a line for each field.
    public static String readable(JsonNode json) {
        try {
            return LINES.writeValueAsString(json);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("a tree becomes text", e);
        }
    }

    /// A mapper of this format, for code that runs without the frame.
    public static ObjectMapper mapper() {
        ObjectMapper mapper = new ObjectMapper().registerModules(new JavaTimeModule(), new Jdk8Module());
        new JsonFormat().customize(mapper);
        return mapper;
    }
}
