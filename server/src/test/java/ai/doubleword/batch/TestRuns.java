package ai.doubleword.batch;

import ai.doubleword.billing.Tariff;
import ai.doubleword.platform.Tier;
import java.time.Instant;
import java.util.Map;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/// Chunks whose lines are never read, for tests of what is begun when.
final class TestRuns {
    private TestRuns() {}

    /// A batch of one chunk.
    ///
    /// @param tokens that each line is expected to take
    static ChunkRun run(long id, long account, Tier tier, @Nullable Instant expires, int lines, long tokens) {
        Batch batch = new Batch(
                id,
                account,
                "key",
                1,
                1,
                1,
                "",
                "",
                tier,
                0,
                0,
                false,
                Map.of(),
                lines,
                0,
                0,
                BatchStatus.IN_PROGRESS,
                new Batch.Times(Instant.EPOCH, null, expires, null, null, null, null, null, null, null),
                Batch.Used.NOTHING,
                Batch.Promise.NONE);
        ChunkStore.Claimed claimed = new ChunkStore.Claimed(
                new ChunkStore.Key(id, 0),
                1,
                "gpt",
                0,
                LineBits.none(lines),
                IntStream.range(0, lines).toArray());
        return new ChunkRun(batch, claimed, Tariff.FREE, new Requests(lines, tokens));
    }

    private record Requests(int count, long each) implements ChunkRequests {
        @Override
        public int number(int place) {
            return place;
        }

        @Override
        public long tokens(int place) {
            return each;
        }

        @Override
        public LineInput read(int place) {
            throw new UnsupportedOperationException("nothing is run here");
        }
    }
}
