package ai.doubleword.accounts;

import ai.doubleword.mail.Outbox;
import jakarta.inject.Singleton;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import org.jdbi.v3.core.Handle;

/// What goes to an address that somebody wants to register: a link where that is allowed, a word of help where the
/// address has a user, and nothing else. Blocking, thread-safe.
@Singleton
final class RegistrationMails {
    private final AccountsConfig config;
    private final AddressLinks links;
    private final Invites invites;
    private final Outbox outbox;

    RegistrationMails(AccountsConfig config, AddressLinks links, Invites invites, Outbox outbox) {
        this.config = config;
        this.links = links;
        this.invites = invites;
        this.outbox = outbox;
    }

    void send(Handle transaction, String email) {
        if (config.registration() == AccountsConfig.Registration.OFF) {
            return;
        }
        Optional<User> user = AccountStore.userByEmail(transaction, email);
        if (user.isPresent()) {
            if (!user.get().disabled()) {
                outbox.put(transaction, Letters.registeredAlready(user.get()));
            }
        } else if (isOurs(email)) {
            AddressLinks.Made link =
                    links.make(transaction, AddressLinks.Purpose.REGISTER, OptionalLong.empty(), email);
            outbox.put(transaction, Letters.registration(email, link.token(), link.ends()));
        } else {
            // Who is invited gets the invite again: its link makes the user.
            invites.sendAgain(transaction, email);
        }
    }

    private boolean isOurs(String email) {
        String domain = email.substring(email.lastIndexOf('@') + 1);
        return config.registration() == AccountsConfig.Registration.DOMAIN
                && config.domains().stream()
                        .flatMap(java.util.List::stream)
                        .anyMatch(
                                ours -> ours.strip().toLowerCase(Locale.ROOT).equals(domain.toLowerCase(Locale.ROOT)));
    }
}
