package ai.doubleword.models;

import static org.assertj.core.api.Assertions.assertThat;

import ai.doubleword.billing.Tariff;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class WorkloadTest {
    /// $1 in, $0.1 cached, $3 out, per million.
    private static final Tariff TARIFF =
            new Tariff(1, 1_000_000_000, 100_000_000, 0, 0, 3_000_000_000L, 0, 0, 0, 0, Instant.EPOCH);

    @Test
    void aDayAndAMonthAreExact() {
        Workload workload = new Workload(1_000, 2_000, 500, 25);
        // 1.5 million at $1, 0.5 million at $0.1, 0.5 million at $3
        assertThat(workload.perDay(TARIFF)).isEqualByComparingTo("3.05");
        assertThat(workload.perMonth(TARIFF)).isEqualByComparingTo("91.5");
        assertThat(new Workload(1, 1, 0, 0).perDay(TARIFF)).isEqualByComparingTo("0.000001");
    }

    @Test
    void theLargestWorkloadDoesNotOverflow() {
        Workload workload = Workload.parse("9999999999", "99999999", "99999999", "0");
        assertThat(workload).isEqualTo(new Workload(1_000_000_000, 10_000_000, 10_000_000, 0));
        assertThat(workload.perDay(TARIFF)).isEqualByComparingTo("40000000000");
    }

    @Test
    void whatIsNoNumberIsTheUsual() {
        assertThat(Workload.parse("", "-1", "1e9", "x")).isEqualTo(Workload.USUAL);
        assertThat(Workload.parse("5", "6", "7", "101")).isEqualTo(new Workload(5, 6, 7, 100));
    }
}
