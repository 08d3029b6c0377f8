package ai.doubleword.accounts;

import ai.doubleword.platform.Database;
import ai.doubleword.platform.Ids;
import jakarta.inject.Singleton;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;

/// Looks users up for administrators: a page of all, or one with what belongs to it. Blocking, thread-safe.
@Singleton
final class UserDirectory {
    private static final int KEYS = 50;

    private final Database database;
    private final Accounts accounts;
    private final Sessions sessions;
    private final UserKeys keys;

    UserDirectory(Database database, Accounts accounts, Sessions sessions, UserKeys keys) {
        this.database = database;
        this.accounts = accounts;
        this.sessions = sessions;
        this.keys = keys;
    }

    /// A page of users.
    ///
    /// @param total how many there are on all pages
    /// @param more whether others follow
    record Listing(List<UserRow> rows, UserQuery query, long total, boolean more) {
        /// What to pass as `after` for the page that follows; empty for the last.
        public String next() {
            return more ? Ids.format(User.PREFIX, rows.getLast().user().id()) : "";
        }

        /// Address of the page that follows, after the page's own; empty for the last.
        public String nextHref() {
            return more ? href(query.state().wire(), sort(), next()) : "";
        }

        /// How a column's head is marked for who cannot see the arrow.
        public String ariaSort(String column) {
            if (!query.sort().wire().equals(column)) {
                return "none";
            }
            return query.descending() ? "descending" : "ascending";
        }

        /// Where a column's head leads: to the list sorted by it, or the other way round if it is already.
        public String sortHref(String column) {
            boolean latestFirst = column.equals("seen") || column.equals("created");
            boolean descending = query.sort().wire().equals(column) ? !query.descending() : latestFirst;
            return href(query.state().wire(), (descending ? "-" : "") + column, "");
        }

        /// Where a filter leads.
        public String stateHref(String state) {
            return href(state, sort(), "");
        }

        /// The filter in force.
        public String state() {
            return query.state().wire();
        }

        /// What is searched for.
        public String search() {
            return query.search();
        }

        /// The order in force, as it stands in the address.
        public String sort() {
            return (query.descending() ? "-" : "") + query.sort().wire();
        }

        private String href(String state, String sort, String after) {
            StringBuilder address = new StringBuilder();
            add(address, "q", search());
            add(address, "show", state.equals("all") ? "" : state);
            add(address, "sort", sort.equals("name") ? "" : sort);
            add(address, "after", after);
            return address.isEmpty() ? "?" : address.toString();
        }

        private static void add(StringBuilder address, String name, String value) {
            if (!value.isEmpty()) {
                address.append(address.isEmpty() ? '?' : '&')
                        .append(name)
                        .append('=')
                        .append(URLEncoder.encode(value, StandardCharsets.UTF_8));
            }
        }
    }

    /// A user with what belongs to it.
    record Profile(UserRow row, List<Membership> memberships, UserKeys.Overview keys, List<Session> sessions) {}

    Listing page(UserQuery query) {
        UserQuery oneMore = new UserQuery(
                query.search(),
                query.state(),
                query.sort(),
                query.descending(),
                query.after(),
                query.skip(),
                query.limit() + 1);
        return database.engine().withHandle(handle -> {
            List<UserRow> found = UserListStore.page(handle, oneMore);
            boolean more = found.size() > query.limit();
            return new Listing(
                    more ? found.subList(0, query.limit()) : found, query, UserListStore.count(handle, query), more);
        });
    }

    /// Nothing for who does not exist or is erased.
    Optional<Profile> find(long id) {
        return database.engine()
                .withHandle(handle -> UserListStore.find(handle, id))
                .map(row -> new Profile(row, accounts.memberships(id), keys.of(id, KEYS), sessions.list(id)));
    }
}
