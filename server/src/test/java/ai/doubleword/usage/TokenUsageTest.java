package ai.doubleword.usage;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class TokenUsageTest {
    @Test
    void whatNobodyReportedIsEstimatedAndNeverZero() {
        TokenUsage usage = TokenUsage.unreported(0, 0);
        assertThat(usage.estimated()).isTrue();
        assertThat(usage.total()).isEqualTo(1);
    }
}
