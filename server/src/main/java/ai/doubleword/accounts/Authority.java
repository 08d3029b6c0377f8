package ai.doubleword.accounts;

import ai.doubleword.platform.ErrorCode;
import ai.doubleword.platform.Ids;
import ai.doubleword.platform.ProblemException;
import jakarta.inject.Singleton;
import java.util.HashSet;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// What a user may do in an account *now*, whatever a key said when it was made. Blocking, thread-safe.
@Singleton
public final class Authority {
    /// Every right that there is.
    public static final Set<String> ALL_RIGHTS =
            Set.of("keys", "members", "usage", "billing", "webhooks", "admin", "audit");

    private static final Set<String> OWN = Set.of("keys", "members", "usage", "billing", "webhooks");
    private static final String ADMIN = "admin";
    private static final String AUDIT = "audit";

    private final Accounts accounts;

    Authority(Accounts accounts) {
        this.accounts = accounts;
    }

    /// The rights that a user's current roles give in an account; none in an account that is nothing to them.
    ///
    /// A personal account gives all to its user, an organization all to owners and admins, to plain members
    /// `usage`, and `keys` where they may manage keys. An administrator has all everywhere, `admin` and `audit`;
    /// an auditor has `audit`.
    public Set<String> rights(User user, long account) {
        Set<String> rights = new HashSet<>();
        if (user.role() == UserRole.ADMINISTRATOR) {
            rights.addAll(OWN);
            rights.add(ADMIN);
            rights.add(AUDIT);
        } else if (user.account() == account) {
            rights.addAll(OWN);
        } else {
            membership(user.id(), account).ifPresent(membership -> rights.addAll(rights(membership)));
        }
        if (user.role() == UserRole.AUDITOR) {
            rights.add(AUDIT);
        }
        return rights;
    }

    /// The caller for a user in an account, with at most the rights granted.
    ///
    /// @param granted the scopes of the credential that was shown
    public Caller caller(User user, long account, Set<String> granted, Caller.Credential credential) {
        Set<String> rights = rights(user, account);
        rights.retainAll(granted);
        return new Caller(user.id(), account, rights.contains(ADMIN), rights, credential);
    }

    /// The caller for a signed-in browser.
    ///
    /// @param organization to act in, by id or slug; null for the user's own account
    /// @throws ProblemException `not_found` for an organization that is nothing to the user
    Caller browser(Session session, @Nullable String organization) {
        User user = accounts.user(session.user()).orElseThrow();
        long account = organization == null ? user.account() : organizationAccount(user, organization);
        return caller(user, account, ALL_RIGHTS, new Caller.Credential.Browser(session.id()));
    }

    /// The account of the organization that a user names, by id or slug, to act in.
    ///
    /// @throws ProblemException `not_found` if there is none, or the user has no place in it
    public long organizationAccount(User user, String named) {
        OptionalLong id = Ids.parse(Organization.PREFIX, named);
        Optional<Organization> organization = id.isPresent() ? accounts.organization(id.getAsLong()) : Optional.empty();
        return organization
                .or(() -> accounts.organizationBySlug(named))
                .map(Organization::account)
                .filter(account -> user.role() == UserRole.ADMINISTRATOR
                        || membership(user.id(), account).isPresent())
                .orElseThrow(() -> new ProblemException(ErrorCode.NOT_FOUND, "There is no such organization."));
    }

    private Optional<Membership> membership(long user, long account) {
        return accounts.memberships(user).stream()
                .filter(membership -> membership.organization().account() == account)
                .findFirst();
    }

    private static Set<String> rights(Membership membership) {
        if (membership.role() != MemberRole.MEMBER) {
            return OWN;
        }
        return membership.manageKeys() ? Set.of("usage", "keys") : Set.of("usage");
    }
}
