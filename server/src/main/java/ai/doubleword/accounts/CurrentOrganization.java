package ai.doubleword.accounts;

import ai.doubleword.platform.ErrorCode;
import ai.doubleword.platform.ProblemException;
import jakarta.inject.Singleton;

/// The organization that the request under way acts in, and what the caller is there.
@Singleton
public final class CurrentOrganization {
    private final CurrentCaller caller;
    private final Accounts accounts;

    CurrentOrganization(CurrentCaller caller, Accounts accounts) {
        this.caller = caller;
        this.accounts = accounts;
    }

    /// @throws ProblemException `not_found` where the context is no organization
    public Organization get() {
        return accounts.organizationOfAccount(caller.get().account())
                .orElseThrow(() -> new ProblemException(ErrorCode.NOT_FOUND, "There is no such organization."));
    }

    /// The caller's role; a platform administrator's is an owner's.
    MemberRole role() {
        Caller who = caller.get();
        if (who.administrator()) {
            return MemberRole.OWNER;
        }
        return accounts.memberships(who.user()).stream()
                .filter(membership -> membership.organization().account() == who.account())
                .map(Membership::role)
                .findFirst()
                .orElse(MemberRole.MEMBER);
    }

    /// Refuses to touch an owner, or to make one, for whoever is none.
    ///
    /// @throws ProblemException `permission_denied`
    void requireMayGive(MemberRole role) {
        if (role == MemberRole.OWNER && role() != MemberRole.OWNER) {
            throw new ProblemException(
                    ErrorCode.PERMISSION_DENIED, "Only an owner makes, changes or removes owners. Ask one.");
        }
    }
}
