package ai.doubleword.accounts;

import ai.doubleword.mail.Outbox;
import jakarta.inject.Singleton;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;

/// How a user signs in, and the mails to the user's address, as part of what is kept of people.
@Singleton
final class SignInData implements PersonalData {
    private final SecondFactor factor;
    private final Passkeys passkeys;
    private final AddressLinks links;
    private final Outbox outbox;

    SignInData(SecondFactor factor, Passkeys passkeys, AddressLinks links, Outbox outbox) {
        this.factor = factor;
        this.passkeys = passkeys;
        this.links = links;
        this.outbox = outbox;
    }

    /// What is handed out.
    record SignIn(
            boolean addressConfirmed,
            boolean twoFactor,
            int recoveryCodesLeft,
            List<PasskeyLine> passkeys,
            List<MailLine> mails) {}

    /// A passkey.
    record PasskeyLine(String id, String name, Instant createdAt, Optional<Instant> usedAt) {}

    /// A mail.
    record MailLine(Instant createdAt, String subject, String state) {}

    @Override
    public String section() {
        return "sign_in";
    }

    @Override
    public Object export(Handle handle, User user) {
        return new SignIn(
                user.verified(),
                factor.isOn(handle, user.id()),
                factor.codesLeft(handle, user.id()),
                passkeys.list(handle, user.id()).stream()
                        .map(passkey ->
                                new PasskeyLine(passkey.wireId(), passkey.name(), passkey.created(), passkey.used()))
                        .toList(),
                outbox.to(handle, user.email()).stream()
                        .map(mail -> new MailLine(
                                mail.created(), mail.subject(), mail.state().wire()))
                        .toList());
    }

    @Override
    public void erase(Handle transaction, User user) {
        factor.remove(transaction, user.id());
        passkeys.forget(transaction, user.id());
        links.forget(transaction, user.id());
        outbox.forget(transaction, user.email());
    }
}
