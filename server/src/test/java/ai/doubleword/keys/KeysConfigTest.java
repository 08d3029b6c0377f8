package ai.doubleword.keys;

import static org.assertj.core.api.Assertions.assertThat;

import io.quarkus.runtime.configuration.DurationConverter;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class KeysConfigTest {
    @Test
    void defaultsAreTheDocumentedOnes() {
        KeysConfig config = new SmallRyeConfigBuilder()
                .withConverter(Duration.class, 100, new DurationConverter())
                .withMapping(KeysConfig.class)
                .build()
                .getConfigMapping(KeysConfig.class);

        assertThat(config.outageLease()).isEqualTo(Duration.ofMinutes(10));
        assertThat(config.poll()).isEqualTo(Duration.ofMillis(500));
    }
}
