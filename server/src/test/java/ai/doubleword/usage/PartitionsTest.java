package ai.doubleword.usage;

import static org.assertj.core.api.Assertions.assertThat;

import ai.doubleword.platform.TestDatabase;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class PartitionsTest {
    private final TestDatabase database = TestDatabase.create();
    private final PartitionStore store = new PartitionStore(database.database().engine());
    private Instant now = Instant.parse("2026-02-25T23:59:59Z");
    private final InstantSource clock = () -> now;
    private final Partitions partitions =
            new Partitions(store, clock.withZone(ZoneOffset.UTC), Duration.ofDays(3), Duration.ofDays(30));

    @AfterEach
    void close() {
        database.close();
    }

    @Test
    void todayAndAWeekAheadAreThereWheneverItIsLookedAfter() {
        partitions.makeAhead();
        assertThat(store.days()).isEqualTo(days("2026-02-25", "2026-03-04"));
        partitions.makeAhead();
        assertThat(store.days()).isEqualTo(days("2026-02-25", "2026-03-04"));

        now = now.plusSeconds(1);
        partitions.makeAhead();
        assertThat(store.days()).isEqualTo(days("2026-02-25", "2026-03-05"));
    }

    @Test
    void daysAreDroppedOnlyWhenAllOfThemIsPastRetention() {
        partitions.makeAhead();
        now = Instant.parse("2026-02-28T23:59:59Z");
        partitions.makeAhead();
        partitions.dropOld();
        assertThat(store.days()).as("three days ago is kept").isEqualTo(days("2026-02-25", "2026-03-07"));

        now = now.plusSeconds(1);
        partitions.makeAhead();
        partitions.dropOld();
        assertThat(store.days()).isEqualTo(days("2026-02-26", "2026-03-08"));
    }

    @Test
    void aNodeThatSleptForLongCatchesUp() {
        partitions.makeAhead();
        now = now.plus(Duration.ofDays(365));
        partitions.makeAhead();
        partitions.dropOld();
        assertThat(store.days()).isEqualTo(days("2027-02-25", "2027-03-04"));
    }

    private static List<LocalDate> days(String first, String last) {
        return LocalDate.parse(first)
                .datesUntil(LocalDate.parse(last).plusDays(1))
                .toList();
    }
}
