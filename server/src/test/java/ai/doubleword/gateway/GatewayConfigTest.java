package ai.doubleword.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.smallrye.config.SmallRyeConfigBuilder;
import org.junit.jupiter.api.Test;

class GatewayConfigTest {
    @Test
    void defaults() {
        GatewayConfig config = new SmallRyeConfigBuilder()
                .withMapping(GatewayConfig.class)
                .build()
                .getConfigMapping(GatewayConfig.class);
        assertThat(config.maxBody()).as("bytes").isEqualTo(32 << 20);
        assertThat(config.bodyShareOfHeap()).isEqualTo(0.25);
    }
}
