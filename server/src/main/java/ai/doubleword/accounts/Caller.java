package ai.doubleword.accounts;

import java.util.Set;

/// Who makes a management call, in which account, with which rights: the lesser of the user's current role and
/// what the credential allows. One per request.
///
/// @param user the user as whom the call acts
/// @param account the account it acts in
/// @param administrator whether it may act as platform administrator
/// @param rights of `keys, members, usage, billing, webhooks, admin, audit`
/// @param credential what proved it
public record Caller(long user, long account, boolean administrator, Set<String> rights, Credential credential) {
    public Caller {
        rights = Set.copyOf(rights);
    }

    /// What proved who calls.
    public sealed interface Credential {
        /// A platform key.
        ///
        /// @param id its public id
        record Key(String id) implements Credential {}

        /// A signed-in browser.
        ///
        /// @param id of the session
        record Browser(long id) implements Credential {}

        /// A device that a user let in, while it fetches its keys.
        ///
        /// @param id of the login
        record Device(long id) implements Credential {
            /// Outside the database the id is `device_…`.
            public static final String PREFIX = "device";
        }

        /// The operator of the server's own machine.
        record Operator() implements Credential {}
    }

    public boolean may(String right) {
        return rights.contains(right);
    }

    /// Whether this is the operator of the server's own machine rather than the holder of a key or a session.
    public boolean operator() {
        return credential instanceof Credential.Operator;
    }
}
