package ai.doubleword.accounts;

import org.jdbi.v3.core.Handle;

/// What a feature does when an organization is deleted, in that transaction: either all of it happens or none.
/// Every bean of this type is called.
public interface OrganizationEnded {
    /// @param account the organization's account, which nobody reaches any more
    void ended(Handle transaction, long account);

    /// What [#ended] would end now, in words: `2 API keys`. Empty for nothing.
    String ending(Handle handle, long account);
}
