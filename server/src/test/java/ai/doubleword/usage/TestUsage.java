package ai.doubleword.usage;

import ai.doubleword.platform.Database;
import ai.doubleword.platform.Ids;
import ai.doubleword.platform.Tier;
import java.time.Clock;
import java.time.Duration;
import java.util.List;

/// Usage for tests of those who record it themselves.
public final class TestUsage {
    private TestUsage() {}

    public static UsageGroups groups(Database database) {
        Partitions partitions = new Partitions(
                new PartitionStore(database.engine()), Clock.systemUTC(), Duration.ofDays(30), Duration.ofDays(365));
        partitions.makeAhead();
        return new UsageGroups(partitions);
    }

    /// The row of a line that was answered, for five nano-dollars.
    public static UsageRecord line(Ids ids, long account, long batch, int line) {
        return new UsageRecord(
                ids.next(),
                "chat/completions",
                "key0000000AB",
                10,
                100,
                account,
                7,
                Tier.BATCH,
                70,
                200,
                Cause.COMPLETED,
                null,
                new TokenUsage(3, 0, 0, 0, 2, 0, 0, 0, 0, false),
                5,
                1,
                0,
                batch,
                line,
                1,
                0,
                1000,
                false,
                1,
                List.of());
    }
}
