package ai.doubleword.keys;

import ai.doubleword.accounts.Accounts;
import ai.doubleword.accounts.Caller;
import ai.doubleword.accounts.Organization;
import ai.doubleword.accounts.User;
import ai.doubleword.console.Spark;
import ai.doubleword.platform.Database;
import ai.doubleword.platform.KeyText;
import ai.doubleword.usage.KeyActivity;
import jakarta.inject.Singleton;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Puts together what the page of keys lists: a page of keys, who made each, how much each is used. Blocking,
/// thread-safe.
@Singleton
final class KeyLists {
    private static final int PAGE = 50;
    private static final int DAYS = 14;

    private final Database database;
    private final Accounts accounts;
    private final KeyActivity activity;
    private final Clock clock;

    KeyLists(Database database, Accounts accounts, KeyActivity activity, Clock clock) {
        this.database = database;
        this.accounts = accounts;
        this.activity = activity;
        this.clock = clock;
    }

    /// A page of the list.
    ///
    /// @param total how many keys the search and the filter leave
    /// @param samples how many sample keys work now; they fold into one row
    /// @param next address of the page that follows, after the page's own; empty for the last
    /// @param any whether the account has any key at all
    record Listing(List<KeyRow> rows, KeyQuery query, long total, long samples, String next, boolean any) {
        /// How a column's head is marked for who cannot see the arrow.
        public String ariaSort(String column) {
            if (!query.sort().wire().equals(column)) {
                return "none";
            }
            return query.descending() ? "descending" : "ascending";
        }

        /// Where a column's head leads: to the list sorted by it, or the other way round if it is already.
        public String sortHref(String column) {
            boolean same = query.sort().wire().equals(column);
            boolean descending = same ? !query.descending() : !column.equals("name");
            return href(query.search(), query.state().wire(), (descending ? "-" : "") + column, "");
        }

        /// Where a filter leads.
        public String stateHref(String state) {
            return href(query.search(), state, sortText(query), "");
        }

        /// What is searched for.
        public String search() {
            return query.search();
        }

        /// The filter in force.
        public String state() {
            return query.state().wire();
        }

        /// The order in force, as it stands in the address.
        public String sort() {
            return sortText(query);
        }
    }

    static KeyQuery query(String search, String state, String sort, String after) {
        String wanted = sort.isEmpty() ? "-created" : sort;
        boolean descending = wanted.startsWith("-");
        return new KeyQuery(
                KeyText.cut(search.strip()),
                KeyQuery.State.of(state),
                KeyQuery.Sort.of(descending ? wanted.substring(1) : wanted),
                descending,
                KeyFormat.isId(after) ? after : "",
                PAGE,
                0);
    }

    /// The keys that a caller may see: the account's, or, without the right to manage them, the own ones.
    Listing page(Caller caller, KeyQuery wanted) {
        long account = caller.account();
        KeyQuery query = caller.may("keys") ? wanted : wanted.of(caller.user());
        Instant now = clock.instant();
        record Found(List<ApiKey> keys, long total, long samples, boolean any) {}
        Found found = database.inAccount(
                account,
                handle -> new Found(
                        KeyListStore.page(handle, account, query, now),
                        KeyListStore.count(handle, account, query, now),
                        query.member() == 0 ? KeyListStore.workingSamples(handle, account, now) : 0,
                        KeyListStore.any(handle, account, query.member())));
        boolean more = found.keys().size() > query.limit();
        List<ApiKey> page = more ? found.keys().subList(0, query.limit()) : found.keys();
        Map<Long, long[]> days =
                activity.daily(account, page.stream().map(ApiKey::family).toList(), DAYS);
        Map<Long, String> makers = new HashMap<>();
        List<KeyRow> rows = page.stream()
                .map(key -> new KeyRow(
                        key,
                        key.type().prefix() + key.id(),
                        key.status(now),
                        key.alive(now),
                        makers(key, makers),
                        key.createdBy() == caller.user(),
                        Spark.of(days.getOrDefault(key.family(), new long[DAYS]), "requests")))
                .toList();
        String next = more
                ? href(
                        query.search(),
                        query.state().wire(),
                        sortText(query),
                        page.getLast().id())
                : "";
        return new Listing(rows, query, found.total(), found.samples(), next, found.any());
    }

    /// Who pays for an account's keys, as the account switcher names it.
    String accountName(long account) {
        return accounts.organizationOfAccount(account).map(Organization::name).orElse("Personal");
    }

    private String makers(ApiKey key, Map<Long, String> known) {
        String actor = known.computeIfAbsent(key.createdBy(), this::userName);
        return key.madeBy() == null
                ? "by " + actor
                : "for " + actor + ", by " + known.computeIfAbsent(key.madeBy(), this::userName);
    }

    private String userName(long user) {
        return accounts.user(user).map(User::username).orElse("somebody erased");
    }

    private static String sortText(KeyQuery query) {
        return (query.descending() ? "-" : "") + query.sort().wire();
    }

    private static String href(String search, String state, String sort, String after) {
        StringBuilder query = new StringBuilder();
        add(query, "q", search);
        add(query, "show", state.equals("all") ? "" : state);
        add(query, "sort", sort.equals("-created") ? "" : sort);
        add(query, "after", after);
        return query.isEmpty() ? "?" : query.toString();
    }

    private static void add(StringBuilder query, String name, String value) {
        if (!value.isEmpty()) {
            query.append(query.isEmpty() ? '?' : '&')
                    .append(name)
                    .append('=')
                    .append(URLEncoder.encode(value, StandardCharsets.UTF_8));
        }
    }
}
