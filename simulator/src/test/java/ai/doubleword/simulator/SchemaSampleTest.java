package ai.doubleword.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import java.util.regex.Pattern;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SchemaSampleTest {
    private static final long SEED = 20260301;

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"type\":\"integer\",\"exclusiveMinimum\":3,\"maximum\":9,\"multipleOf\":2}",
                "{\"type\":\"number\",\"minimum\":-1,\"maximum\":1}",
                "{\"type\":\"string\",\"minLength\":40,\"maxLength\":50}",
                "{\"type\":\"string\",\"pattern\":\"^[A-Z]{3}-\\\\d{2,4}(x|yz)?$\"}",
                "{\"type\":\"array\",\"items\":{\"type\":[\"string\",\"null\"]},\"minItems\":4,\"maxItems\":5}",
                "{\"type\":\"array\",\"prefixItems\":[{\"const\":1},{\"type\":\"boolean\"}],\"items\":false}",
                "{\"allOf\":[{\"type\":\"object\",\"properties\":{\"a\":{\"type\":\"integer\"}},\"required\":[\"a\"]},"
                        + "{\"properties\":{\"b\":{\"enum\":[\"x\",\"y\"]}},\"required\":[\"b\"]}]}",
                "{\"anyOf\":[{\"type\":\"null\"},{\"$ref\":\"#/$defs/date\"}],"
                        + "\"$defs\":{\"date\":{\"type\":\"string\",\"format\":\"date-time\"}}}",
                "{\"$ref\":\"#/$defs/node\",\"$defs\":{\"node\":{\"type\":\"object\",\"properties\":{"
                        + "\"value\":{\"type\":\"integer\"},\"next\":{\"anyOf\":[{\"$ref\":\"#/$defs/node\"},"
                        + "{\"type\":\"null\"}]}},\"required\":[\"value\",\"next\"],\"additionalProperties\":false}}}"
            })
    void everySampleIsAcceptedByItsSchema(String schema) throws Exception {
        for (int i = 0; i < 50; i++) {
            String sample = SchemaSample.of(SimulatorHttp.MAPPER.readTree(schema), new Random(SEED + i))
                    .toString();
            assertThat(ChatTest.complaints(schema, sample))
                    .as("%s, seed %d", sample, SEED + i)
                    .isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"[a-f0-9]{8}", "(foo|ba[rz])+\\.\\w*", "[^\\s\"]{2,}", "^\\+?[1-9]\\d{1,14}$", "a?b*c"})
    void everyTextMatchesItsPattern(String pattern) {
        for (int i = 0; i < 50; i++) {
            assertThat(PatternSample.of(pattern, new Random(SEED + i)))
                    .as("seed %d", SEED + i)
                    .matches(Pattern.compile(pattern));
        }
    }
}
