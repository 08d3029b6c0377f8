package ai.doubleword.simulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import ai.doubleword.simulator.SimulatedModel.Kind;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SimulatorConfigTest {
    @TempDir
    Path folder;

    private SimulatorConfig load(String yaml) throws Exception {
        return SimulatorConfig.load(Files.writeString(folder.resolve("simulator.yaml"), yaml));
    }

    @Test
    void aFileDescribesModels() throws Exception {
        SimulatorConfig config = load("""
                seed: 7
                models:
                  - name: slow
                    first-token: lognormal 120ms 0.4
                    between-tokens: uniform 10ms..30ms
                    tokens: 50
                    concurrency: 2
                    queue: 5
                    fault: 429?retry-after=2
                  - {name: vectors, kind: embedding, dimensions: 8}
                """);
        assertThat(config.seed()).isEqualTo(7);
        SimulatedModel slow = config.models().getFirst();
        assertThat(slow.kind()).isEqualTo(Kind.CHAT);
        assertThat(slow.size()).isEqualTo(new SimulatedModel.Size(50, 50, 131_072, 384));
        assertThat(slow.capacity()).isEqualTo(new SimulatedModel.Capacity(2, 5));
        assertThat(slow.faults().getFirst().status()).isEqualTo(429);
        assertThat(config.models().getLast().size().dimensions()).isEqualTo(8);
    }

    @Test
    void aMistakeIsNamed() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> load("models: [{name: m, first_token: 1ms}]"))
                .withMessageContaining("model m")
                .withMessageContaining("first_token");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> load("models: [{name: m, first-token: soon}]"))
                .withMessageContaining("soon");
    }

    @Test
    void distributionsHaveTheirCentre() {
        Random random = new Random(1);
        assertThat(Distribution.parse("20ms").sampleNanos(random)).isEqualTo(20_000_000);
        long below = 0;
        for (int i = 0; i < 10_000; i++) {
            long nanos = Distribution.parse("lognormal 100ms 0.5").sampleNanos(random);
            below += nanos < 100_000_000 ? 1 : 0;
            assertThat(Distribution.parse("uniform 1ms..2ms").sampleNanos(random))
                    .isBetween(1_000_000L, 2_000_000L);
        }
        assertThat(below).isBetween(4_800L, 5_200L);
    }
}
