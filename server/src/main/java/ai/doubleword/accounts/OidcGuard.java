package ai.doubleword.accounts;

import ai.doubleword.platform.AuditEvent;
import ai.doubleword.platform.AuditTrail;
import ai.doubleword.platform.Database;
import jakarta.inject.Singleton;
import java.util.Map;

/// Slows down whoever begins sign-ins at issuers again and again (S-15), and writes down those that were refused
/// (S-16). Blocking, thread-safe.
@Singleton
final class OidcGuard {
    private static final String SUBJECT = "oidc";
    private static final int FREE_PER_CLIENT = 60;

    private final Throttle throttle;
    private final Database database;
    private final AuditTrail audit;

    OidcGuard(Throttle throttle, Database database, AuditTrail audit) {
        this.throttle = throttle;
        this.database = database;
        this.audit = audit;
    }

    /// @throws ai.doubleword.platform.ProblemException `too_many_attempts`
    void count(String client) {
        throttle.count(SUBJECT, Throttle.network(client), FREE_PER_CLIENT);
    }

    void succeeded(String client) {
        throttle.takeBack(SUBJECT, Throttle.network(client));
    }

    /// @param because in a few words, without anything personal
    void refused(String issuer, String because) {
        database.engine()
                .useTransaction(handle -> audit.record(
                        handle,
                        AuditEvent.of("sign_in.refused", 0, "").to(Map.of("issuer", issuer, "because", because))));
    }
}
