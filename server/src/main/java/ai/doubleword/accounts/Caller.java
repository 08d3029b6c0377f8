package ai.doubleword.accounts;

import java.util.Set;

/// Who makes a management call, in which account, with which rights: the lesser of the user's current role and the
/// scopes of the key that was shown. One per request.
///
/// @param user the user as whom the call acts
/// @param account the account it acts in
/// @param administrator whether it may act as platform administrator
/// @param rights of `keys, members, usage, billing, webhooks, admin`
/// @param keyId public id of the platform key; empty for the local operator
public record Caller(long user, long account, boolean administrator, Set<String> rights, String keyId) {
    public Caller {
        rights = Set.copyOf(rights);
    }

    public boolean may(String right) {
        return rights.contains(right);
    }

    /// Whether this is the operator of the server's own machine rather than the holder of a key.
    public boolean operator() {
        return keyId.isEmpty();
    }
}
