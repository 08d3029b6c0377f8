package ai.doubleword.accounts;

import ai.doubleword.platform.AuditEvent;
import ai.doubleword.platform.AuditTrail;
import ai.doubleword.platform.Database;
import ai.doubleword.platform.ErrorCode;
import ai.doubleword.platform.Ids;
import ai.doubleword.platform.ProblemException;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;

/// Requests to join an organization, which its owners and admins decide. Blocking, thread-safe.
@Singleton
public final class JoinRequests {
    private final Database database;
    private final Ids ids;
    private final Clock clock;
    private final Accounts accounts;
    private final AuditTrail audit;

    JoinRequests(Database database, Ids ids, Clock clock, Accounts accounts, AuditTrail audit) {
        this.database = database;
        this.ids = ids;
        this.clock = clock;
        this.accounts = accounts;
        this.audit = audit;
    }

    /// Asks to join. Nothing happens for an organization that does not exist or that the user is in: the answer tells
    /// nobody which organizations there are.
    ///
    /// @return the organization that the user is a member of now, because it lets the mail domain of the user's
    ///     verified address in; nothing where its owners and admins decide
    public Optional<Organization> ask(String slug, long user) {
        return database.engine()
                .inTransaction(handle -> AccountStore.organizationBySlug(handle, slug)
                        .filter(organization -> AccountStore.membership(handle, organization.id(), user)
                                .isEmpty())
                        .filter(organization -> join(handle, organization, user)));
    }

    /// @return whether the user joined at once
    private boolean join(Handle handle, Organization organization, long user) {
        User asks = AccountStore.user(handle, user).orElseThrow();
        if (asks.verified() && JoinDomainStore.has(handle, organization.id(), Addresses.domain(asks.email()))) {
            JoinRequestStore.close(handle, organization.id(), user, clock.instant());
            accounts.join(handle, organization, user, MemberRole.MEMBER, false);
            return true;
        }
        ask(handle, organization, user);
        return false;
    }

    private void ask(Handle handle, Organization organization, long user) {
        long id = ids.next();
        if (JoinRequestStore.insert(handle, id, organization.id(), user, clock.instant()) == 1) {
            audit.record(handle, event("join_request.made", organization, id));
        }
    }

    List<JoinRequest> open(Organization organization) {
        return database.engine().withHandle(handle -> JoinRequestStore.open(handle, organization.id()));
    }

    /// Makes who asked a member, or not.
    ///
    /// @throws ProblemException `not_found` if there is no such open request
    void decide(Organization organization, long id, boolean approved) {
        database.engine().useTransaction(handle -> {
            long user = JoinRequestStore.decide(handle, organization.id(), id, approved, clock.instant())
                    .orElseThrow(JoinRequests::notFound);
            if (approved) {
                accounts.join(handle, organization, user, MemberRole.MEMBER, false);
            }
            audit.record(handle, event(approved ? "join_request.approved" : "join_request.declined", organization, id));
        });
    }

    /// The number of a request that is named `join_…`.
    ///
    /// @throws ProblemException `not_found` for what names none
    static long number(String id) {
        return Ids.parse(JoinRequest.PREFIX, id).orElseThrow(JoinRequests::notFound);
    }

    private static ProblemException notFound() {
        return new ProblemException(ErrorCode.NOT_FOUND, "There is no such request.");
    }

    private static AuditEvent event(String kind, Organization organization, long id) {
        return AuditEvent.of(kind, organization.account(), Ids.format(JoinRequest.PREFIX, id));
    }
}
