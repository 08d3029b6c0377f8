package ai.doubleword.accounts;

import ai.doubleword.platform.AuditEvent;
import ai.doubleword.platform.AuditTrail;
import ai.doubleword.platform.Database;
import ai.doubleword.platform.ErrorCode;
import ai.doubleword.platform.ProblemException;
import ai.doubleword.platform.TrustedProxies;
import io.quarkus.vertx.http.runtime.CurrentVertxRequest;
import io.vertx.core.http.HttpServerRequest;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Believes a proxy that says who is signed in, if the operator named both the header and the proxy (S-06). Blocking,
/// thread-safe.
@Singleton
final class ProxySignOn {
    private final Optional<String> header;
    private final TrustedProxies proxies;
    private final CurrentVertxRequest current;
    private final Database database;
    private final Sessions sessions;
    private final AuditTrail audit;

    ProxySignOn(
            ProxySignOnConfig config,
            TrustedProxies proxies,
            CurrentVertxRequest current,
            Database database,
            Sessions sessions,
            AuditTrail audit) {
        this.header = config.header();
        this.proxies = proxies;
        this.current = current;
        this.database = database;
        this.sessions = sessions;
        this.audit = audit;
    }

    /// The address that a trusted proxy says; nothing where none says exactly one.
    Optional<String> address() {
        HttpServerRequest request = current.getCurrent().request();
        if (header.isEmpty() || !proxies.isPeer(request)) {
            return Optional.empty();
        }
        List<String> said = request.headers().getAll(header.get());
        return said.size() == 1
                ? Optional.of(said.getFirst().strip()).filter(text -> !text.isEmpty())
                : Optional.empty();
    }

    /// @throws ProblemException `sign_in_refused` where no trusted proxy says an address, or nobody who may come in
    ///     has it
    Sessions.Opened signIn(Sessions.Place place) {
        return database.engine().inTransaction(handle -> {
            Optional<User> user = address()
                    .flatMap(said -> AccountStore.userByEmail(handle, said))
                    .filter(found -> !found.disabled());
            if (user.isEmpty()) {
                throw new ProblemException(
                        ErrorCode.SIGN_IN_REFUSED,
                        "The proxy names nobody who may come in here. Ask an administrator for a user.");
            }
            AccountStore.claimWithoutPassword(handle, user.get().id());
            return sessions.open(handle, user.get().id(), SignInMethod.PROXY, place);
        });
    }

    /// Writes a refusal down.
    void refused() {
        database.engine()
                .useTransaction(handle -> audit.record(
                        handle, AuditEvent.of("sign_in.refused", 0, "").to(Map.of("because", "the proxy's address"))));
    }
}
