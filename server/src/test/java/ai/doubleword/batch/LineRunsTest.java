package ai.doubleword.batch;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class LineRunsTest {
    @Test
    void anyLinesInAnyOrderComeBackAsTheyWere() {
        Property.holds(2_000, random -> {
            int[] lines = random.ints(random.nextInt(1_001), 0, random.nextBoolean() ? 2_000 : Integer.MAX_VALUE)
                    .toArray();
            assertThat(LineRuns.decode(LineRuns.encode(lines))).isEqualTo(lines);
        });
    }

    @Test
    void linesInTheirOwnOrderTakeAFewBytes() {
        int[] lines = IntStream.range(49_000, 50_000).toArray();
        assertThat(LineRuns.encode(lines)).hasSizeLessThan(6);
        assertThat(LineRuns.decode(LineRuns.encode(lines))).isEqualTo(lines);
    }

    @Test
    void shuffledLinesTakeLessThanFourBytesEach() {
        Property.holds(20, random -> {
            int[] lines = random.ints(1_000, 0, 50_000).toArray();
            assertThat(LineRuns.encode(lines).length).isLessThan(4_000 + 4);
        });
    }
}
