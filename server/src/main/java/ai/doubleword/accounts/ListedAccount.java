package ai.doubleword.accounts;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/// An account as lists for administrators show it.
///
/// @param id of the account
/// @param publicId `user_…` or `org_…`
/// @param name the user's or the organization's
/// @param handle an organization's slug, or a user's address
/// @param members of an organization; 1 for a user
/// @param keys how many are not revoked
/// @param groups the names of those that it is in
/// @param deleted when its owner deleted an organization; its slug leads nowhere then, or to another
public record ListedAccount(
        long id,
        boolean organization,
        String publicId,
        String name,
        String handle,
        long members,
        long keys,
        List<String> groups,
        Instant created,
        Optional<Instant> deleted) {
    public ListedAccount {
        groups = List.copyOf(groups);
    }
}
