package ai.doubleword.accounts;

import ai.doubleword.mail.NewLinks;
import ai.doubleword.platform.Ids;
import ai.doubleword.platform.PublicAddress;
import jakarta.inject.Singleton;
import java.net.URI;
import java.util.Optional;

/// Another link for an invite whose mail did not arrive.
@Singleton
final class InviteNewLinks implements NewLinks {
    private final Invites invites;
    private final PublicAddress address;

    InviteNewLinks(Invites invites, PublicAddress address) {
        this.invites = invites;
        this.address = address;
    }

    @Override
    public boolean makes(String kind) {
        return kind.equals(Letters.INVITE);
    }

    @Override
    public Optional<URI> make(String topic) {
        return Ids.parse(Invite.PREFIX, topic).stream()
                .mapToObj(invites::find)
                .flatMap(Optional::stream)
                .findFirst()
                .map(invite -> invites.renew(invite.organization(), invite.id()))
                .map(issued -> URI.create(
                        address.publicUrl() + "/invite/" + issued.token().revealText()));
    }
}
