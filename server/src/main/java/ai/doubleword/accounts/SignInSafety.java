package ai.doubleword.accounts;

import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.inject.Named;
import java.util.List;

/// What pages show of the ways in which users sign in: **Settings**, each in a card of its own, and the sign-in
/// page. Templates say `inject:safety`; one per request.
@Named("safety")
@RequestScoped
public class SignInSafety {
    private final SecondFactor factor;
    private final Passkeys passkeys;
    private final PasskeyVerifier verifier;
    private final Registration registration;
    private final CurrentSession session;

    @Inject
    SignInSafety(
            SecondFactor factor,
            Passkeys passkeys,
            PasskeyVerifier verifier,
            Registration registration,
            CurrentSession session) {
        this.factor = factor;
        this.passkeys = passkeys;
        this.verifier = verifier;
        this.registration = registration;
        this.session = session;
    }

    /// Whether people may register.
    public boolean registration() {
        return registration.isOn();
    }

    /// Whether a code is asked for.
    public boolean twoFactor() {
        return factor.state(session.get().user()).on();
    }

    /// Whether browsers know passkeys for this server's address.
    public boolean passkeysPossible() {
        return verifier.possible();
    }

    public List<Passkey> passkeys() {
        return passkeys.list(session.get().user());
    }

    /// How many recovery codes are left.
    public int codesLeft() {
        return factor.state(session.get().user()).codesLeft();
    }
}
