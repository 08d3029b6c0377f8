package ai.doubleword.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class SamplesTest {
    private static final List<String> NAMES = List.of(
            "getting-started/first_call",
            "streaming/stream",
            "chat/plain",
            "chat/tools",
            "chat/json_schema",
            "embeddings/embed");
    private static final String KEY = "dw_sk_4fYbQ0ZpLm2K_9Uq0r2vTzLk3mN8pQs5tVw7yAb1cDe2fGXy3kP1";
    private static final Samples.Values UNFILLED = new Samples.Values("https://dw.example/v1", "a/model", "");
    private static final Samples.Values FILLED = new Samples.Values("https://dw.example/v1", "a/model", KEY);

    private final Samples samples = new Samples();

    @ParameterizedTest
    @EnumSource
    void beforeFillingASampleIsTheFileThatIsExecutedButForTheModel(Language language) throws IOException {
        String shown = samples.text("getting-started/first_call", "doubleword-demo", language, UNFILLED);
        String file = Files.readString(Path.of("../docs/samples/getting-started")
                .resolve(language == Language.JAVA ? "FirstCall.java" : "first_call." + language.ending()));
        assertThat(shown).isEqualTo(file.replace("doubleword-demo", "a/model"));
    }

    @Test
    void afterFillingEverySampleHoldsKeyAndAddressAndReadsNoEnvironment() {
        for (String name : NAMES) {
            String model = name.startsWith("embeddings") ? "all-minilm-l6-v2" : "doubleword-demo";
            for (Language language : samples.languages(name)) {
                String filled = samples.text(name, model, language, FILLED);
                assertThat(filled)
                        .as(name + " in " + language.label())
                        .contains(KEY, "https://dw.example/v1", "a/model")
                        .doesNotContain("DOUBLEWORD_", "{{", model, "import os\n", "\t\"os\"\n");
            }
        }
    }

    @Test
    void theFirstCallIsThereInAllLanguages() {
        assertThat(samples.languages("getting-started/first_call")).containsExactly(Language.values());
    }

    @Test
    void theEnvironmentSetsTheAddressRightAfterTheKey() {
        assertThat(samples.environment(UNFILLED)).isEqualTo("""
                        export DOUBLEWORD_API_KEY="<your key>"
                        export DOUBLEWORD_API_BASE="https://dw.example/v1"
                        """);
    }
}
