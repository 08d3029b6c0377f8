package ai.doubleword.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.quarkus.runtime.configuration.DurationConverter;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class GatewayConfigTest {
    @Test
    void defaults() {
        GatewayConfig config = new SmallRyeConfigBuilder()
                .withConverter(Duration.class, 100, new DurationConverter())
                .withMapping(GatewayConfig.class)
                .build()
                .getConfigMapping(GatewayConfig.class);
        assertThat(config.maxBody()).as("bytes").isEqualTo(32 << 20);
        assertThat(config.bodyTimeout()).isEqualTo(Duration.ofMinutes(5));
        assertThat(config.bodyShareOfHeap()).isEqualTo(0.25);
    }
}
