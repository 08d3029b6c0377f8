package ai.doubleword.mail;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

class MailConfigTest {
    @Test
    void defaults() {
        MailConfig config = TestMails.config(Map.of());
        assertThat(config.host()).isEmpty();
        assertThat(config.port()).isEqualTo(587);
        assertThat(config.tls()).isEqualTo(MailConfig.Encryption.STARTTLS);
        assertThat(config.username()).isEmpty();
        assertThat(config.password()).isEmpty();
        assertThat(config.from()).isEmpty();
    }
}
