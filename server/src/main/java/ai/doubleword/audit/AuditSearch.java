package ai.doubleword.audit;

import ai.doubleword.accounts.Accounts;
import ai.doubleword.accounts.User;
import ai.doubleword.platform.Ids;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.IntStream;

/// Finds rows of the log for a page, of the platform or of one account. A page looks at 50,000 rows at most, so that a
/// rare kind does not read the whole log, and says how far back it came. Blocking, thread-safe.
@Singleton
final class AuditSearch {
    private static final int PAGE = 50;
    private static final int REACH = 50_000;

    private final Audit audit;
    private final AuditLines readable;
    private final Accounts accounts;
    private final Clock clock;

    AuditSearch(Audit audit, AuditLines readable, Accounts accounts, Clock clock) {
        this.audit = audit;
        this.readable = readable;
        this.accounts = accounts;
        this.clock = clock;
    }

    /// A row as it is, and as people read it.
    public record Line(AuditRow row, AuditLine said) {}

    /// A page.
    ///
    /// @param unknown whether nobody is called as the query says
    /// @param newest whether no page comes before this one
    /// @param next number that the next page begins before; 0 for the last
    /// @param searchedTo the time of the last row that was looked at, where the page ended before it was full
    public record Found(
            AuditQuery query,
            boolean unknown,
            boolean newest,
            List<Line> lines,
            long next,
            Optional<Instant> searchedTo) {}

    /// @param account whose rows; absent for all
    /// @param before number that the page ends before; 0 for the newest
    Found find(AuditQuery query, OptionalLong account, long before) {
        Optional<OptionalLong> actor = actor(query.who());
        boolean newest = before <= 0;
        if (actor.isEmpty()) {
            return new Found(query, true, newest, List.of(), 0, Optional.empty());
        }
        long below = newest ? audit.last() + 1 : before;
        long oldest = query.reach()
                .map(back -> audit.firstAt(clock.instant().minus(back)))
                .orElse(1L);
        long reach = audit.reach(account, below, REACH);
        AuditFilter filter = new AuditFilter(account, query.kind(), actor.get(), query.subject());
        List<AuditRow> found = audit.search(filter, Math.max(reach, oldest), below, PAGE + 1);
        boolean full = found.size() > PAGE;
        List<AuditRow> rows = full ? found.subList(0, PAGE) : found;
        boolean bounded = !full && reach > oldest;
        return new Found(
                query,
                false,
                newest,
                lines(rows),
                full ? rows.getLast().seq() : bounded ? reach : 0,
                bounded ? audit.before(reach + 1, 1).stream().map(AuditRow::at).findFirst() : Optional.empty());
    }

    /// The user of a name, an address or an id; everybody for no text; nothing if nobody is called so.
    private Optional<OptionalLong> actor(String who) {
        if (who.isEmpty()) {
            return Optional.of(OptionalLong.empty());
        }
        OptionalLong id = Ids.parse(User.PREFIX, who);
        if (id.isPresent()) {
            return Optional.of(id);
        }
        return (who.contains("@") ? accounts.userByEmail(who) : accounts.userByUsername(who))
                .map(user -> OptionalLong.of(user.id()));
    }

    private List<Line> lines(List<AuditRow> rows) {
        List<AuditLine> said = readable.of(rows);
        return IntStream.range(0, rows.size())
                .mapToObj(i -> new Line(rows.get(i), said.get(i)))
                .toList();
    }
}
