package ai.doubleword.accounts;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/// Which users to list, and in which order. Everything happens in the database, over all of them.
///
/// @param search part of a name or an address; empty for all
/// @param descending whether the largest or latest comes first
/// @param after the user that the page follows; 0 for the first page
/// @param skip how many more to leave out
/// @param limit the most users of the page
record UserQuery(String search, State state, Sort sort, boolean descending, long after, int skip, int limit) {
    /// Which users.
    enum State {
        ALL("TRUE"),
        ADMINISTRATORS("role = 'administrator'"),
        /// Who has not set a password, nor signed in by single sign-on.
        UNCLAIMED("claimed_at IS NULL"),
        DISABLED("disabled_at IS NOT NULL");

        private final String condition;

        State(String condition) {
            this.condition = condition;
        }

        String condition() {
            return condition;
        }

        /// What stands in the address.
        String wire() {
            return name().toLowerCase(Locale.ROOT);
        }

        static Optional<State> of(String wire) {
            return Arrays.stream(values())
                    .filter(state -> state.wire().equals(wire))
                    .findFirst();
        }
    }

    /// What to order by.
    enum Sort {
        NAME("lower(username)"),
        EMAIL("lower(email)"),
        ROLE("role"),
        SEEN("coalesce(seen_at, '-infinity')"),
        CREATED("created_at");

        private final String expression;

        Sort(String expression) {
            this.expression = expression;
        }

        String expression() {
            return expression;
        }

        /// What stands in the address.
        String wire() {
            return name().toLowerCase(Locale.ROOT);
        }

        static Optional<Sort> of(String wire) {
            return Arrays.stream(values())
                    .filter(sort -> sort.wire().equals(wire))
                    .findFirst();
        }
    }
}
