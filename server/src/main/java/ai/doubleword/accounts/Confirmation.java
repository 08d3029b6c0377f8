package ai.doubleword.accounts;

import ai.doubleword.platform.ErrorCode;
import ai.doubleword.platform.ProblemException;
import jakarta.inject.Singleton;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;

/// Asks who is signed in to prove it again before a change that whoever finds an open browser must not make: with the
/// password or a passkey, or by signing in again. A proof is good for a quarter of an hour, in that session alone, and
/// signing in is one. Guessing is slowed down like guessing at sign-in (S-15). Blocking, thread-safe.
///
/// Routes ask by `@RoutePolicy(confirmed = true)`, or by [#require] where only some of their requests are of that kind.
@Singleton
public final class Confirmation {
    /// How long a proof is good.
    public static final Duration LIFETIME = Duration.ofMinutes(15);

    /// The field of any form that carries the password again.
    static final String FIELD = "confirm_password";

    private final PasswordSignIn passwords;
    private final PasskeySignIn passkeys;
    private final CurrentSession current;
    private final CurrentBrowser browser;
    private final Clock clock;

    Confirmation(
            PasswordSignIn passwords,
            PasskeySignIn passkeys,
            CurrentSession current,
            CurrentBrowser browser,
            Clock clock) {
        this.passwords = passwords;
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
            throw refused("Confirm that it is you: send your password as " + FIELD
                    + " to /settings/confirm, or sign in again. Then repeat this.");
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
        try {
            current.renew(passwords.confirm(current.get(), password, browser.place()));
        } catch (ProblemException wrong) {
            throw wrong.problem().code() == ErrorCode.INVALID_VALUE
                    ? refused(wrong.problem().message())
                    : wrong;
        }
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

    private static ProblemException refused(String message) {
        return new ProblemException(ErrorCode.CONFIRMATION_REQUIRED, message);
    }
}
