package ai.doubleword.batch;

import static org.assertj.core.api.Assertions.assertThat;

import ai.doubleword.jsonl.LineEndpoint;
import ai.doubleword.jsonl.LineEntry;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class PlannerTest {
    @Test
    void everyLineIsInExactlyOneChunkOfItsModel() {
        Property.holds(300, random -> {
            int lines = random.nextInt(1, 5_000);
            String[] models = new String[lines];
            Planner planner = new Planner();
            for (int i = 0; i < lines; i++) {
                models[i] = "model-" + random.nextInt(3);
                planner.add(i, line(i, models[i], random.nextInt(1, 20_000), random.nextInt(40)));
            }
            Set<Integer> seen = new HashSet<>();
            for (PlannedChunk chunk : planner.chunks()) {
                assertThat(chunk.lines().length).isBetween(1, Planner.MOST_LINES);
                for (int line : chunk.lines()) {
                    assertThat(models[line]).isEqualTo(chunk.model());
                    assertThat(seen.add(line)).isTrue();
                }
            }
            assertThat(seen).hasSize(lines);
        });
    }

    @Test
    void aFileOfOneKindRunsInItsOwnOrder() {
        Planner planner = new Planner();
        for (int i = 0; i < 2_500; i++) {
            planner.add(i, line(i, "m", 10, i));
        }
        List<PlannedChunk> chunks = planner.chunks();
        assertThat(chunks).extracting(chunk -> chunk.lines().length).containsExactly(1_000, 1_000, 500);
        assertThat(chunks.get(1).lines())
                .isEqualTo(IntStream.range(1_000, 2_000).toArray());
    }

    @Test
    void linesThatBeginAlikeRunTogetherHoweverTheyAreShuffled() {
        Property.holds(50, random -> {
            Planner planner = new Planner();
            int[] prefixes = new int[900];
            for (int i = 0; i < 900; i++) {
                int prefix = random.nextInt(16);
                prefixes[i] = prefix;
                planner.add(i, line(i, "m", 10, prefix));
            }
            int[] order = planner.chunks().getFirst().lines();
            int changes = 0;
            for (int i = 1; i < order.length; i++) {
                changes += prefixes[order[i]] == prefixes[order[i - 1]] ? 0 : 1;
            }
            assertThat(changes).isEqualTo(15);
        });
    }

    @Test
    void longLinesMakeShorterChunks() {
        Planner planner = new Planner();
        for (int i = 0; i < 1_000; i++) {
            planner.add(i, line(i, "m", 100_000, i));
        }
        assertThat(planner.chunks()).extracting(chunk -> chunk.lines().length).containsExactly(256, 256, 256, 232);
    }

    private static LineEntry line(int position, String model, int inputTokens, int prefix) {
        return new LineEntry(
                position + 1,
                position * 100L,
                99,
                50,
                40,
                position,
                LineEndpoint.CHAT,
                model,
                inputTokens,
                16,
                new LineEntry.Prefixes(prefix, prefix * 31, prefix * 57, position));
    }
}
