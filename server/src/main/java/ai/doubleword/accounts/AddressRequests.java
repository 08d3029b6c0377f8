package ai.doubleword.accounts;

import ai.doubleword.platform.AuditEvent;
import ai.doubleword.platform.AuditTrail;
import ai.doubleword.platform.Database;
import ai.doubleword.platform.Ids;
import ai.doubleword.platform.ProblemException;
import jakarta.inject.Singleton;
import java.time.Clock;

/// What people ask for an address while nobody is signed in. Asking writes the request down and nothing else,
/// whatever the address is; the answer goes by mail, a moment later ([AddressAnswers]). So neither the answer nor
/// its time tells whether the address has a user (S-15). Blocking, thread-safe.
@Singleton
final class AddressRequests {
    private final Database database;
    private final Throttle throttle;
    private final Ids ids;
    private final Clock clock;
    private final AuditTrail audit;

    AddressRequests(Database database, Throttle throttle, Ids ids, Clock clock, AuditTrail audit) {
        this.database = database;
        this.throttle = throttle;
        this.ids = ids;
        this.clock = clock;
        this.audit = audit;
    }

    /// Asks for a link by which to set a new password.
    ///
    /// @return the address as it was understood
    /// @throws ProblemException `invalid_value` for what is no address, `too_many_attempts`
    String askReset(String email, String client) {
        return ask(AddressLinks.Purpose.RESET, "password_reset.asked", email, client);
    }

    /// Asks for a user of one's own.
    ///
    /// @return the address as it was understood
    /// @throws ProblemException as [#askReset]
    String askRegistration(String email, String client) {
        return ask(AddressLinks.Purpose.REGISTER, "registration.asked", email, client);
    }

    private String ask(AddressLinks.Purpose purpose, String kind, String email, String client) {
        String address = Addresses.check(email);
        throttle.attempt(purpose.wire() + " " + address, client);
        database.engine().useTransaction(handle -> {
            AddressLinkStore.ask(handle, ids.next(), purpose, address, clock.instant());
            audit.record(handle, AuditEvent.of(kind, 0, ""));
        });
        return address;
    }
}
