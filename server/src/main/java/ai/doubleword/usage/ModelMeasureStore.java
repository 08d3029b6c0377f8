package ai.doubleword.usage;

import ai.doubleword.platform.Database;
import ai.doubleword.usage.ModelMeasures.Measured;
import jakarta.inject.Singleton;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/// SQL of what was measured of models, over all accounts: sums only, nothing of anybody's.
@Singleton
final class ModelMeasureStore {
    private static final double MICROS = 1_000_000;
    private static final int FAILED = position(Cause.FAILED);
    private static final int CUT = position(Cause.UPSTREAM_CUT);
    private static final int REFUSED = position(Cause.REFUSED);

    private final Database database;

    ModelMeasureStore(Database database) {
        this.database = database;
    }

    Map<Long, Measured> measured(Instant from) {
        Map<Long, Measured> found = new HashMap<>();
        database.engine()
                .useHandle(handle -> handle.createQuery("""
                        WITH times AS (
                            SELECT t.model, sum(t.requests) AS requests,
                                   sum(t.causes[:failed] + t.causes[:cut]) AS failed,
                                   sum(t.causes[:refused]) AS refused,
                                   array_agg(t.first_token) AS first_token, array_agg(t.total) AS total
                              FROM rollup_target_hour t
                             WHERE t.hour >= :from AND t.tier = 0
                             GROUP BY t.model),
                        tokens AS (
                            SELECT model, sum(output + reasoning) AS output
                              FROM rollup_hour WHERE hour >= :from AND tier = 0 GROUP BY model)
                        SELECT times.model, times.requests, times.failed, times.refused, tokens.output,
                               (SELECT array_agg(sum ORDER BY place) FROM (SELECT place, sum(count) AS sum
                                  FROM unnest(times.first_token) WITH ORDINALITY AS one (count, n),
                                       LATERAL (SELECT (n - 1) % :buckets AS place) AS at GROUP BY place) AS summed)
                                   AS first_token,
                               (SELECT array_agg(sum ORDER BY place) FROM (SELECT place, sum(count) AS sum
                                  FROM unnest(times.total) WITH ORDINALITY AS one (count, n),
                                       LATERAL (SELECT (n - 1) % :buckets AS place) AS at GROUP BY place) AS summed)
                                   AS total
                          FROM times LEFT JOIN tokens USING (model)
                        """)
                        .bind("from", Timestamp.from(from))
                        .bind("buckets", TimeBuckets.COUNT)
                        .bind("failed", FAILED)
                        .bind("cut", CUT)
                        .bind("refused", REFUSED)
                        .map((row, context) -> Map.entry(row.getLong("model"), measured(row)))
                        .forEach(entry -> found.put(entry.getKey(), entry.getValue())));
        return found;
    }

    @SuppressWarnings("EnumOrdinal") // their order is part of the table, as the enum says; its arrays begin at 1
    private static int position(Cause cause) {
        return cause.ordinal() + 1;
    }

    private static Measured measured(ResultSet row) throws SQLException {
        long answered = row.getLong("requests") - row.getLong("refused");
        long[] first = counts(row, "first_token");
        long[] total = counts(row, "total");
        double seconds = (sum(total) - sum(first)) / MICROS;
        boolean streamed = any(first);
        return new Measured(
                answered,
                answered == 0 ? 1 : 1 - row.getLong("failed") / (double) answered,
                streamed ? Optional.of(quantile(first, 0.5) / 1000) : Optional.empty(),
                streamed ? Optional.of(quantile(first, 0.95) / 1000) : Optional.empty(),
                streamed && seconds > 0 ? Optional.of(row.getLong("output") / seconds) : Optional.empty());
    }

    private static long[] counts(ResultSet row, String column) throws SQLException {
        Number[] numbers = (Number[]) row.getArray(column).getArray();
        long[] counts = new long[numbers.length];
        for (int i = 0; i < counts.length; i++) {
            counts[i] = numbers[i].longValue();
        }
        return counts;
    }

    private static boolean any(long[] counts) {
        for (long count : counts) {
            if (count > 0) {
                return true;
            }
        }
        return false;
    }

    /// The middle of a bucket stands for all that is in it.
    private static double middle(int bucket) {
        return (TimeBuckets.floor(bucket) + TimeBuckets.floor(bucket + 1)) / 2.0;
    }

    private static double sum(long[] counts) {
        double sum = 0;
        for (int i = 0; i < counts.length; i++) {
            sum += counts[i] * middle(i);
        }
        return sum;
    }

    private static double quantile(long[] counts, double share) {
        long all = 0;
        for (long count : counts) {
            all += count;
        }
        long wanted = (long) Math.ceil(all * share);
        long seen = 0;
        for (int i = 0; i < counts.length; i++) {
            seen += counts[i];
            if (seen >= wanted) {
                return middle(i);
            }
        }
        return 0;
    }
}
