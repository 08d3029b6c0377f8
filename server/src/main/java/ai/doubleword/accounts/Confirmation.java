package ai.doubleword.accounts;

import ai.doubleword.platform.ErrorCode;
import ai.doubleword.platform.ProblemException;
import jakarta.inject.Singleton;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.function.Supplier;

/// Asks who is signed in to prove it again before a change that whoever finds an open browser must not make: with the
/// password, a code of the authenticator app or a passkey, or by signing in again. A proof is good for a quarter of
/// an hour, in that session alone, and signing in is one. Guessing is slowed down like guessing at sign-in (S-15).
/// Blocking, thread-safe.
///
/// Routes ask by `@RoutePolicy(confirmed = true)`, or by [#require] where only some of their requests are of that kind.
@Singleton
public final class Confirmation {
    /// How long a proof is good.
    public static final Duration LIFETIME = Duration.ofMinutes(15);

    /// The field of any form that carries the password again.
    static final String PASSWORD = "confirm_password";

    /// The field of any form that carries a code of the authenticator app.
    static final String CODE = "confirm_code";

    private final PasswordSignIn passwords;
    private final SecondFactorProof codes;
    private final PasskeySignIn passkeys;
    private final CurrentSession current;
    private final CurrentBrowser browser;
    private final Clock clock;

    Confirmation(
            PasswordSignIn passwords,
            SecondFactorProof codes,
            PasskeySignIn passkeys,
            CurrentSession current,
            CurrentBrowser browser,
            Clock clock) {
        this.passwords = passwords;
        this.codes = codes;
        this.passkeys = passkeys;
        this.current = current;
        this.browser = browser;
        this.clock = clock;
    }

    /// Whether the browser of this request may go on. So may every program: a key is no browser that lies open.
    public boolean isFresh() {
        return current.find()
                .map(session -> session.proven().plus(LIFETIME).isAfter(clock.instant()))
                .orElse(true);
    }

    /// @throws ProblemException `confirmation_required` where the user has to prove again who is there
    public void require() {
        if (!isFresh()) {
            throw refused("Confirm that it is you: send your password as " + PASSWORD
                    + ", or a code of your authenticator app as " + CODE
                    + ", to /settings/confirm, or sign in again. Then repeat this.");
        }
    }

    /// The page that asks for a proof and leads to a path then, for what begins by a link.
    public static String to(String path) {
        return ConfirmationPage.ADDRESS + "?rd=" + URLEncoder.encode(path, StandardCharsets.UTF_8);
    }

    /// Takes the password for a proof.
    ///
    /// @throws ProblemException `confirmation_required` if it is not that, `too_many_attempts`
    void byPassword(CharSequence password) {
        take(() -> passwords.confirm(current.get(), password, browser.place()));
    }

    /// Takes a code of the authenticator app for a proof. It works once, here or at sign-in.
    ///
    /// @throws ProblemException `confirmation_required` if it is not right, `too_many_attempts`
    void byCode(String code) {
        take(() -> codes.confirm(current.get(), code, browser.place()));
    }

    /// What a passkey signs.
    byte[] challenge() {
        return passkeys.challenge(current.get());
    }

    /// Takes what a browser did with a passkey for a proof.
    ///
    /// @throws ProblemException `sign_in_refused`, `too_many_attempts`
    void byPasskey(String answer) {
        current.renew(passkeys.confirm(current.get(), answer, browser.place()));
    }

    private void take(Supplier<Session> proof) {
        try {
            current.renew(proof.get());
        } catch (ProblemException wrong) {
            throw switch (wrong.problem().code()) {
                case INVALID_VALUE, SIGN_IN_REFUSED -> refused(wrong.problem().message());
                default -> wrong;
            };
        }
    }

    private static ProblemException refused(String message) {
        return new ProblemException(ErrorCode.CONFIRMATION_REQUIRED, message);
    }
}
