package ai.doubleword.accounts;

import org.jdbi.v3.core.Handle;

/// What a feature does when a user leaves an organization, in the transaction that ends the membership: either both
/// happen or none. Every bean of this type is called.
public interface MemberLeft {
    /// @param account the organization's account
    /// @param user who left
    void left(Handle transaction, long account, long user);

    /// What [#left] would end now, in words: `2 API keys`. Empty for nothing.
    default String ending(Handle handle, long account, long user) {
        return "";
    }
}
