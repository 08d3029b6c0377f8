package ai.doubleword.usage;

import ai.doubleword.accounts.Accounts;
import ai.doubleword.accounts.Caller;
import ai.doubleword.accounts.MemberRole;
import ai.doubleword.accounts.User;

/// Whose rows somebody may see: a plain member of an organization the own ones and those of keys that are shared,
/// or, where the organization shares all, the organization's; its owners and admins and the holder of a personal
/// account the account's; the operator of the server everybody's.
///
/// @param account 0 for every account
/// @param member 0 for every member
record Viewer(long account, long member) {
    static Viewer of(Caller caller, Accounts accounts) {
        boolean personal = accounts.user(caller.user()).map(User::account).orElse(0L) == caller.account();
        if (caller.operator()) {
            return new Viewer(personal ? 0 : caller.account(), 0);
        }
        boolean ownOnly = accounts.memberships(caller.user()).stream()
                .filter(membership -> membership.organization().account() == caller.account())
                .anyMatch(membership -> membership.role() == MemberRole.MEMBER
                        && !accounts.terms(membership.organization()).sharesAll());
        boolean whole = personal || caller.administrator() || !ownOnly;
        return new Viewer(caller.account(), whole ? 0 : caller.user());
    }

    /// Whether there are rows of the account that this is not shown.
    boolean partial() {
        return member != 0;
    }

    /// The condition on a table with the columns `account`, `member` and `family`.
    String condition(String table) {
        return (account == 0 ? "true" : table + ".account = :account") + (member == 0 ? "" : """
                 AND (%1$s.member = :member OR %1$s.family IN
                     (SELECT family FROM api_key WHERE account_id = :account AND visibility = 'organization'))
                """.formatted(table));
    }
}
