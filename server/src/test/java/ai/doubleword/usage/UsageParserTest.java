package ai.doubleword.usage;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/// Each golden file holds an answer in a provider's publicly documented shape, and the buckets it must map to.
class UsageParserTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Path GOLDEN = Path.of("src/test/resources/usage");

    @TestFactory
    Stream<DynamicTest> mapsEveryProvidersAnswerToItsBuckets() throws IOException {
        return files().stream()
                .map(file -> DynamicTest.dynamicTest(GOLDEN.relativize(file).toString(), () -> {
                    JsonNode golden = JSON.readTree(file.toFile());
                    assertThat(parse(JSON.writeValueAsBytes(golden.get("answer"))))
                            .isEqualTo(expected(golden.get("expected")));
                }));
    }

    @Test
    void readsOnlyTheGivenRange() {
        byte[] event = "data: {\"usage\":{\"prompt_tokens\":3,\"completion_tokens\":4}}\n\n".getBytes(UTF_8);
        ReportedUsage reported = UsageParser.parse(event, 6, event.length - 8);
        assertThat(reported).isNotNull();
        assertThat(Objects.requireNonNull(reported).usage().total()).isEqualTo(7);
    }

    @Test
    void keepsWhatWasReadBeforeABodyBreaksOff() {
        ReportedUsage reported =
                parse("{\"usage\":{\"prompt_tokens\":3,\"completion_tokens\":4},\"x\":[tru".getBytes(UTF_8));
        assertThat(Objects.requireNonNull(reported).usage().totalOutput()).isEqualTo(4);
    }

    @Test
    @Tag("S-22")
    void survivesAnyBytesAndNeverReportsWhatDoesNotAddUp() throws IOException {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        List<Path> files = files();
        for (int i = 0; i < 20_000; i++) {
            byte[] body = JSON.writeValueAsBytes(
                    JSON.readTree(files.get(random.nextInt(files.size())).toFile())
                            .get("answer"));
            for (int cut = random.nextInt(4); cut >= 0; cut--) {
                body[random.nextInt(body.length)] = (byte) random.nextInt(256);
            }
            ReportedUsage reported = parse(body);
            if (reported != null) {
                assertThat(reported.usage().total())
                        .as("seed %d, round %d", seed, i)
                        .isPositive();
            }
        }
    }

    private static List<Path> files() throws IOException {
        try (Stream<Path> files = Files.walk(GOLDEN)) {
            return files.filter(file -> file.toString().endsWith(".json"))
                    .sorted()
                    .toList();
        }
    }

    private static @Nullable ReportedUsage parse(byte[] json) {
        return UsageParser.parse(json, 0, json.length);
    }

    private static @Nullable ReportedUsage expected(JsonNode bucket) {
        if (bucket.isNull()) {
            return null;
        }
        TokenUsage usage = new TokenUsage(
                bucket.path("input").asLong(),
                bucket.path("cache_read").asLong(),
                bucket.path("cache_write_5m").asLong(),
                bucket.path("cache_write_1h").asLong(),
                bucket.path("output").asLong(),
                bucket.path("reasoning").asLong(),
                bucket.path("audio_input").asLong(),
                bucket.path("audio_output").asLong(),
                0,
                false);
        return new ReportedUsage(usage, bucket.path("reconciled").asBoolean());
    }
}
