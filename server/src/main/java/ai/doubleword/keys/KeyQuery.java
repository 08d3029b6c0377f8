package ai.doubleword.keys;

import java.util.Locale;

/// Which keys of an account to list, and in which order. Everything happens in the database, over all of them.
///
/// @param search part of a name, a description or of what the key begins with; empty for all
/// @param state which of them by whether they work
/// @param sort what to order by
/// @param descending whether the largest or latest comes first
/// @param after public id of the key that the page follows; empty for the first page
/// @param limit the most keys of the page
/// @param member only those that act as this user; 0 for all
record KeyQuery(String search, State state, Sort sort, boolean descending, String after, int limit, long member) {
    KeyQuery of(long user) {
        return new KeyQuery(search, state, sort, descending, after, limit, user);
    }

    /// Which keys.
    enum State {
        ALL,
        WORKING,
        ENDED,
        SAMPLES;

        /// What stands in the address.
        String wire() {
            return name().toLowerCase(Locale.ROOT);
        }

        static State of(String wire) {
            for (State state : values()) {
                if (state.wire().equals(wire)) {
                    return state;
                }
            }
            return ALL;
        }
    }

    /// What to order by.
    enum Sort {
        CREATED("created_at"),
        NAME("lower(name)"),
        USED("coalesce(last_used_at, '-infinity')"),
        EXPIRES("coalesce(expires_at, 'infinity')");

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

        static Sort of(String wire) {
            for (Sort sort : values()) {
                if (sort.wire().equals(wire)) {
                    return sort;
                }
            }
            return CREATED;
        }
    }
}
