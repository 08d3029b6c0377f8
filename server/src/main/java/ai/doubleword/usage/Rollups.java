package ai.doubleword.usage;

import ai.doubleword.platform.Ids;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// The sums of one drained group, so that each row of a rollup is touched once per group. Given in the order of their
/// keys: nodes that drain at the same time then lock the rows in the same order. Confined to one thread.
final class Rollups {
    private static final long HOUR_MILLIS = 3_600_000;

    private static final Comparator<Sums> BY_HOUR_KEY = Comparator.comparing(
            sums -> sums.key,
            Comparator.comparingLong(HourKey::account)
                    .thenComparingLong(HourKey::hour)
                    .thenComparingLong(HourKey::family)
                    .thenComparingLong(HourKey::member)
                    .thenComparingLong(HourKey::model)
                    .thenComparingInt(HourKey::tier));
    private static final Comparator<TargetSums> BY_TARGET_KEY = Comparator.comparing(
            sums -> sums.key,
            Comparator.comparingLong(TargetKey::model)
                    .thenComparingLong(TargetKey::target)
                    .thenComparingInt(TargetKey::tier)
                    .thenComparingLong(TargetKey::hour));

    private final Map<HourKey, Sums> hours = new HashMap<>();
    private final Map<TargetKey, TargetSums> targets = new HashMap<>();

    void clear() {
        hours.clear();
        targets.clear();
    }

    @SuppressWarnings("EnumOrdinal") // their order is part of the tables, as the enums say
    void add(UsageRecord row) {
        long hour = Ids.millis(row.id()) / HOUR_MILLIS * (HOUR_MILLIS / 1000);
        int tier = row.tier().ordinal();
        HourKey key = new HourKey(hour, row.account(), row.family(), row.member(), row.model(), tier);
        hours.computeIfAbsent(key, Sums::new).add(row);
        targets.computeIfAbsent(new TargetKey(hour, row.model(), row.target(), tier), TargetSums::new)
                .add(row);
    }

    List<Sums> hours() {
        return hours.values().stream().sorted(BY_HOUR_KEY).toList();
    }

    List<TargetSums> targets() {
        return targets.values().stream().sorted(BY_TARGET_KEY).toList();
    }

    /// @param hour epoch seconds of its beginning
    record HourKey(long hour, long account, long family, long member, long model, int tier) {}

    record TargetKey(long hour, long model, long target, int tier) {}

    /// What is added to one row of `rollup_hour`.
    static final class Sums {
        /// requests, failed, refused, estimated, the nine buckets, cost: in the order of the table's columns.
        static final int COUNT = 14;

        final HourKey key;
        final long[] sums = new long[COUNT];

        Sums(HourKey key) {
            this.key = key;
        }

        private void add(UsageRecord row) {
            TokenUsage usage = row.usage();
            boolean refused = row.cause() == Cause.REFUSED;
            sums[0] += row.count();
            sums[1] += !refused && row.status() >= 400 ? row.count() : 0;
            sums[2] += refused ? row.count() : 0;
            sums[3] += usage.estimated() ? row.count() : 0;
            sums[4] += usage.input();
            sums[5] += usage.cacheRead();
            sums[6] += usage.cacheWrite5m();
            sums[7] += usage.cacheWrite1h();
            sums[8] += usage.output();
            sums[9] += usage.reasoning();
            sums[10] += usage.audioInput();
            sums[11] += usage.audioOutput();
            sums[12] += usage.images();
            sums[13] += row.costNanos();
        }
    }

    /// What is added to one row of `rollup_target_hour`.
    static final class TargetSums {
        final TargetKey key;
        final Map<Integer, Long> statuses = new TreeMap<>();
        final long[] causes = new long[Cause.values().length];
        final long[] firstToken = new long[TimeBuckets.COUNT];
        final long[] total = new long[TimeBuckets.COUNT];
        long requests;

        TargetSums(TargetKey key) {
            this.key = key;
        }

        @SuppressWarnings("EnumOrdinal") // their order is part of the table, as the enum says
        private void add(UsageRecord row) {
            requests += row.count();
            statuses.merge(row.status(), (long) row.count(), Long::sum);
            causes[row.cause().ordinal()] += row.count();
            if (row.firstTokenMicros() > 0) {
                firstToken[TimeBuckets.of(row.firstTokenMicros())] += row.count();
            }
            total[TimeBuckets.of(row.totalMicros())] += row.count();
        }
    }
}
