package ai.doubleword.accounts;

import ai.doubleword.mail.Outbox;
import ai.doubleword.platform.AuditEvent;
import ai.doubleword.platform.AuditTrail;
import ai.doubleword.platform.Database;
import ai.doubleword.platform.ErrorCode;
import ai.doubleword.platform.Ids;
import ai.doubleword.platform.ProblemException;
import jakarta.inject.Singleton;
import java.util.Optional;
import java.util.OptionalLong;
import org.jdbi.v3.core.Handle;

/// A new password for who lost theirs, by a link that goes to their address. It proves the address and nothing
/// else: a second factor is asked for as ever. Blocking, thread-safe.
@Singleton
final class PasswordReset {
    private final Database database;
    private final AddressLinks links;
    private final Outbox outbox;
    private final Sessions sessions;
    private final AuditTrail audit;

    PasswordReset(Database database, AddressLinks links, Outbox outbox, Sessions sessions, AuditTrail audit) {
        this.database = database;
        this.links = links;
        this.outbox = outbox;
        this.sessions = sessions;
        this.audit = audit;
    }

    /// Sends a link to an address that has a user; to no other.
    void send(Handle transaction, String email) {
        Optional<User> user = AccountStore.userByEmail(transaction, email).filter(known -> !known.disabled());
        if (user.isPresent()) {
            AddressLinks.Made link = links.make(
                    transaction,
                    AddressLinks.Purpose.RESET,
                    OptionalLong.of(user.get().id()),
                    user.get().email());
            outbox.put(transaction, Letters.passwordReset(user.get(), link.token(), link.ends()));
            audit.record(transaction, event("password_reset.link_made", user.get()));
        }
    }

    /// The address that a link is for, if it still works.
    Optional<String> find(String token) {
        return links.find(AddressLinks.Purpose.RESET, token).map(AddressLinkStore.Link::email);
    }

    /// Sets a password and signs every browser of the user out.
    ///
    /// @throws ProblemException `not_found` if the link does not work any more, `invalid_value` for a password
    ///     that may not be; the link then still works
    void set(String token, CharSequence password) {
        String hashed = Passwords.hash(password, find(token).orElse(""));
        database.engine().useTransaction(handle -> {
            AddressLinkStore.Link link = links.use(handle, AddressLinks.Purpose.RESET, token);
            // A link for an address that the user gave up meanwhile proves nothing any more.
            User user = AccountStore.user(handle, link.user().orElseThrow())
                    .filter(known -> !known.disabled() && known.email().equalsIgnoreCase(link.email()))
                    .orElseThrow(() -> new ProblemException(ErrorCode.NOT_FOUND, "This link does not work any more."));
            AccountStore.claimUser(handle, user.id(), user.email(), hashed);
            AccountStore.setVerified(handle, user.id());
            sessions.endAll(handle, user.id());
            outbox.put(handle, Letters.notice(user, "Your password was changed"));
            audit.record(handle, event("password_reset.used", user).by(user.id()));
        });
    }

    private static AuditEvent event(String kind, User user) {
        return AuditEvent.of(kind, 0, Ids.format(User.PREFIX, user.id()));
    }
}
