package ai.doubleword.keys;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.util.Locale;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

class KeyFormatTest {
    private static final String DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

    @Test
    @Tag("S-01")
    void publishedVectorsHold() throws IOException {
        JsonNode vectors;
        try (InputStream file = Objects.requireNonNull(KeyFormat.class.getResourceAsStream("key-format.json"))) {
            vectors = new ObjectMapper().readTree(file);
        }

        assertThat(vectors.get("regex").textValue()).isEqualTo(KeyFormat.PATTERN.pattern());
        assertThat(vectors.get("length").intValue()).isEqualTo(KeyFormat.LENGTH);
        for (JsonNode vector : vectors.get("valid")) {
            String key = vector.get("key").textValue();
            KeyType type = KeyFormat.check(key);
            assertThat(type).as(key).isNotNull();
            assertThat(Objects.requireNonNull(type).name().toLowerCase(Locale.ROOT))
                    .isEqualTo(vector.get("type").textValue());
            assertThat(KeyFormat.id(key)).isEqualTo(vector.get("id").textValue());
            assertThat(key).matches(KeyFormat.PATTERN);
        }
        for (JsonNode vector : vectors.get("invalid")) {
            assertThat(KeyFormat.check(vector.get("text").textValue()))
                    .as(vector.get("because").textValue())
                    .isNull();
        }
    }

    @Test
    @Tag("S-22")
    void composedKeysCheckAndAnySingleChangeDoesNot() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        for (int round = 0; round < 500; round++) {
            KeyType type = random.nextBoolean() ? KeyType.INFERENCE : KeyType.PLATFORM;
            String id = digits(random, KeyFormat.ID_LENGTH);
            String key = KeyFormat.compose(type, id, digits(random, KeyFormat.SECRET_LENGTH));

            assertThat(KeyFormat.check(key)).as("seed %d", seed).isEqualTo(type);
            assertThat(KeyFormat.id(key)).isEqualTo(id);
            int at = random.nextInt(key.length());
            char other = (char) random.nextInt(random.nextBoolean() ? 128 : Character.MAX_VALUE);
            if (other != key.charAt(at)) {
                String changed = key.substring(0, at) + other + key.substring(at + 1);
                assertThat(KeyFormat.check(changed))
                        .as("seed %d, %s", seed, changed)
                        .isNull();
            }
        }
    }

    @Test
    @Tag("S-22")
    void noTextMakesTheParserFail() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        for (int round = 0; round < 20_000; round++) {
            int length = random.nextInt(4) == 0 ? KeyFormat.LENGTH : random.nextInt(80);
            StringBuilder text = new StringBuilder(random.nextBoolean() ? "dw_sk_" : "");
            while (text.length() < length) {
                text.append((char) random.nextInt(random.nextBoolean() ? 128 : Character.MAX_VALUE + 1));
            }

            assertThat(KeyFormat.check(text)).as("seed %d", seed).isNull();
        }
    }

    private static String digits(Random random, int count) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < count; i++) {
            text.append(DIGITS.charAt(random.nextInt(DIGITS.length())));
        }
        return text.toString();
    }
}
