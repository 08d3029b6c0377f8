package ai.doubleword.accounts;

import ai.doubleword.limits.Rates;
import java.util.Set;

/// Who owns things and pays: a user's personal account or an organization's.
///
/// @param organization whether it is an organization's
/// @param rates limits over all of its keys
/// @param groups the names of the groups it is in, which open models to it
public record Account(long id, boolean organization, String name, Rates rates, Set<String> groups) {
    public Account {
        groups = Set.copyOf(groups);
    }
}
