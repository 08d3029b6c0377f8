package ai.doubleword.batch;

import static org.assertj.core.api.Assertions.assertThat;

import io.quarkus.runtime.configuration.DurationConverter;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class BatchConfigTest {
    @Test
    void defaults() {
        BatchConfig config = new SmallRyeConfigBuilder()
                .withConverter(Duration.class, 100, new DurationConverter())
                .withMapping(BatchConfig.class)
                .build()
                .getConfigMapping(BatchConfig.class);
        assertThat(config.concurrency()).isEqualTo(64);
        assertThat(config.poll()).isEqualTo(Duration.ofSeconds(5));
        assertThat(config.patience()).isEqualTo(Duration.ofHours(24));
        assertThat(config.keep()).isEqualTo(Duration.ofDays(30));
        assertThat(config.retention()).isEqualTo(Duration.ofDays(365));
        assertThat(config.admission()).isEqualTo(BatchConfig.Admission.OPEN);
    }
}
