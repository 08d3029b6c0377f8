package ai.doubleword.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class JsonSchemaTest {
    enum Mood {
        CALM,
        STORMY
    }

    static class Port {
        public @Nullable String name;
        public int berths;
        public @Nullable Mood mood;
        public @Nullable List<String> ships;
    }

    @Test
    void answerIsAnObjectOfTheClass() {
        var question =
                World.question("Describe a port.").responseFormat(Port.class).build();
        Port port = World.client()
                .chat()
                .completions()
                .create(question)
                .choices()
                .getFirst()
                .message()
                .content()
                .orElseThrow();
        assertThat(port.name).isNotNull();
        assertThat(port.mood).isNotNull();
        assertThat(port.ships).isNotNull();
    }
}
