package ai.doubleword.usage;

import static org.assertj.core.api.Assertions.assertThat;

import io.quarkus.runtime.configuration.DurationConverter;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class UsageConfigTest {
    @Test
    void defaults() {
        UsageConfig config = new SmallRyeConfigBuilder()
                .withConverter(Duration.class, 100, new DurationConverter())
                .withMapping(UsageConfig.class)
                .build()
                .getConfigMapping(UsageConfig.class);
        assertThat(config.durability()).isEqualTo(UsageConfig.Durability.PROCESS);
        assertThat(config.journal().maxBytes()).isEqualTo(1L << 30);
        assertThat(config.retention()).isEqualTo(Duration.ofDays(90));
        assertThat(config.rollupRetention()).isEqualTo(Duration.ofDays(800));
    }
}
