package ai.doubleword.accounts;

import ai.doubleword.mail.NewLinks;
import ai.doubleword.platform.Ids;
import ai.doubleword.platform.PublicAddress;
import ai.doubleword.platform.Secret;
import jakarta.inject.Singleton;
import java.net.URI;
import java.util.Optional;

/// A link that sets the password of who asked for one by mail.
@Singleton
final class PasswordNewLinks implements NewLinks {
    private final Accounts accounts;
    private final AdminLinks links;
    private final PublicAddress address;

    PasswordNewLinks(Accounts accounts, AdminLinks links, PublicAddress address) {
        this.accounts = accounts;
        this.links = links;
        this.address = address;
    }

    @Override
    public boolean makes(String kind) {
        return kind.equals(Letters.PASSWORD_RESET);
    }

    @Override
    public Optional<URI> make(String topic) {
        return Ids.parse(User.PREFIX, topic).stream()
                .mapToObj(accounts::user)
                .flatMap(Optional::stream)
                .filter(user -> !user.disabled())
                .findFirst()
                .map(user -> {
                    try (Secret token = links.create(user.id())) {
                        return URI.create(address.publicUrl() + "/claim/" + token.revealText());
                    }
                });
    }
}
