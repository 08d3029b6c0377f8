package ai.doubleword.accounts;

import ai.doubleword.mail.Outbox;
import ai.doubleword.platform.AuditEvent;
import ai.doubleword.platform.AuditTrail;
import ai.doubleword.platform.Database;
import ai.doubleword.platform.ErrorCode;
import ai.doubleword.platform.Ids;
import ai.doubleword.platform.Problem;
import ai.doubleword.platform.ProblemException;
import ai.doubleword.platform.Secret;
import jakarta.inject.Singleton;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Signing in with address and password, and changing the password. Whoever may not come in learns nothing:
/// neither the words nor the time tell whether the address is known (S-15). Blocking, thread-safe.
@Singleton
public final class PasswordSignIn {
    private final Database database;
    private final Sessions sessions;
    private final Throttle throttle;
    private final HalfSignIns halves;
    private final Outbox outbox;
    private final AuditTrail audit;

    PasswordSignIn(
            Database database,
            Sessions sessions,
            Throttle throttle,
            HalfSignIns halves,
            Outbox outbox,
            AuditTrail audit) {
        this.database = database;
        this.sessions = sessions;
        this.throttle = throttle;
        this.halves = halves;
        this.outbox = outbox;
        this.audit = audit;
    }

    /// What the right password led to.
    public sealed interface Outcome {
        /// The user is in.
        record In(Sessions.Opened opened) implements Outcome {}

        /// A second factor is asked for, too.
        ///
        /// @param step the token to go on with: [HalfSignIns#finish]
        record Half(Secret step) implements Outcome {}
    }

    /// @throws ProblemException `sign_in_refused`, or `too_many_attempts` with the time to wait
    public Outcome signIn(String email, CharSequence password, Sessions.Place place) {
        String address = email.strip();
        throttle.attempt(address, place.address());
        Optional<AccountStore.Password> kept =
                database.engine().withHandle(handle -> AccountStore.password(handle, address));
        if (!Passwords.matches(password, hash(kept))) {
            // Of an address that nobody has, too: else the time would tell.
            String subject =
                    kept.map(known -> Ids.format(User.PREFIX, known.user())).orElse("");
            database.engine()
                    .useTransaction(handle -> audit.record(handle, AuditEvent.of("sign_in.refused", 0, subject)));
            throw new ProblemException(
                    ErrorCode.SIGN_IN_REFUSED, "Address and password do not belong together. Check both.");
        }
        throttle.succeeded(address, place.address());
        long user = kept.orElseThrow().user();
        return database.engine()
                .inTransaction(handle -> halves.areNeeded(handle, user)
                        ? new Outcome.Half(halves.begin(handle, user))
                        : new Outcome.In(sessions.open(handle, user, SignInMethod.PASSWORD, place)));
    }

    /// Signs in with the code that [Outcome.Half] asks for.
    ///
    /// @throws ProblemException as [HalfSignIns#finish]
    public Sessions.Opened finish(Secret step, String code, Sessions.Place place) {
        return halves.finish(step.revealText(), code, place);
    }

    /// Sets another password and signs all other browsers of the user out.
    ///
    /// @throws ProblemException `invalid_value` if the current password is not that, or the new one may not be,
    ///     `too_many_attempts`
    public void change(Session session, CharSequence current, CharSequence wanted, Sessions.Place place) {
        User user = database.engine()
                .withHandle(handle -> AccountStore.user(handle, session.user()))
                .orElseThrow();
        check(user, current, place);
        String hashed = Passwords.hash(wanted, user.email());
        database.engine().useTransaction(handle -> {
            AccountStore.setPassword(handle, user.id(), hashed);
            SessionStore.deleteExcept(handle, user.id(), session.id());
            sessions.prove(handle, session, SignInMethod.PASSWORD);
            outbox.put(handle, Letters.notice(user, "Your password was changed"));
            audit.record(handle, AuditEvent.of("password.changed", 0, Ids.format(User.PREFIX, user.id())));
        });
    }

    /// Proves who is signed in by the password.
    ///
    /// @return the session, proved
    /// @throws ProblemException `invalid_value` if it is not that, `too_many_attempts`
    Session confirm(Session session, CharSequence current, Sessions.Place place) {
        User user = database.engine()
                .withHandle(handle -> AccountStore.user(handle, session.user()))
                .orElseThrow();
        check(user, current, place);
        return database.engine().inTransaction(handle -> sessions.prove(handle, session, SignInMethod.PASSWORD));
    }

    /// Whether a user has a password.
    boolean has(User user) {
        return database.engine()
                .withHandle(handle -> AccountStore.password(handle, user.email()))
                .map(AccountStore.Password::hash)
                .isPresent();
    }

    private void check(User user, CharSequence current, Sessions.Place place) {
        throttle.attempt(user.email(), place.address());
        Optional<AccountStore.Password> kept =
                database.engine().withHandle(handle -> AccountStore.password(handle, user.email()));
        if (!Passwords.matches(current, hash(kept))) {
            throw new ProblemException(
                    Problem.ofParam(ErrorCode.INVALID_VALUE, "current_password", "This is not your current password."));
        }
        throttle.succeeded(user.email(), place.address());
    }

    private static @Nullable String hash(Optional<AccountStore.Password> kept) {
        return kept.map(AccountStore.Password::hash).orElse(null);
    }
}
