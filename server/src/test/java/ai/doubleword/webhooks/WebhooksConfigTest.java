package ai.doubleword.webhooks;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class WebhooksConfigTest {
    @Test
    void defaults() {
        WebhooksConfig config = WebhookFixture.config();
        assertThat(config.pauses())
                .containsExactly(
                        Duration.ofSeconds(5),
                        Duration.ofMinutes(5),
                        Duration.ofMinutes(30),
                        Duration.ofHours(2),
                        Duration.ofHours(5),
                        Duration.ofHours(10),
                        Duration.ofHours(14),
                        Duration.ofHours(20),
                        Duration.ofHours(24));
        assertThat(config.timeout()).isEqualTo(Duration.ofSeconds(15));
        assertThat(config.disableAfter()).isEqualTo(Duration.ofDays(5));
        assertThat(config.retention()).isEqualTo(Duration.ofDays(30));
        assertThat(config.endpoints()).isEqualTo(20);
        assertThat(config.poll()).isEqualTo(Duration.ofSeconds(10));
    }
}
