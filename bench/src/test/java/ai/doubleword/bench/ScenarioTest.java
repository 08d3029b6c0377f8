package ai.doubleword.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class ScenarioTest {
    @Test
    void everyScenarioFileIsUnderstood() throws IOException {
        try (var files = Files.newDirectoryStream(Path.of("scenarios"), "*.yaml")) {
            for (Path file : files) {
                Scenario scenario = Scenario.load(file);
                assertThat(scenario.about()).as("%s", file).isNotBlank();
            }
        }
    }

    @Test
    void anUnknownFieldIsRefusedByName() {
        assertThatThrownBy(() -> Scenario.parse("kind: load\nconnections: 1\nrounds: 1\nseconds: 1\nconections: 2"))
                .hasMessageContaining("conections");
    }

    @Test
    void flagsOverrideTheFile() throws IOException {
        Options options = Options.parse("governed-1k", "--seconds", "2", "--vs", "none");
        Scenario scenario = options.adjusted(
                Scenario.parse("kind: load\nconnections: 4\nrounds: 3\nseconds: 9\nwarmup-seconds: 5"));
        assertThat(scenario.seconds()).isEqualTo(2);
        assertThat(scenario.rounds()).isEqualTo(3);
        assertThat(options.wants("nginx")).isFalse();
        assertThat(options.wants("doubleword")).isTrue();
    }
}
