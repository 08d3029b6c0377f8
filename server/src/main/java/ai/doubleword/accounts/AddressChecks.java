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

/// Proving that one reads mails to one's address. What an address alone would open (linked sign-in, a domain)
/// needs it. Blocking, thread-safe.
@Singleton
final class AddressChecks {
    private final Database database;
    private final AddressLinks links;
    private final Outbox outbox;
    private final Throttle throttle;
    private final AuditTrail audit;

    AddressChecks(Database database, AddressLinks links, Outbox outbox, Throttle throttle, AuditTrail audit) {
        this.database = database;
        this.links = links;
        this.outbox = outbox;
        this.throttle = throttle;
        this.audit = audit;
    }

    /// Whether there is a way to confirm an address: a mail server.
    boolean possible() {
        return outbox.sends();
    }

    /// Sends a user a link.
    ///
    /// @throws ProblemException `too_many_attempts`
    void send(User user, String client) {
        throttle.attempt(AddressLinks.Purpose.VERIFY.wire() + " " + user.email(), client);
        database.engine().useTransaction(handle -> {
            AddressLinks.Made link =
                    links.make(handle, AddressLinks.Purpose.VERIFY, OptionalLong.of(user.id()), user.email());
            outbox.put(handle, Letters.addressCheck(user, link.token(), link.ends()));
        });
    }

    /// The address that a link is for, if it still works.
    Optional<String> find(String token) {
        return links.find(AddressLinks.Purpose.VERIFY, token).map(AddressLinkStore.Link::email);
    }

    /// Confirms the address.
    ///
    /// @throws ProblemException `not_found` if the link does not work any more, or the user has another address
    ///     now
    void confirm(String token) {
        database.engine().useTransaction(handle -> {
            AddressLinkStore.Link link = links.use(handle, AddressLinks.Purpose.VERIFY, token);
            User user = AccountStore.user(handle, link.user().orElseThrow())
                    .filter(known -> known.email().equalsIgnoreCase(link.email()))
                    .orElseThrow(() -> new ProblemException(ErrorCode.NOT_FOUND, "This link does not work any more."));
            AccountStore.setVerified(handle, user.id());
            audit.record(
                    handle,
                    AuditEvent.of("user.address_verified", 0, Ids.format(User.PREFIX, user.id()))
                            .by(user.id()));
        });
    }
}
