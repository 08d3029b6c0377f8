package ai.doubleword.keys;

import ai.doubleword.accounts.AccountNames;
import ai.doubleword.accounts.Accounts;
import ai.doubleword.accounts.Authority;
import ai.doubleword.accounts.Caller;
import ai.doubleword.accounts.Organization;
import ai.doubleword.accounts.User;
import ai.doubleword.platform.ErrorCode;
import ai.doubleword.platform.Ids;
import ai.doubleword.platform.Problem;
import ai.doubleword.platform.ProblemException;
import jakarta.inject.Singleton;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// Keys that one member of an organization makes for another: who makes one never sees its secret, for there is none
/// before the member opens it. Blocking, thread-safe; that the maker may manage keys is for the resources.
@Singleton
final class MemberKeys {
    private final Keys keys;
    private final Accounts accounts;
    private final AccountNames names;
    private final Authority authority;

    MemberKeys(Keys keys, Accounts accounts, AccountNames names, Authority authority) {
        this.keys = keys;
        this.accounts = accounts;
        this.names = names;
        this.authority = authority;
    }

    /// A member for whom a key can be made.
    ///
    /// @param id as forms send it
    record Candidate(String id, String name) {}

    /// For whom else a caller can make keys, by name: nobody in a personal account.
    List<Candidate> candidates(Caller caller) {
        return accounts.organizationOfAccount(caller.account()).map(accounts::members).orElse(List.of()).stream()
                .filter(member -> member.user() != caller.user())
                .map(member -> new Candidate(Ids.format(User.PREFIX, member.user()), member.username()))
                .toList();
    }

    /// Makes a key for a member of the caller's organization.
    ///
    /// @param member `user_…` or an address
    /// @throws ProblemException `invalid_value` for who is no member, and as [Keys#issue]
    ApiKey make(Caller caller, String member, KeyType type, KeyTerms terms) {
        User user = member(caller, member);
        Set<String> grantable = new HashSet<>(authority.rights(user, caller.account()));
        grantable.retainAll(caller.rights());
        return keys.issueUnopened(caller.account(), caller.user(), user.id(), type, terms, grantable);
    }

    /// Opens a key that was made for the caller, in the account that the caller acts in.
    ///
    /// @throws ProblemException as [Keys#open]
    IssuedKey open(Caller caller, String id) {
        return keys.open(caller.account(), caller.user(), id);
    }

    private User member(Caller caller, String named) {
        Organization organization = accounts.organizationOfAccount(caller.account())
                .orElseThrow(() -> invalid("Only an organization has members to make keys for: act in one."));
        return user(named)
                .filter(user -> accounts.memberships(user.id()).stream()
                        .anyMatch(membership -> membership.organization().id() == organization.id()))
                .orElseThrow(() -> invalid("Name a member of the organization: user_… or an address."));
    }

    private Optional<User> user(String named) {
        try {
            return names.resolve(named).user().flatMap(accounts::user);
        } catch (ProblemException unknown) {
            return Optional.empty();
        }
    }

    private static ProblemException invalid(String message) {
        return new ProblemException(Problem.ofParam(ErrorCode.INVALID_VALUE, "member", message));
    }
}
