package ai.doubleword.accounts;

import ai.doubleword.mail.Outbox;
import ai.doubleword.platform.AuditEvent;
import ai.doubleword.platform.AuditTrail;
import ai.doubleword.platform.Database;
import ai.doubleword.platform.ErrorCode;
import ai.doubleword.platform.Ids;
import ai.doubleword.platform.ProblemException;
import ai.doubleword.platform.Secret;
import jakarta.inject.Singleton;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jdbi.v3.core.Handle;

/// Invitations into organizations. A link works once, for seven days, for the address that was invited, and goes
/// there by mail; only its hash is kept (S-02), so whoever lost it gets a new one. Blocking, thread-safe; who may
/// invite is for the resources.
@Singleton
public final class Invites {
    /// How long a link works.
    public static final Duration LIFETIME = Duration.ofDays(7);

    private final Database database;
    private final Ids ids;
    private final SecureRandom random;
    private final Clock clock;
    private final Outbox outbox;
    private final AuditTrail audit;

    Invites(Database database, Ids ids, SecureRandom random, Clock clock, Outbox outbox, AuditTrail audit) {
        this.database = database;
        this.ids = ids;
        this.random = random;
        this.clock = clock;
        this.outbox = outbox;
        this.audit = audit;
    }

    /// An invite with its link's token, which nobody can see again.
    public record Issued(Invite invite, Secret token) {}

    /// Invites an address.
    ///
    /// @throws ProblemException `conflict` if the address is invited or a member already, `invalid_value` for an
    ///     address that is none
    public Issued invite(Organization organization, long by, String email, MemberRole role, boolean manageKeys) {
        String address = Addresses.check(email);
        Instant now = clock.instant();
        Invite invite = new Invite(ids.next(), organization, address, role, manageKeys, now, now.plus(LIFETIME));
        Secret token = RandomToken.make(random);
        Accounts.unlessTaken(
                "An open invite for " + address,
                () -> database.engine().inTransaction(handle -> {
                    if (isMember(handle, organization, address)) {
                        throw new ProblemException(ErrorCode.CONFLICT, address + " is a member already.");
                    }
                    InviteStore.insert(handle, invite, RandomToken.hash(token.revealText()), by);
                    outbox.put(handle, Letters.invite(invite, token));
                    audit.record(handle, event("invite.made", invite).to(Map.of("role", role.wire())));
                    return invite;
                }));
        return new Issued(invite, token);
    }

    /// The invites of an organization that nobody answered, the newest first.
    public List<Invite> open(Organization organization) {
        return database.engine().withHandle(handle -> InviteStore.open(handle, organization.id()));
    }

    /// An invite that nobody answered.
    ///
    /// @throws ProblemException `not_found` if there is none
    Invite find(Organization organization, long id) {
        return database.engine()
                .withHandle(handle -> InviteStore.find(handle, organization.id(), id))
                .orElseThrow(Invites::notFound);
    }

    /// Makes a new link for another seven days; the one before stops working.
    ///
    /// @throws ProblemException `not_found` if there is no such open invite
    public Issued renew(Organization organization, long id) {
        return database.engine().inTransaction(handle -> renew(handle, organization, id));
    }

    private Issued renew(Handle handle, Organization organization, long id) {
        Secret token = RandomToken.make(random);
        Instant expires = clock.instant().plus(LIFETIME);
        require(InviteStore.renew(handle, organization.id(), id, RandomToken.hash(token.revealText()), expires));
        Invite renewed = InviteStore.find(handle, organization.id(), id).orElseThrow();
        outbox.put(handle, Letters.invite(renewed, token));
        audit.record(handle, event("invite.renewed", renewed));
        return new Issued(renewed, token);
    }

    /// Sends every open invite of an address again, with a new link.
    void sendAgain(Handle transaction, String email) {
        InviteStore.openTo(transaction, email)
                .forEach(invite -> renew(transaction, invite.organization(), invite.id()));
    }

    /// Takes an invite back.
    ///
    /// @throws ProblemException `not_found` if there is no such open invite
    public void revoke(Organization organization, long id) {
        database.engine().useTransaction(handle -> {
            Invite invite = InviteStore.find(handle, organization.id(), id).orElseThrow(Invites::notFound);
            require(InviteStore.end(handle, organization.id(), id, "revoked", clock.instant()));
            audit.record(handle, event("invite.revoked", invite));
        });
    }

    /// An open invite, by its id alone.
    Optional<Invite> find(long id) {
        return database.engine().withHandle(handle -> InviteStore.find(handle, id));
    }

    private static boolean isMember(Handle handle, Organization organization, String email) {
        return AccountStore.userByEmail(handle, email)
                .flatMap(user -> AccountStore.membership(handle, organization.id(), user.id()))
                .isPresent();
    }

    /// The log holds no address: it outlives whoever is erased.
    private static AuditEvent event(String kind, Invite invite) {
        return AuditEvent.of(kind, invite.organization().account(), Ids.format(Invite.PREFIX, invite.id()));
    }

    /// The number of an invite that is named `invite_…`.
    ///
    /// @throws ProblemException `not_found` for what names none
    static long number(String id) {
        return Ids.parse(Invite.PREFIX, id).orElseThrow(Invites::notFound);
    }

    private static void require(int rows) {
        if (rows == 0) {
            throw notFound();
        }
    }

    static ProblemException notFound() {
        return new ProblemException(
                ErrorCode.NOT_FOUND,
                "This invite was answered, taken back, replaced by a new link, or is older than a week.");
    }
}
