package ai.doubleword.accounts;

import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.inject.Named;

/// What the page **Settings** shows of the ways in which a user signs in, each in a card of its own. Templates say
/// `inject:safety`; one per request.
@Named("safety")
@RequestScoped
public class SignInSafety {
    private final SecondFactor factor;
    private final CurrentSession session;

    @Inject
    SignInSafety(SecondFactor factor, CurrentSession session) {
        this.factor = factor;
        this.session = session;
    }

    /// Whether a code is asked for.
    public boolean twoFactor() {
        return factor.state(session.get().user()).on();
    }

    /// How many recovery codes are left.
    public int codesLeft() {
        return factor.state(session.get().user()).codesLeft();
    }
}
