package ai.doubleword.keys;

import ai.doubleword.accounts.Accounts;
import ai.doubleword.accounts.Authority;
import ai.doubleword.accounts.Caller;
import ai.doubleword.accounts.CurrentCaller;
import ai.doubleword.accounts.Organization;
import ai.doubleword.accounts.User;
import jakarta.inject.Singleton;
import java.util.Optional;

/// Makes the keys of a device that a user let in, as that user: what the user may do is looked at again. Blocking,
/// thread-safe.
@Singleton
final class DeviceKeys {
    private final CliLogins logins;
    private final Accounts accounts;
    private final Authority authority;
    private final CurrentCaller current;

    DeviceKeys(CliLogins logins, Accounts accounts, Authority authority, CurrentCaller current) {
        this.logins = logins;
        this.accounts = accounts;
        this.authority = authority;
        this.current = current;
    }

    /// @return nothing if the user may not come in any more
    /// @throws ai.doubleword.platform.ProblemException `permission_denied` for who may no longer make keys there
    Optional<CliLogins.Pair> issue(DeviceLogin login) {
        Optional<User> user = accounts.user(login.user()).filter(found -> !found.disabled());
        user.ifPresent(found -> current.set(authority.caller(
                found, login.account(), Authority.ALL_RIGHTS, new Caller.Credential.Device(login.id()))));
        return user.map(found -> {
            Organization organization =
                    accounts.organizationOfAccount(login.account()).orElse(null);
            return logins.issue(found, organization, login.device());
        });
    }
}
