package ai.doubleword.usage;

import ai.doubleword.accounts.Accounts;
import ai.doubleword.accounts.Caller;
import ai.doubleword.usage.RequestsResource.Entry;
import ai.doubleword.usage.UsageQuery.Dimension;
import jakarta.inject.Singleton;
import java.math.BigDecimal;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.EnumSet;
import java.util.List;
import java.util.Objects;

/// What happens in an account, for its first page: as much as the caller may see. Reads rollups, and a handful of the
/// newest requests. Blocking, thread-safe.
@Singleton
public final class AccountActivity {
    private static final int NEWEST = 6;
    private static final Duration LOOK_BACK = Duration.ofDays(7);
    private static final Duration AHEAD = Duration.ofMinutes(5);

    private final UsageStore store;
    private final RequestLogStore log;
    private final Accounts accounts;
    private final Clock clock;

    AccountActivity(UsageStore store, RequestLogStore log, Accounts accounts, Clock clock) {
        this.store = store;
        this.log = log;
        this.accounts = accounts;
        this.clock = clock;
    }

    /// A request in a few words.
    ///
    /// @param id as users see it
    /// @param model empty if it was refused before a model was known
    public record Recent(String id, Instant time, String model, int status, String errorCode, String cost) {}

    /// Today in UTC.
    ///
    /// @param ever whether any request is known at all
    /// @param newest the newest requests of the last seven days
    public record Today(boolean ever, long requests, long failed, long tokens, BigDecimal cost, List<Recent> newest) {
        /// Nothing, or nothing that the reader may see.
        public static final Today NONE = new Today(false, 0, 0, 0, BigDecimal.ZERO, List.of());
    }

    /// What the caller may see of today.
    public Today today(Caller caller) {
        Viewer viewer = Viewer.of(caller, accounts);
        Instant now = clock.instant();
        List<UsageSums> sums = store.sums(
                viewer, UsageQuery.between(now.truncatedTo(ChronoUnit.DAYS), now, EnumSet.noneOf(Dimension.class)));
        List<Entry> newest =
                log.entries(viewer, RequestFilter.between(now.minus(LOOK_BACK), now.plus(AHEAD)), NEWEST, 0);
        boolean ever = !newest.isEmpty() || store.firstHour(caller.account()).isPresent();
        return new Today(
                ever,
                sums.stream().mapToLong(UsageSums::requests).sum(),
                sums.stream().mapToLong(UsageSums::failed).sum(),
                sums.stream()
                        .mapToLong(one -> one.totalInput() + one.totalOutput())
                        .sum(),
                sums.stream().map(UsageSums::cost).reduce(BigDecimal.ZERO, BigDecimal::add),
                newest.stream().map(AccountActivity::recent).toList());
    }

    /// The requests of each of the last days, today included, the oldest first.
    public long[] daily(Caller caller, int days) {
        Instant now = clock.instant();
        Instant first = now.truncatedTo(ChronoUnit.DAYS).minus(Duration.ofDays(days - 1L));
        long[] counts = new long[days];
        for (UsageSums sums :
                store.sums(Viewer.of(caller, accounts), UsageQuery.between(first, now, EnumSet.of(Dimension.DAY)))) {
            int at = (int) Duration.between(first, Objects.requireNonNull(sums.bucket()))
                    .toDays();
            if (at >= 0 && at < days) {
                counts[at] += sums.requests();
            }
        }
        return counts;
    }

    private static Recent recent(Entry entry) {
        return new Recent(
                entry.requestId(),
                entry.timestamp(),
                Objects.requireNonNullElse(entry.model(), ""),
                entry.status(),
                Objects.requireNonNullElse(entry.errorCode(), ""),
                entry.cost());
    }
}
