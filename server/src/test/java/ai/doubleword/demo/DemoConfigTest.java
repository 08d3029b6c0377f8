package ai.doubleword.demo;

import static org.assertj.core.api.Assertions.assertThat;

import io.quarkus.runtime.configuration.DurationConverter;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class DemoConfigTest {
    @Test
    void defaults() {
        DemoConfig config = new SmallRyeConfigBuilder()
                .withConverter(Duration.class, 100, new DurationConverter())
                .withMapping(DemoConfig.class)
                .build()
                .getConfigMapping(DemoConfig.class);
        assertThat(config.onStart()).isFalse();
        assertThat(config.callsFor()).isEqualTo(Duration.ofSeconds(60));
    }
}
