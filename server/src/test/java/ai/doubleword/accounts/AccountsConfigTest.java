package ai.doubleword.accounts;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class AccountsConfigTest {
    @Test
    void defaults() {
        AccountsConfig config = SignInFixture.config();
        assertThat(config.registration()).isEqualTo(AccountsConfig.Registration.OFF);
        assertThat(config.domains()).isEmpty();
        assertThat(config.session().idle()).isEqualTo(Duration.ofHours(12));
        assertThat(config.session().absolute()).isEqualTo(Duration.ofDays(7));
    }
}
