package ai.doubleword.accounts;

import ai.doubleword.platform.AuditEvent;
import ai.doubleword.platform.AuditTrail;
import ai.doubleword.platform.Database;
import ai.doubleword.platform.Ids;
import ai.doubleword.platform.ProblemException;
import io.quarkus.scheduler.Scheduled;
import io.quarkus.scheduler.Scheduled.ConcurrentExecution;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.util.Optional;

/// What people ask for an address while nobody is signed in. Asking writes the request down and nothing else,
/// whatever the address is; the answer goes by mail, a moment later. So neither the answer nor its time tells
/// whether the address has a user (S-15). Blocking, thread-safe.
@Singleton
final class AddressRequests {
    private final Database database;
    private final Throttle throttle;
    private final PasswordReset resets;
    private final Ids ids;
    private final Clock clock;
    private final AuditTrail audit;

    AddressRequests(
            Database database, Throttle throttle, PasswordReset resets, Ids ids, Clock clock, AuditTrail audit) {
        this.database = database;
        this.throttle = throttle;
        this.resets = resets;
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

    private String ask(AddressLinks.Purpose purpose, String kind, String email, String client) {
        String address = Addresses.check(email);
        throttle.attempt(purpose.wire() + " " + address, client);
        database.engine().useTransaction(handle -> {
            AddressLinkStore.ask(handle, ids.next(), purpose, address, clock.instant());
            audit.record(handle, AuditEvent.of(kind, 0, ""));
        });
        return address;
    }

    /// Answers what was asked.
    @Scheduled(every = "1s", identity = "address-requests", concurrentExecution = ConcurrentExecution.SKIP)
    @RunOnVirtualThread
    void answer() {
        boolean more = true;
        while (more) {
            more = database.engine().inTransaction(handle -> {
                Optional<AddressLinkStore.Request> request = AddressLinkStore.take(handle);
                if (request.isPresent()) {
                    switch (request.get().purpose()) {
                        case RESET -> resets.send(handle, request.get().email());
                        case VERIFY, REGISTER -> throw new IllegalStateException("nobody asks for that unknown");
                    }
                }
                return request.isPresent();
            });
        }
    }
}
