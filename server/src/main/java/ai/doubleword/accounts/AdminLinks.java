package ai.doubleword.accounts;

import ai.doubleword.platform.AuditEvent;
import ai.doubleword.platform.AuditTrail;
import ai.doubleword.platform.Database;
import ai.doubleword.platform.ErrorCode;
import ai.doubleword.platform.Ids;
import ai.doubleword.platform.Problem;
import ai.doubleword.platform.ProblemException;
import ai.doubleword.platform.Secret;
import jakarta.inject.Singleton;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.jdbi.v3.core.statement.UnableToExecuteStatementException;
import org.postgresql.util.PSQLException;

/// One-time links for an administrator: to claim the user of the first start, or to get back in. A token has 256
/// random bits; only its hash is kept (S-02). Blocking, thread-safe.
@Singleton
public final class AdminLinks {
    /// How long a link works.
    public static final Duration LIFETIME = Duration.ofHours(24);

    private static final String UNIQUE_VIOLATION = "23505";

    private final Database database;
    private final Sessions sessions;
    private final SecureRandom random;
    private final Clock clock;
    private final SecondFactor factor;
    private final AuditTrail audit;

    AdminLinks(
            Database database,
            Sessions sessions,
            SecureRandom random,
            Clock clock,
            SecondFactor factor,
            AuditTrail audit) {
        this.database = database;
        this.sessions = sessions;
        this.random = random;
        this.clock = clock;
        this.factor = factor;
        this.audit = audit;
    }

    /// Makes a link's token for a user; links made before and not used stop working.
    public Secret create(long user) {
        Secret token = RandomToken.make(random);
        Instant now = clock.instant();
        database.engine().useTransaction(handle -> {
            AdminLinkStore.expireOf(handle, user, now);
            AdminLinkStore.insert(handle, RandomToken.hash(token.revealText()), user, now.plus(LIFETIME));
            audit.record(handle, AuditEvent.of("admin_link.made", 0, Ids.format(User.PREFIX, user)));
        });
        return token;
    }

    /// Whether a user's link leaves the address as it is: for all but administrators.
    public static boolean fixesAddress(User user) {
        return user.role() != UserRole.ADMINISTRATOR;
    }

    /// Whose link this is, if it still works; using it up is for [#claim].
    public Optional<User> find(String token) {
        return database.engine()
                .withHandle(handle -> AdminLinkStore.userOf(handle, RandomToken.hash(token), clock.instant())
                        .flatMap(user -> AccountStore.user(handle, user)));
    }

    /// Sets the password of the link's user, and the address where the user is an administrator, uses the link up,
    /// forgets a second factor, which may be lost too, signs every browser of the user out and this one in: all or
    /// nothing.
    ///
    /// @param place of the browser that holds the link
    /// @throws ProblemException `not_found` if the link does not work any more, `invalid_value` for an address or
    ///     password that may not be, `conflict` if another user has the address; the link then still works
    public Sessions.Opened claim(String token, String email, CharSequence password, Sessions.Place place) {
        // A link proves no address: only who runs the server anyway may choose one by it.
        String address =
                find(token).filter(AdminLinks::fixesAddress).map(User::email).orElseGet(() -> Addresses.check(email));
        String hashed = Passwords.hash(password, address);
        try {
            return database.engine().inTransaction(handle -> {
                long user = AdminLinkStore.use(handle, RandomToken.hash(token), clock.instant())
                        .orElseThrow(() -> new ProblemException(
                                ErrorCode.NOT_FOUND, "This link was used, or is older than a day."));
                AccountStore.claimUser(handle, user, address, hashed);
                sessions.endAll(handle, user);
                boolean factorRemoved = factor.remove(handle, user);
                audit.record(
                        handle,
                        AuditEvent.of("admin_link.used", 0, Ids.format(User.PREFIX, user))
                                .by(user)
                                .to(Map.of("second_factor_removed", factorRemoved)));
                return sessions.open(handle, user, SignInMethod.LINK, place);
            });
        } catch (UnableToExecuteStatementException e) {
            if (e.getCause() instanceof PSQLException cause && UNIQUE_VIOLATION.equals(cause.getSQLState())) {
                throw new ProblemException(
                        Problem.ofParam(ErrorCode.CONFLICT, "email", "Another user has this address already."));
            }
            throw e;
        }
    }
}
