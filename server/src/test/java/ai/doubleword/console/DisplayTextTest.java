package ai.doubleword.console;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import org.junit.jupiter.api.Test;

/// How pages say times.
class DisplayTextTest {
    private static final Instant NOW = Instant.parse("2026-11-26T12:00:00Z");

    private final DisplayText text = new DisplayText(Clock.fixed(NOW, ZoneOffset.UTC));

    @Test
    void timesAreSaidInRelationToNow() {
        assertThat(text.ago(NOW.minusSeconds(3))).isEqualTo("just now");
        assertThat(text.ago(NOW.minusSeconds(61))).isEqualTo("1 minute ago");
        assertThat(text.ago(NOW.plusSeconds(3))).isEqualTo("in a moment");
        assertThat(text.ago(NOW.plusSeconds(2 * 3_600))).isEqualTo("in 2 hours");
    }

    @Test
    void whatIsExpectedWithinAMinuteIsSoonAlsoWhenThatIsPast() {
        assertThat(text.soon(NOW.minusSeconds(1))).isTrue();
        assertThat(text.soon(NOW.plusSeconds(59))).isTrue();
        assertThat(text.soon(NOW.plusSeconds(60))).isFalse();
    }
}
