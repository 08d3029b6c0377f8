package ai.doubleword.demo;

import static org.assertj.core.api.Assertions.assertThat;

import ai.doubleword.billing.Tariff;
import ai.doubleword.keys.ApiKey;
import ai.doubleword.keys.KeyTerms;
import ai.doubleword.keys.KeyType;
import ai.doubleword.models.DemoModels;
import ai.doubleword.usage.UsageRecord;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class DemoHistoryTest {
    private static final Instant MONDAY = Instant.parse("2026-11-02T00:00:00Z");
    private static final Instant LATER = MONDAY.plus(Duration.ofDays(40));
    private static final Tariff TARIFF =
            new Tariff(9, 1_000_000_000, 100_000_000, 0, 0, 3_000_000_000L, 3_000_000_000L, 0, 0, 0, Instant.EPOCH);

    @Test
    void aMonthIsPlausibleAndPriced() {
        List<UsageRecord> rows = new ArrayList<>();
        DemoHistory history = history();
        for (int hour = 0; hour < DemoHistory.DAYS * 24; hour++) {
            rows.addAll(history.hour(MONDAY.plus(Duration.ofHours(hour)), hour / 24, LATER));
        }
        assertThat(rows).hasSizeBetween(10_000, 40_000);
        assertThat(rows).isSortedAccordingTo(Comparator.comparingLong(UsageRecord::id));
        assertThat(rows.stream().map(UsageRecord::id)).doesNotHaveDuplicates();
        assertThat(rows.stream().filter(row -> row.status() >= 400).count() / (double) rows.size())
                .isBetween(0.005, 0.03);
        assertThat(rows).allSatisfy(row -> {
            assertThat(row.costNanos()).isEqualTo(TARIFF.cost(row.usage()).value());
            assertThat(row.firstTokenMicros()).isLessThanOrEqualTo(row.totalMicros());
        });
    }

    @Test
    void nothingIsMadeUpOfTheFuture() {
        Instant now = MONDAY.plus(Duration.ofMinutes(630));
        assertThat(history().hour(MONDAY.plus(Duration.ofHours(10)), 0, now))
                .isNotEmpty()
                .allSatisfy(row ->
                        assertThat(ai.doubleword.platform.Ids.millis(row.id())).isLessThan(now.toEpochMilli()));
    }

    @Test
    void theSameSeedMakesTheSameHistory() {
        Instant hour = MONDAY.plus(Duration.ofHours(12));
        assertThat(history().hour(hour, 3, LATER)).isEqualTo(history().hour(hour, 3, LATER));
    }

    private static DemoHistory history() {
        List<ApiKey> keys = LongStream.range(0, 5)
                .mapToObj(n -> new ApiKey(
                        "key" + n,
                        n,
                        n,
                        n,
                        null,
                        false,
                        KeyType.INFERENCE,
                        KeyTerms.named("k"),
                        null,
                        null,
                        null,
                        "",
                        null,
                        MONDAY))
                .toList();
        List<DemoModels.Made> models = LongStream.range(0, 5)
                .mapToObj(n -> new DemoModels.Made(n + 1, "m" + n, n + 10, TARIFF))
                .toList();
        return new DemoHistory(keys, models, 42);
    }
}
