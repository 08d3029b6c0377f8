package ai.doubleword.usage;

import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;

/// How much keys are used, for lists that show it beside each. Reads the rollups only. Blocking, thread-safe.
@Singleton
public final class KeyActivity {
    private final UsageStore store;
    private final Clock clock;

    KeyActivity(UsageStore store, Clock clock) {
        this.store = store;
        this.clock = clock;
    }

    /// The requests of keys on each of the last days, today included, the oldest first; families without any are
    /// absent. Days are those of UTC.
    ///
    /// @param families what keys keep when they are rotated
    public Map<Long, long[]> daily(long account, Collection<Long> families, int days) {
        if (families.isEmpty()) {
            return Map.of();
        }
        Instant first = clock.instant().truncatedTo(ChronoUnit.DAYS).minus(Duration.ofDays(days - 1L));
        Map<Long, long[]> found = new HashMap<>();
        for (UsageStore.FamilyDay day : store.days(account, families, first)) {
            long at = Duration.between(first, day.day()).toDays();
            if (at < days) {
                found.computeIfAbsent(day.family(), family -> new long[days])[(int) at] = day.requests();
            }
        }
        return found;
    }
}
