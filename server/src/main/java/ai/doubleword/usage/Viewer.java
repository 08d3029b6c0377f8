package ai.doubleword.usage;

import ai.doubleword.accounts.Accounts;
import ai.doubleword.accounts.Caller;
import ai.doubleword.accounts.MemberRole;
import ai.doubleword.accounts.User;

/// Whose rows somebody may see: a plain member of an organization the own ones, its owners and admins and the holder
/// of a personal account the account's, the operator of the server everybody's.
///
/// @param account 0 for every account
/// @param member 0 for every member
record Viewer(long account, long member) {
    static Viewer of(Caller caller, Accounts accounts) {
        boolean personal = accounts.user(caller.user()).map(User::account).orElse(0L) == caller.account();
        if (caller.operator()) {
            return new Viewer(personal ? 0 : caller.account(), 0);
        }
        boolean plainMember = accounts.memberships(caller.user()).stream()
                .anyMatch(membership -> membership.organization().account() == caller.account()
                        && membership.role() == MemberRole.MEMBER);
        boolean whole = personal || caller.administrator() || !plainMember;
        return new Viewer(caller.account(), whole ? 0 : caller.user());
    }

    /// The condition on a table with the columns `account` and `member`.
    String condition(String table) {
        return (account == 0 ? "true" : table + ".account = :account")
                + (member == 0 ? "" : " AND " + table + ".member = :member");
    }
}
