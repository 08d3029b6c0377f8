package ai.doubleword.accounts;

import ai.doubleword.platform.ErrorCode;
import ai.doubleword.platform.ProblemException;
import jakarta.inject.Singleton;
import jakarta.ws.rs.core.NewCookie;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// The browser of the request under way, as one that holds the link of an invite: who has a user signs in with
/// the address that was invited, who has none makes one by setting a password. The page and the API behind the link
/// both go through it. Blocking, thread-safe.
@Singleton
final class InvitedBrowser {
    private final InviteAnswers answers;
    private final Newcomers newcomers;
    private final Accounts accounts;
    private final SessionCookie cookie;
    private final CurrentSession session;
    private final CrossSite crossSite;

    InvitedBrowser(
            InviteAnswers answers,
            Newcomers newcomers,
            Accounts accounts,
            SessionCookie cookie,
            CurrentSession session,
            CrossSite crossSite) {
        this.answers = answers;
        this.newcomers = newcomers;
        this.accounts = accounts;
        this.cookie = cookie;
        this.session = session;
        this.crossSite = crossSite;
    }

    /// How whoever looks at an invite can answer it.
    enum Way {
        /// Signed in: by a button.
        BUTTON,
        /// By signing in first.
        SIGN_IN,
        /// Without a user yet: by setting a password.
        PASSWORD
    }

    /// An invite that was accepted.
    ///
    /// @param cookie of the session that a newcomer is signed in with now
    record Accepted(Invite invite, Optional<NewCookie> cookie) {}

    /// The invite that a link stands for, if it still works.
    Optional<Invite> find(String token) {
        return answers.find(token);
    }

    /// The same.
    ///
    /// @throws ProblemException `not_found` if it does not work any more
    Invite require(String token) {
        return find(token).orElseThrow(Invites::notFound);
    }

    Way way(Invite invite) {
        if (session.find().isPresent()) {
            return Way.BUTTON;
        }
        return known(invite) ? Way.SIGN_IN : Way.PASSWORD;
    }

    /// Whether the address that was invited has a user.
    boolean known(Invite invite) {
        return accounts.userByEmail(invite.email()).isPresent();
    }

    /// Makes who is signed in a member, or, where nobody is, a new user with this password.
    ///
    /// @param origin the page that asks
    /// @param password null where none was given
    /// @throws ProblemException `cross_site_refused`, `not_found`, `permission_denied` for another address than the
    ///     user's, `sign_in_required`, `invalid_value` for a password that may not be
    Accepted accept(String token, @Nullable String origin, @Nullable String password) {
        crossSite.checkOrigin(origin);
        Invite invite = require(token);
        if (session.find().isPresent()) {
            return new Accepted(answers.accept(token, signedIn()), Optional.empty());
        }
        if (password == null) {
            throw new ProblemException(
                    ErrorCode.SIGN_IN_REQUIRED,
                    "Sign in with the address that was invited, or, without a user yet, set a password.");
        }
        Sessions.Opened opened = newcomers.accept(token, invite, password);
        return new Accepted(invite, Optional.of(cookie.holding(opened.token())));
    }

    /// Says no, as who is signed in.
    ///
    /// @param origin the page that asks
    /// @throws ProblemException `cross_site_refused`, `not_found`, `permission_denied`, `sign_in_required`
    void decline(String token, @Nullable String origin) {
        crossSite.checkOrigin(origin);
        require(token);
        answers.decline(token, signedIn());
    }

    private User signedIn() {
        return session.find()
                .flatMap(found -> accounts.user(found.user()))
                .orElseThrow(() ->
                        new ProblemException(ErrorCode.SIGN_IN_REQUIRED, "Sign in with the address that was invited."));
    }
}
