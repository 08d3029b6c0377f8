package ai.doubleword.responses;

import ai.doubleword.accounts.CurrentCaller;
import ai.doubleword.platform.AuditEvent;
import ai.doubleword.platform.AuditTrail;
import ai.doubleword.platform.Database;
import ai.doubleword.platform.ErrorCode;
import ai.doubleword.platform.Problem;
import ai.doubleword.platform.ProblemException;
import ai.doubleword.translation.ResponsesRequest;
import io.quarkus.runtime.StartupEvent;
import io.quarkus.scheduler.Scheduled;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.annotation.Priority;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import jakarta.inject.Named;
import jakarta.inject.Singleton;
import java.util.Map;
import java.util.Set;
import org.jboss.logging.Logger;
import org.jdbi.v3.core.JdbiException;

/// Whether an account keeps responses whose request says nothing of `store`. Which do not is one look into a set in
/// memory, empty where none says so; it is read anew every ten seconds, and at once on the node where it was changed.
/// Templates say `inject:responseStorage`. [#keeps] and [#applied] never block, the others do; thread-safe.
@Named("responseStorage")
@Singleton
public final class ResponseStorage {
    private static final Logger LOG = Logger.getLogger(ResponseStorage.class);
    private static final int AFTER_MIGRATIONS = 3_000;

    private final Database database;
    private final CurrentCaller current;
    private final AuditTrail audit;
    private volatile Set<Long> unstored = Set.of();

    @Inject
    ResponseStorage(Database database, CurrentCaller current, AuditTrail audit) {
        this.database = database;
        this.current = current;
        this.audit = audit;
    }

    /// Before the first request comes: none may be kept by mistake.
    void start(@Observes @Priority(AFTER_MIGRATIONS) StartupEvent event) {
        look();
    }

    /// Whether an account keeps those that do not say.
    boolean keeps(long account) {
        return !unstored.contains(account);
    }

    /// The request with what its account wants where it does not say.
    ///
    /// @throws ProblemException if it is for the background, where every response is kept, and does not say so
    ResponsesRequest applied(long account, ResponsesRequest request) {
        if (keeps(account) || request.saysStore()) {
            return request;
        }
        if (request.background()) {
            throw new ProblemException(Problem.ofParam(
                    ErrorCode.INVALID_VALUE,
                    "store",
                    "This account keeps only responses that say so, and one of the background is asked for later: send"
                            + " `store: true` with it."));
        }
        return request.unstored();
    }

    /// Whether the account of the request under way keeps those that do not say.
    public boolean stored() {
        return stored(current.get().account());
    }

    boolean stored(long account) {
        return database.engine().withHandle(handle -> ResponseStore.stored(handle, account));
    }

    /// Sets it for an account, for responses from now on; on other nodes within ten seconds.
    void set(long account, boolean stored) {
        database.engine().useTransaction(handle -> {
            boolean before = ResponseStore.stored(handle, account);
            ResponseStore.setStored(handle, account, stored);
            audit.record(
                    handle,
                    AuditEvent.of("account.response_storage", account, "")
                            .from(Map.of("stored", before))
                            .to(Map.of("stored", stored)));
        });
        look();
    }

    @Scheduled(every = "10s", delayed = "10s", concurrentExecution = Scheduled.ConcurrentExecution.SKIP)
    @RunOnVirtualThread
    void lookAgain() {
        try {
            look();
        } catch (JdbiException e) {
            LOG.debugf("Who keeps responses waits for the database: %s", e.getMessage());
        }
    }

    private void look() {
        unstored = database.engine().withHandle(ResponseStore::unstored);
    }
}
