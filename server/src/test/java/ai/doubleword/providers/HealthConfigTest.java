package ai.doubleword.providers;

import static org.assertj.core.api.Assertions.assertThat;

import io.quarkus.runtime.configuration.DurationConverter;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class HealthConfigTest {
    @Test
    void defaults() {
        HealthConfig config = new SmallRyeConfigBuilder()
                .withConverter(Duration.class, 100, new DurationConverter())
                .withMapping(HealthConfig.class)
                .build()
                .getConfigMapping(HealthConfig.class);
        assertThat(config.interval()).isEqualTo(Duration.ofSeconds(30));
    }
}
