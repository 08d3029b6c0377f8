package ai.doubleword.accounts;

import ai.doubleword.platform.Database;
import ai.doubleword.platform.ErrorCode;
import ai.doubleword.platform.ProblemException;
import jakarta.inject.Singleton;
import java.util.Locale;

/// People who come by an invite and have no user yet. Blocking, thread-safe.
@Singleton
final class Newcomers {
    private final Database database;
    private final Accounts accounts;
    private final InviteAnswers answers;
    private final Sessions sessions;
    private final CurrentBrowser browser;

    Newcomers(Database database, Accounts accounts, InviteAnswers answers, Sessions sessions, CurrentBrowser browser) {
        this.database = database;
        this.accounts = accounts;
        this.answers = answers;
        this.sessions = sessions;
        this.browser = browser;
    }

    /// Makes a user for the address that was invited, who joins and is signed in: all or nothing.
    ///
    /// @throws ProblemException `sign_in_required` if the address has a user already, `invalid_value` for a
    ///     password that may not be, `not_found` if the link was answered in between
    Sessions.Opened accept(String token, Invite invite, CharSequence password) {
        String hashed = Passwords.hash(password, invite.email());
        if (accounts.userByEmail(invite.email()).isPresent()) {
            throw new ProblemException(
                    ErrorCode.SIGN_IN_REQUIRED, "This address has a user already: sign in, then open the link again.");
        }
        Sessions.Place place = browser.place();
        return Accounts.unlessTaken(
                invite.email(),
                () -> database.engine().inTransaction(handle -> {
                    User user = accounts.createClaimed(handle, username(invite.email()), invite.email(), hashed);
                    answers.accept(handle, token, user);
                    return sessions.open(handle, user.id(), SignInMethod.LINK, place);
                }));
    }

    /// The whole address in lower case: what stands before the sign may be another's name already.
    static String username(String email) {
        String lower = email.toLowerCase(Locale.ROOT);
        return lower.substring(0, Math.min(lower.length(), 64));
    }
}
