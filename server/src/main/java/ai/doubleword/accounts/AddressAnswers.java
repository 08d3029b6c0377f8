package ai.doubleword.accounts;

import ai.doubleword.platform.Database;
import io.quarkus.scheduler.Scheduled;
import io.quarkus.scheduler.Scheduled.ConcurrentExecution;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.inject.Singleton;
import java.util.Optional;
import org.jboss.logging.Logger;
import org.jdbi.v3.core.ConnectionException;
import org.jdbi.v3.core.Handle;

/// Answers by mail what [AddressRequests] wrote down. Any number of nodes do so at once. Blocking, thread-safe.
@Singleton
final class AddressAnswers {
    private static final Logger LOG = Logger.getLogger(AddressAnswers.class);

    private final Database database;
    private final PasswordReset resets;
    private final RegistrationMails registrations;

    AddressAnswers(Database database, PasswordReset resets, RegistrationMails registrations) {
        this.database = database;
        this.resets = resets;
        this.registrations = registrations;
    }

    /// Answers everything that was asked.
    @Scheduled(every = "1s", identity = "address-requests", concurrentExecution = ConcurrentExecution.SKIP)
    @RunOnVirtualThread
    void answer() {
        boolean more = true;
        while (more) {
            try {
                more = database.engine().inTransaction(this::answerOne);
            } catch (ConnectionException e) {
                LOG.debugf("What was asked for by address waits for the database: %s", e.getMessage());
                return;
            }
        }
    }

    private boolean answerOne(Handle handle) {
        Optional<AddressLinkStore.Request> request = AddressLinkStore.take(handle);
        if (request.isPresent()) {
            String email = request.get().email();
            switch (request.get().purpose()) {
                case RESET -> resets.send(handle, email);
                case REGISTER -> registrations.send(handle, email);
                case VERIFY -> throw new IllegalStateException("who confirms an address is signed in");
            }
        }
        return request.isPresent();
    }
}
