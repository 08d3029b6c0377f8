package ai.doubleword.batch;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class PreferencesTest {
    @Test
    void aWaitIsReadAmongOtherPreferences() {
        assertThat(Preferences.wait("wait=30")).isEqualTo(Duration.ofSeconds(30));
        assertThat(Preferences.wait("respond-async, Wait = 5")).isEqualTo(Duration.ofSeconds(5));
        assertThat(Preferences.wait("wait=\"7\"; foo=bar")).isEqualTo(Duration.ofSeconds(7));
    }

    @Test
    void nobodyWaitsLongerThanAMinute() {
        assertThat(Preferences.wait("wait=86400")).isEqualTo(Duration.ofMinutes(1));
    }

    @Test
    void whatIsNoWaitIsNone() {
        assertThat(Preferences.wait(null)).isZero();
        assertThat(Preferences.wait("await=30")).isZero();
        assertThat(Preferences.wait("wait=soon")).isZero();
        assertThat(Preferences.wait("wait=99999999999")).isZero();
    }
}
