package ai.doubleword.accounts;

import java.util.Map;

/// What people call an account and some users.
///
/// @param account its name
/// @param organization whether it is an organization's
/// @param emails of the users, by their ids; none of those that are gone
public record OwnerNames(String account, boolean organization, Map<Long, String> emails) {
    public OwnerNames {
        emails = Map.copyOf(emails);
    }
}
