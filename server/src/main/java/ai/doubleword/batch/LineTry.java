package ai.doubleword.batch;

import ai.doubleword.usage.UsageRecord;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/// A line that waits to be tried.
///
/// @param place in its chunk
/// @param tries that counted
/// @param lastWait before this try, zero for the first
/// @param failed what went wrong before, or was thrown away beside it, for its usage row
record LineTry(int place, int tries, Duration lastWait, List<UsageRecord.Attempt> failed) {
    /// The same with one more that counts.
    LineTry counted() {
        return new LineTry(place, tries + 1, lastWait, failed);
    }

    /// Internal id of the target where it failed last; 0 if it came to none.
    long failedAt() {
        return failed.isEmpty() ? 0 : failed.getLast().target();
    }

    static LineTry first(int place) {
        return new LineTry(place, 0, Duration.ZERO, List.of());
    }

    /// The same, with what was thrown away beside it.
    LineTry lost(List<UsageRecord.Attempt> calls) {
        if (calls.isEmpty()) {
            return this;
        }
        List<UsageRecord.Attempt> all = new ArrayList<>(failed);
        all.addAll(calls);
        return new LineTry(place, tries, lastWait, all);
    }
}
