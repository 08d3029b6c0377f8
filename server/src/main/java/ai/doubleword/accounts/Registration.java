package ai.doubleword.accounts;

import ai.doubleword.platform.AuditEvent;
import ai.doubleword.platform.AuditTrail;
import ai.doubleword.platform.Database;
import ai.doubleword.platform.Ids;
import ai.doubleword.platform.ProblemException;
import jakarta.inject.Singleton;
import java.util.Optional;
import org.jdbi.v3.core.Handle;

/// Users who make themselves, by a link that went to their address. Blocking, thread-safe.
@Singleton
final class Registration {
    private final Database database;
    private final AddressLinks links;
    private final Accounts accounts;
    private final Sessions sessions;
    private final AccountsConfig config;
    private final AuditTrail audit;

    Registration(
            Database database,
            AddressLinks links,
            Accounts accounts,
            Sessions sessions,
            AccountsConfig config,
            AuditTrail audit) {
        this.database = database;
        this.links = links;
        this.accounts = accounts;
        this.sessions = sessions;
        this.config = config;
        this.audit = audit;
    }

    /// Whether people may register at all.
    boolean isOn() {
        return config.registration() != AccountsConfig.Registration.OFF;
    }

    /// The address that a link is for, if it still works.
    Optional<String> find(String token) {
        return isOn()
                ? links.find(AddressLinks.Purpose.REGISTER, token).map(AddressLinkStore.Link::email)
                : Optional.empty();
    }

    /// Makes the user, whose address is proved by the link, and signs in: all or nothing.
    ///
    /// @throws ProblemException `not_found` if the link does not work any more, `invalid_value` for a password
    ///     that may not be, `conflict` if the address has a user by now
    Sessions.Opened finish(String token, CharSequence password, Sessions.Place place) {
        String hashed = Passwords.hash(password, find(token).orElse(""));
        return Accounts.unlessTaken(
                "This address", () -> database.engine().inTransaction(handle -> make(handle, token, hashed, place)));
    }

    private Sessions.Opened make(Handle handle, String token, String hashed, Sessions.Place place) {
        String email = links.use(handle, AddressLinks.Purpose.REGISTER, token).email();
        User user = accounts.createClaimed(handle, Newcomers.username(email), email, hashed);
        AccountStore.setVerified(handle, user.id());
        audit.record(
                handle,
                AuditEvent.of("user.registered", user.account(), Ids.format(User.PREFIX, user.id()))
                        .by(user.id()));
        return sessions.open(handle, user.id(), SignInMethod.LINK, place);
    }
}
