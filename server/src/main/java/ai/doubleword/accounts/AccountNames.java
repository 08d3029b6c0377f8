package ai.doubleword.accounts;

import ai.doubleword.platform.ErrorCode;
import ai.doubleword.platform.Ids;
import ai.doubleword.platform.ProblemException;
import jakarta.inject.Singleton;
import java.util.Optional;
import java.util.OptionalLong;

/// Finds the account that an administrator or the operator names: `org_…` or an organization's slug, `user_…` or a
/// user's address. Blocking, thread-safe.
@Singleton
public final class AccountNames {
    private final Accounts accounts;

    AccountNames(Accounts accounts) {
        this.accounts = accounts;
    }

    /// An account and, for a personal one, whose it is.
    public record Named(long account, Optional<Long> user) {}

    /// @throws ProblemException `not_found` if nothing is called so
    public Named resolve(String name) {
        return user(name)
                .map(user -> new Named(user.account(), Optional.of(user.id())))
                .or(() -> organization(name).map(found -> new Named(found.account(), Optional.empty())))
                .orElseThrow(() -> new ProblemException(
                        ErrorCode.NOT_FOUND,
                        "There is no account '" + name + "'. Name a user (user_… or address) or an organization"
                                + " (org_… or slug)."));
    }

    /// What [#resolve] takes for an account: the organization's slug, or the user's address. For a deleted organization
    /// its id, which stays its own; empty for an account whose user is erased.
    public String of(long account) {
        return accounts.organizationOfAccount(account)
                .map(Organization::slug)
                .or(() -> accounts.userOfAccount(account).map(User::email))
                .or(() -> accounts.deletedOrganization(account).map(id -> Ids.format(Organization.PREFIX, id)))
                .orElse("");
    }

    private Optional<User> user(String name) {
        if (name.indexOf('@') > 0) {
            return accounts.userByEmail(name);
        }
        OptionalLong id = name.startsWith(User.PREFIX + '_') ? Ids.parse(User.PREFIX, name) : OptionalLong.empty();
        return id.isPresent() ? accounts.user(id.getAsLong()) : Optional.empty();
    }

    private Optional<Organization> organization(String name) {
        OptionalLong id = name.startsWith(Organization.PREFIX + '_')
                ? Ids.parse(Organization.PREFIX, name)
                : OptionalLong.empty();
        return id.isPresent() ? accounts.organization(id.getAsLong()) : accounts.organizationBySlug(name);
    }
}
