package ai.doubleword.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class CpuMeterTest {
    @Test
    void aProcessIsReadDespiteItsName() {
        String stat = "42 (a) b (c) S 7 42 42 0 -1 4194304 1 2 3 4 100 20 3 1 20 0 9 0 555 1000000 2560 184467";
        assertThat(CpuMeter.parse(stat)).containsExactly(42, 7, 124, 2560);
    }

    @Test
    void thisProcessUsesCpuAndMemory() {
        CpuMeter.Reading reading = CpuMeter.of(List.of(ProcessHandle.current().pid()));
        assertThat(reading.micros()).isPositive();
        assertThat(reading.mainResidentMib()).isGreaterThan(10);
    }
}
