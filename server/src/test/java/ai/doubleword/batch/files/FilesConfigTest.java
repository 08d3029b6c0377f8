package ai.doubleword.batch.files;

import static org.assertj.core.api.Assertions.assertThat;

import io.quarkus.runtime.configuration.DurationConverter;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class FilesConfigTest {
    @Test
    void defaults() {
        FilesConfig config = new SmallRyeConfigBuilder()
                .withConverter(Duration.class, 100, new DurationConverter())
                .withMapping(FilesConfig.class)
                .build()
                .getConfigMapping(FilesConfig.class);
        assertThat(config.maxBytes()).isEqualTo(200L << 20);
        assertThat(config.maxLines()).isEqualTo(50_000);
        assertThat(config.maxLineBytes()).isEqualTo(32 << 20);
        assertThat(config.largeLinesAtOnce()).isEqualTo(2);
        assertThat(config.stallTimeout()).isEqualTo(Duration.ofMinutes(1));
        assertThat(config.retention()).isEqualTo(Duration.ofDays(30));
        assertThat(config.recordRetention()).isEqualTo(Duration.ofDays(365));
    }
}
