package ai.doubleword.accounts;

import ai.doubleword.platform.Database;
import ai.doubleword.platform.ErrorCode;
import ai.doubleword.platform.ProblemException;
import jakarta.inject.Singleton;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jdbi.v3.core.Handle;

/// Takes codes of second factors: at sign-in, and from who is signed in already. Guessing them is slowed down like
/// guessing passwords, in one count for both, and only a right code ends the count (S-15). Blocking, thread-safe.
@Singleton
final class SecondFactorProof {
    private final Database database;
    private final SecondFactor factor;
    private final Sessions sessions;
    private final Throttle throttle;

    SecondFactorProof(Database database, SecondFactor factor, Sessions sessions, Throttle throttle) {
        this.database = database;
        this.factor = factor;
        this.sessions = sessions;
        this.throttle = throttle;
    }

    /// Uses a code of the app, or a recovery code, up.
    ///
    /// @param then what a right code leads to, in the same transaction
    /// @throws ProblemException `sign_in_refused` for a wrong code, `too_many_attempts`
    <T> T signIn(User user, String code, Sessions.Place place, Function<Handle, T> then) {
        return use(user, place, handle -> factor.prove(handle, user, code), then);
    }

    /// Proves who is signed in by a code of the app. Recovery codes stay for the day when there is no app.
    ///
    /// @return the session, proved
    /// @throws ProblemException as [#signIn]
    Session confirm(Session session, String code, Sessions.Place place) {
        User user = database.engine()
                .withHandle(handle -> AccountStore.user(handle, session.user()))
                .orElseThrow();
        return use(
                user,
                place,
                handle -> factor.proveByApp(handle, user, code),
                handle -> sessions.prove(handle, session, SignInMethod.CODE));
    }

    private <T> T use(User user, Sessions.Place place, Predicate<Handle> right, Function<Handle, T> then) {
        String subject = "second factor " + user.id();
        throttle.attempt(subject, place.address());
        // What is wrong is audited, so the transaction ends well either way.
        Optional<T> done = database.engine()
                .inTransaction(handle -> right.test(handle) ? Optional.of(then.apply(handle)) : Optional.empty());
        T result = done.orElseThrow(() -> new ProblemException(
                ErrorCode.SIGN_IN_REFUSED, "This code is not right, or was used. Wait for the next one."));
        throttle.succeeded(subject, place.address());
        return result;
    }
}
